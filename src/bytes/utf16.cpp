#include "bytes/utf8.hpp"

namespace parley::bytes {
namespace {

constexpr char16_t kReplacementCharacter = 0xFFFD;

constexpr bool isLeadingSurrogate(char16_t unit) noexcept {
  return (unit & 0xFC00U) == 0xD800U;
}
constexpr bool isTrailingSurrogate(char16_t unit) noexcept {
  return (unit & 0xFC00U) == 0xDC00U;
}

constexpr char continuation(char32_t codePoint, int shift) noexcept {
  return static_cast<char>(0x80U | ((codePoint >> shift) & 0x3FU));
}

/// Appends one code point of the Basic Multilingual Plane.
void appendBasic(std::string& to, char16_t unit) {
  if (unit < 0x80) {
    to += static_cast<char>(unit);
  } else if (unit < 0x800) {
    to += static_cast<char>(0xC0U | (unit >> 6U));
    to += continuation(unit, 0);
  } else {
    to += static_cast<char>(0xE0U | (unit >> 12U));
    to += continuation(unit, 6);
    to += continuation(unit, 0);
  }
}

void appendPair(std::string& to, char16_t leading, char16_t trailing) {
  const char32_t codePoint = 0x10000U + ((leading & 0x3FFU) << 10U) + (trailing & 0x3FFU);
  to += static_cast<char>(0xF0U | (codePoint >> 18U));
  to += continuation(codePoint, 12);
  to += continuation(codePoint, 6);
  to += continuation(codePoint, 0);
}

enum class OnUnpaired { Stop, Replace };
enum class Conversion { Whole, Stopped };

Conversion convert(std::string& to, std::u16string_view text, OnUnpaired onUnpaired) {
  to.reserve(text.size() + text.size() / 2);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char16_t unit = text[i];
    const bool isLeading = isLeadingSurrogate(unit);
    if (!isLeading && !isTrailingSurrogate(unit)) {
      appendBasic(to, unit);
    } else if (isLeading && i + 1 < text.size() && isTrailingSurrogate(text[i + 1])) {
      appendPair(to, unit, text[++i]);
    } else if (onUnpaired == OnUnpaired::Replace) {
      appendBasic(to, kReplacementCharacter);
    } else {
      return Conversion::Stopped;
    }
  }
  return Conversion::Whole;
}

}  // namespace

std::optional<std::string> utf16ToUtf8(std::u16string_view text) {
  std::string result;
  if (convert(result, text, OnUnpaired::Stop) == Conversion::Stopped) return std::nullopt;
  return result;
}

std::string utf16ToUtf8Replacing(std::u16string_view text) {
  std::string result;
  convert(result, text, OnUnpaired::Replace);
  return result;
}

}  // namespace parley::bytes
