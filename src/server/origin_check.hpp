#pragma once

#include <parley/headers.hpp>
#include <parley/server.hpp>

#include <cstdint>
#include <string_view>

namespace parley::server {

/// What a connection came over.
enum class Wire : std::uint8_t { Clear, Tls };

enum class OriginVerdict : std::uint8_t { Allowed, Refused };

/// May a page of the request's Origin open a socket (RFC 6455 section 10.2)? A request without the
/// field may; one with several, which no browser sends, may not. Nobody may whose Host is none of
/// OriginPolicy::hosts.
/// @param host host and port that were asked for, as the Host field has them
[[nodiscard]] OriginVerdict checkOrigin(const OriginPolicy& policy, const Headers& headers,
                                        std::string_view host, Wire wire);

}  // namespace parley::server
