#pragma once

#include <cstddef>
#include <string_view>

namespace parley::bytes {

/// The lower case of an ASCII capital, every other character unchanged. Knows no locale.
[[nodiscard]] constexpr char toLower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// Equality in which only the case of ASCII letters does not count.
[[nodiscard]] constexpr bool equalsIgnoreCase(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (toLower(a[i]) != toLower(b[i])) return false;
  }
  return true;
}

[[nodiscard]] constexpr bool isAlphanumeric(char c) noexcept {
  return (c >= '0' && c <= '9') || (toLower(c) >= 'a' && toLower(c) <= 'z');
}

/// RFC 7230 section 3.2.6, tchar: letters, digits and fifteen marks; no separator, no control.
[[nodiscard]] constexpr bool isTokenChar(char c) noexcept {
  return isAlphanumeric(c) ||
         (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
}

/// RFC 7230 section 3.2.6, token: one token character or more.
[[nodiscard]] constexpr bool isToken(std::string_view text) noexcept {
  for (const char c : text) {
    if (!isTokenChar(c)) return false;
  }
  return !text.empty();
}

/// Without the spaces and tabs at both ends (RFC 7230 section 3.2.3, OWS). The result is a part of
/// `text` and lives as long as its characters.
[[nodiscard]] constexpr std::string_view trimOws(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace parley::bytes
