#include "http/cookie_rules.hpp"

#include "bytes/ascii.hpp"

#include <algorithm>

namespace parley::http {
namespace {

bool hasPrefix(std::string_view name, std::string_view prefix) noexcept {
  return bytes::equalsIgnoreCase(name.substr(0, prefix.size()), prefix);
}

bool hasSecurePrefix(std::string_view name) noexcept {
  return hasPrefix(name, "__Secure-");
}

}  // namespace

bool hasHostPrefix(std::string_view name) noexcept {
  return hasPrefix(name, "__Host-");
}

bool hasControlCharacter(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
  });
}

std::optional<CookieRefusal> contentRefusal(std::string_view name,
                                            std::string_view value) noexcept {
  if (hasControlCharacter(name) || hasControlCharacter(value)) {
    return CookieRefusal::ControlCharacter;
  }
  if (name.empty() && value.empty()) return CookieRefusal::Empty;
  if (name.size() + value.size() > kMaxCookieSize) return CookieRefusal::TooLarge;
  // 6265bis section 5.7: "__Host-a=b" as a value of no name would be sent like a name and a value.
  if (name.empty() && (hasSecurePrefix(value) || hasHostPrefix(value))) {
    return CookieRefusal::NamelessPrefix;
  }
  return std::nullopt;
}

std::optional<CookieRefusal> prefixRefusal(const Cookie& cookie) noexcept {
  if (hasSecurePrefix(cookie.name) && !cookie.secure) return CookieRefusal::SecurePrefix;
  if (hasHostPrefix(cookie.name) && !(cookie.secure && cookie.hostOnly && cookie.path == "/")) {
    return CookieRefusal::HostPrefix;
  }
  return std::nullopt;
}

}  // namespace parley::http
