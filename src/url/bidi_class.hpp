#pragma once

#include <cstdint>

namespace parley::url {

/// The Unicode property Bidi_Class, as far as the Bidi rule (RFC 5893 section 2) tells its values
/// apart.
enum class BidiClass : std::uint8_t {
  LeftToRight,     ///< L
  RightToLeft,     ///< R, AL
  ArabicNumber,    ///< AN
  EuropeanNumber,  ///< EN
  NonspacingMark,  ///< NSM
  Neutral,         ///< ES, CS, ET, ON, BN
  NotAllowed,      ///< B, S, WS and the explicit embeddings, overrides and isolates
};

[[nodiscard]] BidiClass bidiClass(char32_t codePoint) noexcept;

}  // namespace parley::url
