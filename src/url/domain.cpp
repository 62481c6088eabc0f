#include "url/domain.hpp"

#include "bytes/ascii.hpp"
#include "url/idna_mapping.hpp"
#include "url/label_rules.hpp"
#include "url/punycode.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace parley::url {

namespace {

constexpr std::u32string_view kAcePrefix = U"xn--";

bool isAscii(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool isAscii(std::u32string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char32_t c) { return c < 0x80; });
}

// UTS 46 maps three other full stops to the dot, and nothing else to a text with a dot in it.
bool isDot(char32_t c) noexcept {
  return c == '.' || c == 0x3002 || c == 0xFF0E || c == 0xFF61;
}

std::string lowerCased(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), bytes::toLower);
  return out;
}

// The next code point of well-formed UTF-8.
char32_t takeCodePoint(std::string_view& text) noexcept {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  char32_t codePoint = size == 1 ? lead : lead & (0x7FU >> size);
  for (const char c : text.substr(1, size - 1)) {
    codePoint = codePoint * 0x40U + (static_cast<unsigned char>(c) & 0x3FU);
  }
  text.remove_prefix(size);
  return codePoint;
}

std::vector<std::u32string> splitLabels(std::string_view domain) {
  std::vector<std::u32string> labels(1);
  while (!domain.empty()) {
    const char32_t codePoint = takeCodePoint(domain);
    if (isDot(codePoint)) {
      labels.emplace_back();
    } else {
      labels.back() += codePoint;
    }
  }
  return labels;
}

// UTS 46 section 4, step 4, for a label with the prefix: what it stands for must be what mapping
// would have made of it, and must have needed the prefix.
std::optional<std::u32string> decodeAce(std::u32string_view label) {
  const std::u32string_view encoded = label.substr(kAcePrefix.size());
  if (!isAscii(encoded)) return std::nullopt;
  auto decoded = decodePunycode(std::string(encoded.begin(), encoded.end()));
  if (!decoded || isAscii(*decoded)) return std::nullopt;
  if (decoded->starts_with(kAcePrefix)) return std::nullopt;  // section 4.1, criterion 4
  if (std::any_of(decoded->begin(), decoded->end(), isDot)) return std::nullopt;
  if (mapAndNormalise(*decoded) != decoded) return std::nullopt;
  return decoded;
}

// UTS 46 section 4 for one label: mapped, decoded if it has the prefix, and valid but for the Bidi
// rule, which concerns the domain.
std::optional<std::u32string> process(std::u32string_view label) {
  auto processed = mapAndNormalise(label);
  if (processed && processed->starts_with(kAcePrefix)) processed = decodeAce(*processed);
  if (!processed || processed->empty()) return processed;
  if (isMark(processed->front())) return std::nullopt;  // section 4.1, criterion 6
  if (!joinersAreValid(*processed)) return std::nullopt;
  return processed;
}

}  // namespace

std::optional<std::string> domainToAscii(std::string_view domain) {
  // The standard keeps names that are ASCII already even where IDNA refuses them, since such hosts
  // are in use: nothing is decoded then.
  if (isAscii(domain)) return lowerCased(domain);
  std::vector<std::u32string> labels = splitLabels(domain);
  for (std::u32string& label : labels) {
    auto processed = process(label);
    if (!processed) return std::nullopt;
    label = std::move(*processed);
  }
  if (!bidiIsValid(labels)) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (i > 0) out += '.';
    if (isAscii(labels[i])) {
      out.append(labels[i].begin(), labels[i].end());
    } else {
      out += "xn--" + encodePunycode(labels[i]);
    }
  }
  return out;
}

}  // namespace parley::url
