#pragma once

#include <string_view>

namespace parley::http {

/// Is `host`, as a URL serialises it, an IPv4 address or an IPv6 address in brackets?
[[nodiscard]] bool isAddress(std::string_view host) noexcept;

/// Is `host` the domain itself, or a name below it (RFC 6265 section 5.1.3)? Both are in the form
/// of a URL: lower case, ASCII.
[[nodiscard]] bool domainMatches(std::string_view host, std::string_view domain) noexcept;

}  // namespace parley::http
