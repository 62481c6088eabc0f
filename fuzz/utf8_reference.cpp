#include "fuzz/utf8_reference.hpp"

#include <array>

namespace parley::fuzz {

Utf8Reference::Sequence Utf8Reference::judge(std::string_view bytes) noexcept {
  const auto lead = static_cast<unsigned char>(bytes[0]);
  if (lead < 0x80) return bytes.size() == 1 ? Sequence::Whole : Sequence::Broken;
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC0 || lead > 0xF7 || bytes.size() > size) return Sequence::Broken;
  std::uint32_t low = lead & (0x7FU >> size);
  for (std::size_t i = 1; i < bytes.size(); ++i) {
    const auto tail = static_cast<unsigned char>(bytes[i]);
    if ((tail & 0xC0U) != 0x80) return Sequence::Broken;
    low = low << 6U | (tail & 0x3FU);
  }
  // What the bytes that are still missing can make of it.
  std::uint32_t high = low;
  for (std::size_t missing = size - bytes.size(); missing > 0; --missing) {
    low <<= 6U;
    high = high << 6U | 0x3FU;
  }
  constexpr std::array<std::uint32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
  const bool overlong = high < kLeast[size];
  const bool surrogate = low >= 0xD800 && high <= 0xDFFF;
  if (overlong || surrogate || low > 0x10FFFF) return Sequence::Broken;
  return bytes.size() == size ? Sequence::Whole : Sequence::Open;
}

Utf8Reference::Verdict Utf8Reference::judgeText(std::string_view text) noexcept {
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (at == begin && static_cast<unsigned char>(text[at]) < 0x80) {
      ++begin;  // as below, only faster
      continue;
    }
    switch (judge({text.data() + begin, at + 1 - begin})) {
      case Sequence::Whole:
        begin = at + 1;
        break;
      case Sequence::Open:
        break;
      case Sequence::Broken:
        return {at, begin};
    }
  }
  return {std::nullopt, begin};
}

bool Utf8Reference::isValid(std::string_view text) noexcept {
  return judgeText(text).isValid(text.size());
}

std::string Utf8Reference::replaceInvalid(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Verdict verdict = judgeText(text);
    out += text.substr(0, verdict.openAt);
    if (verdict.isValid(text.size())) break;
    out += "\xEF\xBF\xBD";
    if (!verdict.firstError) break;
    // The byte that broke a sequence is looked at again, unless it stands alone.
    text.remove_prefix(*verdict.firstError > verdict.openAt ? *verdict.firstError
                                                            : *verdict.firstError + 1);
  }
  return out;
}

}  // namespace parley::fuzz
