#pragma once

#include <parley/cookie.hpp>

#include <optional>
#include <string_view>

namespace parley::http {

/// What no name and value may be, whether a server or a file has them. "" is an absent name.
[[nodiscard]] std::optional<CookieRefusal> contentRefusal(std::string_view name,
                                                          std::string_view value) noexcept;

/// 6265bis section 5.4: does a name with a prefix keep the promise of the prefix?
[[nodiscard]] std::optional<CookieRefusal> prefixRefusal(const Cookie& cookie) noexcept;

/// Case does not count, as servers may compare without it.
[[nodiscard]] bool hasHostPrefix(std::string_view name) noexcept;

/// Control characters but the tab: C0 and DEL.
[[nodiscard]] bool hasControlCharacter(std::string_view text) noexcept;

}  // namespace parley::http
