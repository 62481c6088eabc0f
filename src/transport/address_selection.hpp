#pragma once

#include "transport/socket_address.hpp"

#include <optional>

namespace parley::transport {

/// Where one could connect to, and from where that would be.
struct Destination {
  SocketAddress address;
  /// nullopt: this machine has no way there.
  std::optional<SocketAddress> source;
};

/// Whether `first` comes before `second` by RFC 6724 section 6 with its default policy table; false
/// when it does not matter. For addresses of different families: within one, the resolver has put
/// them in order.
///
/// Rules 1, 2, 5, 6 and 8. Not: 3, 4 and 7, for which a socket does not tell (deprecated and home
/// addresses, tunnels), and 9, which compares prefixes of one family.
[[nodiscard]] bool precedes(const Destination& first, const Destination& second) noexcept;

/// The source address that the system would choose to reach `destination`, or nullopt. Sends
/// nothing: it connects a datagram socket.
[[nodiscard]] std::optional<SocketAddress> sourceFor(const SocketAddress& destination);

}  // namespace parley::transport
