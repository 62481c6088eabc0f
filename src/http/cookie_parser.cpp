#include "http/cookie_parser.hpp"

#include "bytes/ascii.hpp"
#include "http/cookie_date.hpp"
#include "http/cookie_rules.hpp"

#include <algorithm>
#include <cstddef>

namespace parley::http {
namespace {

using bytes::equalsIgnoreCase;

/// What stands before the first `mark`; it and the mark are taken from `text`.
std::string_view takeUntil(std::string_view& text, char mark) noexcept {
  const std::size_t end = std::min(text.find(mark), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

/// RFC 6265 section 5.2.2: an optional minus and digits, else the attribute is skipped.
std::optional<std::chrono::seconds> readMaxAge(std::string_view text) noexcept {
  constexpr std::chrono::seconds kMost = kMaxCookieAge;
  const bool isNegative = text.starts_with('-');
  if (isNegative) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  std::chrono::seconds age{0};
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    age = std::min(age * 10 + std::chrono::seconds(c - '0'), kMost);
  }
  return isNegative ? std::chrono::seconds(0) : age;
}

SameSite readSameSite(std::string_view text) noexcept {
  if (equalsIgnoreCase(text, "None")) return SameSite::None;
  if (equalsIgnoreCase(text, "Lax")) return SameSite::Lax;
  if (equalsIgnoreCase(text, "Strict")) return SameSite::Strict;
  return SameSite::Unspecified;
}

/// 6265bis section 5.6, the attributes; unknown ones are skipped.
void apply(SetCookie& cookie, std::string_view name, std::string_view value) noexcept {
  if (equalsIgnoreCase(name, "Expires")) {
    if (const auto time = parseCookieDate(value)) cookie.expires = time;
  } else if (equalsIgnoreCase(name, "Max-Age")) {
    if (const auto age = readMaxAge(value)) cookie.maxAge = age;
  } else if (equalsIgnoreCase(name, "Domain")) {
    if (value.starts_with('.')) value.remove_prefix(1);
    cookie.domain = value;
  } else if (equalsIgnoreCase(name, "Path")) {
    cookie.path = value;
  } else if (equalsIgnoreCase(name, "Secure")) {
    cookie.secure = true;
  } else if (equalsIgnoreCase(name, "HttpOnly")) {
    cookie.httpOnly = true;
  } else if (equalsIgnoreCase(name, "SameSite")) {
    cookie.sameSite = readSameSite(value);
  }
}

}  // namespace

Result<SetCookie, CookieRefusal> parseSetCookie(std::string_view line) noexcept {
  if (hasControlCharacter(line)) return CookieRefusal::ControlCharacter;
  SetCookie cookie;
  std::string_view pair = takeUntil(line, ';');
  // Without "=" all of it is the value, and there is no name.
  if (pair.find('=') != std::string_view::npos) cookie.name = bytes::trimOws(takeUntil(pair, '='));
  cookie.value = bytes::trimOws(pair);
  if (const auto refusal = contentRefusal(cookie.name, cookie.value)) return *refusal;
  while (!line.empty()) {
    std::string_view value = takeUntil(line, ';');
    const std::string_view name = bytes::trimOws(takeUntil(value, '='));
    value = bytes::trimOws(value);
    if (value.size() <= kMaxCookieAttributeSize) apply(cookie, name, value);
  }
  return cookie;
}

}  // namespace parley::http
