#pragma once

#include <string_view>

namespace parley::http {

/// Is this a Host value with content: host, and perhaps ":" and a port of at most 65535 (RFC 9110
/// section 7.2, RFC 3986 section 3.2)? Not empty, no user information, ASCII.
[[nodiscard]] bool isValidHost(std::string_view value) noexcept;

}  // namespace parley::http
