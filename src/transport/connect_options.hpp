#pragma once

#include "transport/socket_address.hpp"

#include <parley/options.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace parley::transport {

/// What a name resolves to instead of what the resolver says.
struct ResolveOverride {
  /// A name or address, in any case; "*" for each host that has no entry of its own.
  std::string host = {};
  /// Only connections to this port.
  std::uint16_t port = 0;
  /// In the order to be tried within each family, with the ports to connect to. None: the host has
  /// no address.
  std::vector<SocketAddress> addresses = {};
};

struct ConnectOptions {
  /// Between the starts of two attempts, unless the first one fails earlier (RFC 8305 section 5).
  std::chrono::milliseconds attemptDelay{250};
  /// How long IPv4 addresses wait for the IPv6 ones (RFC 8305 section 3).
  std::chrono::milliseconds resolutionDelay{50};
  /// For the name to yield a first address; unless there is one, the error is of the step Resolve
  /// with the limit "resolveTimeout". nullopt: as long as the resolver takes.
  std::optional<std::chrono::milliseconds> resolveTimeout = {};
  /// For each attempt by itself, not counting the wait for its slot; the error is of the step
  /// Connect with the limit "connectTimeout". nullopt: as long as the system takes, about two
  /// minutes.
  std::optional<std::chrono::milliseconds> connectTimeout = {};
  /// Attempts under way at a time, each of which holds a descriptor. At least 1.
  std::size_t maxSimultaneousAttempts = 64;
  /// Over all loops of the process. None where the peer is no WebSocket server: a proxy, which
  /// takes many at a time.
  ConnectingLimit connectingLimit = ConnectingLimit::OnePerAddress;
  /// The first entry for host and port counts.
  std::vector<ResolveOverride> resolveOverrides = {};
};

}  // namespace parley::transport
