#include "bytes/utf8.hpp"
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/target.hpp"
#include "fuzz/utf8_reference.hpp"

#include <cstdint>
#include <optional>
#include <string>

// Oracle: code points by arithmetic, encoded bit by bit.

namespace parley::fuzz {

namespace {

void appendUtf8(std::string& out, std::uint32_t codePoint) {
  if (codePoint < 0x80) {
    out.push_back(static_cast<char>(codePoint));
    return;
  }
  const int tails = codePoint < 0x800 ? 1 : codePoint < 0x10000 ? 2 : 3;
  const std::uint32_t lead = (0xFF00U >> static_cast<unsigned>(tails + 1)) & 0xFFU;
  out.push_back(static_cast<char>(lead | codePoint >> static_cast<unsigned>(6 * tails)));
  for (int i = tails - 1; i >= 0; --i) {
    out.push_back(static_cast<char>(0x80U | (codePoint >> static_cast<unsigned>(6 * i) & 0x3FU)));
  }
}

struct Reference {
  std::string replaced{};
  bool isWellFormed = true;
};

Reference referenceOf(std::u16string_view text) {
  Reference result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::uint32_t unit = text[i];
    const bool isHigh = unit >= 0xD800 && unit < 0xDC00;
    if (isHigh && i + 1 < text.size() && text[i + 1] >= 0xDC00 && text[i + 1] < 0xE000) {
      unit = 0x10000 + (unit - 0xD800) * 0x400 + (text[++i] - 0xDC00U);
    } else if (unit >= 0xD800 && unit < 0xE000) {
      unit = 0xFFFD;
      result.isWellFormed = false;
    }
    appendUtf8(result.replaced, unit);
  }
  return result;
}

}  // namespace

void utf16(Bytes data) {
  Input input(data);
  std::u16string text;
  while (!input.empty()) text.push_back(static_cast<char16_t>(input.word()));
  const Reference expected = referenceOf(text);
  const auto strict = bytes::utf16ToUtf8(text);
  require(strict.has_value() == expected.isWellFormed, "surrogates stand in pairs or not");
  if (strict) require(*strict == expected.replaced, "utf16ToUtf8() is the reference");
  const std::string replaced = bytes::utf16ToUtf8Replacing(text);
  require(replaced == expected.replaced, "utf16ToUtf8Replacing() is the reference");
  require(Utf8Reference::isValid(replaced), "what comes out is UTF-8");
}

}  // namespace parley::fuzz
