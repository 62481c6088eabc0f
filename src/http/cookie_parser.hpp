#pragma once

#include "bytes/result.hpp"

#include <parley/cookie.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace parley::http {

/// What a Set-Cookie line says. The views are parts of the line. Of an attribute that is there
/// several times the last one counts.
struct SetCookie {
  std::string_view name;  ///< empty: none
  std::string_view value;
  std::optional<std::chrono::sys_seconds> expires;
  std::optional<std::chrono::seconds> maxAge;  ///< 0..kMaxCookieAge; decides over `expires`
  std::string_view domain;  ///< without a leading dot, in the case it came; empty: none
  std::optional<std::string_view> path;  ///< whatever it is: one without a slash counts as none
  bool secure = false;
  bool httpOnly = false;
  SameSite sameSite = SameSite::Unspecified;
};

/// RFC 6265 section 5.2 with the refinements of 6265bis section 5.6. Linear, without allocations.
[[nodiscard]] Result<SetCookie, CookieRefusal> parseSetCookie(std::string_view line) noexcept;

}  // namespace parley::http
