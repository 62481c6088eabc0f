#pragma once

#include <cstdint>

namespace parley::url {

/// The Unicode property Joining_Type, as far as the rules for joiners (RFC 5892 appendix A) tell
/// its values apart.
enum class JoiningType : std::uint8_t {
  NonJoining,   ///< U and C
  Left,         ///< L
  Right,        ///< R
  Dual,         ///< D
  Transparent,  ///< T, of those code points that a valid label can hold
};

[[nodiscard]] JoiningType joiningType(char32_t codePoint) noexcept;

/// Has it the Canonical_Combining_Class Virama?
[[nodiscard]] bool isVirama(char32_t codePoint) noexcept;

}  // namespace parley::url
