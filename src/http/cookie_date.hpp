#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace parley::http {

/// The date of a cookie's Expires attribute (RFC 6265 section 5.1.1), in any of the forms that
/// servers have thought of: its parts are told apart by their looks, not by their places. Linear.
[[nodiscard]] std::optional<std::chrono::sys_seconds> parseCookieDate(
    std::string_view text) noexcept;

}  // namespace parley::http
