#pragma once

#include "transport/connect_options.hpp"
#include "transport/socket_address.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace parley::transport {

/// The addresses of a host that no resolver need be asked for: those of an override, of an address
/// that is written out, of "localhost". nullopt: ask.
[[nodiscard]] std::optional<std::vector<SocketAddress>> knownAddresses(
    std::string_view host, std::uint16_t port, const std::vector<ResolveOverride>& overrides);

}  // namespace parley::transport
