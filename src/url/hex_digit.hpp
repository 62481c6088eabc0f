#pragma once

#include <optional>

namespace parley::url {

/// What a hexadecimal digit of either case is worth; nullopt for anything else.
[[nodiscard]] constexpr std::optional<unsigned> hexDigit(char c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10U;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10U;
  return std::nullopt;
}

}  // namespace parley::url
