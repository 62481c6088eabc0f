#pragma once

#include "transport/connect_options.hpp"
#include "transport/connecting_slots.hpp"
#include "transport/transport.hpp"

#include <parley/protocol/time.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace parley::loop {
class EventLoop;
}

namespace parley::transport {

/// A host and port to connect to.
struct TcpTarget {
  /// A name, or an address; IPv6 with or without brackets and zone.
  std::string host;
  std::uint16_t port = 0;
};

/// A Unix domain socket to connect to.
struct UnixTarget {
  std::string path;
};

using ConnectTarget = std::variant<TcpTarget, UnixTarget>;

/// An address that did not answer.
struct TriedAddress {
  std::string address;
  TransportError error;
};

struct ConnectFailure {
  /// Of the last address that there was a way to, or else of the last one; of the resolver if
  /// nothing was tried.
  TransportError error;
  /// The address that `error` is about; empty if nothing was tried.
  std::string address;
  /// In the order of trying.
  std::vector<TriedAddress> tried;
};

/// Who hears of a connector: one of the two, once, from the loop, never from within connect(). The
/// connector may be released from there.
class ConnectListener {
 public:
  /// `transport` does not read yet and has no listener yet. `slot` holds up every other connection
  /// to the same address: keep it until the WebSocket is open or has failed, no longer (RFC 6455
  /// section 4.1, step 2). It is of no peer for a Unix domain socket and for ConnectingLimit::None.
  virtual void onConnected(TransportPtr transport, ConnectingSlot slot) = 0;
  virtual void onConnectFailed(const ConnectFailure& failure) = 0;

 protected:
  ~ConnectListener() = default;
};

/// A connection being made. Keeps the loop going until it is released. It has no deadline as a
/// whole: release it when it takes too long.
class Connector {
 public:
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;

  /// For how long, in all, it could do nothing but wait in line for other connections to its
  /// addresses. That is not the peer's delay: a deadline for the opening should leave it out.
  [[nodiscard]] virtual protocol::Duration timeInLine() const = 0;
  /// What was tried so far, in order; an attempt that still runs as one that timed out. For whoever
  /// is about to release it because it takes too long.
  [[nodiscard]] virtual std::vector<TriedAddress> tried() const = 0;

 protected:
  Connector() = default;
  virtual ~Connector() = default;

 private:
  friend struct ConnectorReleaser;
  virtual void release() noexcept = 0;
};

/// Releasing cancels: nothing is told any more.
struct ConnectorReleaser {
  void operator()(Connector* connector) const noexcept { connector->release(); }
};
using ConnectorPtr = std::unique_ptr<Connector, ConnectorReleaser>;

/// Connects to `target`: resolves its name off the loop's thread and lets its addresses race, each
/// with a head start over the next (RFC 8305, AttemptSchedule). `listener` must outlive the
/// connector.
[[nodiscard]] ConnectorPtr connect(loop::EventLoop& loop, ConnectTarget target,
                                   ConnectListener& listener, ConnectOptions options = {});

}  // namespace parley::transport
