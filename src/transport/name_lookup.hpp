#pragma once

#include "bytes/result.hpp"
#include "transport/socket_address.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace parley::loop {
class EventLoop;
}

namespace parley::transport {

/// Why a name has no addresses of a family.
struct LookupError {
  /// Is it known that there are none, or could it not be found out?
  enum class Kind : std::uint8_t { NoAddress, Unanswered };

  Kind kind;
  /// "temporary failure"
  std::string text;
};

/// Addresses in the order of RFC 6724, at least one.
using LookupResult = Result<std::vector<SocketAddress>, LookupError>;

/// Who hears of a look-up: once, from the loop, never from within lookUp(). The look-up may be
/// released from there.
class LookupOwner {
 public:
  virtual void onLookedUp(AddressFamily family, const LookupResult& result) = 0;

 protected:
  ~LookupOwner() = default;
};

class NameLookup;

/// Releasing cancels: nothing is told any more. The memory of one that runs already lives until the
/// resolver is done with it.
struct NameLookupReleaser {
  void operator()(NameLookup* lookup) const noexcept;
};
using NameLookupPtr = std::unique_ptr<NameLookup, NameLookupReleaser>;

/// Asks the system's resolver for the addresses of one family, on a thread of libuv's pool.
/// @return nullptr if it can't begin: that is no name (too long, or not one of IDNA)
[[nodiscard]] NameLookupPtr lookUp(loop::EventLoop& loop, AddressFamily family,
                                   const std::string& host, std::uint16_t port, LookupOwner& owner);

}  // namespace parley::transport
