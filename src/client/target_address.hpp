#pragma once

#include "transport/connect_options.hpp"
#include "transport/name_lookup.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace parley {

namespace loop {
class EventLoop;
}

/// Who waits for the address of a target: one of the two, once, from the loop.
class TargetAddressOwner {
 public:
  /// An IP address without a port; IPv6 without brackets.
  virtual void onTargetAddress(std::string address) = 0;
  virtual void onNoTargetAddress(const std::string& reason) = 0;

 protected:
  ~TargetAddressOwner() = default;
};

/// One address of a name, for a proxy that is not to be told the name ("socks5:"). IPv4 if there is
/// one: fewer proxies have a way to IPv6. Destroying it cancels.
class TargetAddress final : private transport::LookupOwner {
 public:
  TargetAddress(loop::EventLoop& loop, TargetAddressOwner& owner) : loop_(loop), owner_(owner) {}

  /// @param host a name or an address, IPv6 with or without brackets
  /// @return at once, if nobody need be asked; else the owner hears of it
  [[nodiscard]] std::optional<std::string> find(
      const std::string& host, std::uint16_t port,
      const std::vector<transport::ResolveOverride>& overrides);

 private:
  void onLookedUp(transport::AddressFamily family, const transport::LookupResult& result) override;
  void ask(transport::AddressFamily family);

  loop::EventLoop& loop_;
  TargetAddressOwner& owner_;
  std::string host_;
  std::uint16_t port_ = 0;
  transport::NameLookupPtr lookup_;
};

}  // namespace parley
