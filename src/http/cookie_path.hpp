#pragma once

#include <string_view>

namespace parley::http {

/// The path of a cookie that names none (RFC 6265 section 5.1.4): the folder of the request's path,
/// without its last slash. A view of `requestPath`, or a literal.
[[nodiscard]] std::string_view defaultCookiePath(std::string_view requestPath) noexcept;

/// Is a cookie of `cookiePath` sent to `requestPath` (section 5.1.4): the same, or below it?
[[nodiscard]] bool cookiePathMatches(std::string_view requestPath,
                                     std::string_view cookiePath) noexcept;

}  // namespace parley::http
