#include "url/percent_encoding.hpp"

#include "url/hex_digit.hpp"

#include <algorithm>
#include <array>

namespace parley::url {

namespace {

constexpr std::string_view marks(EncodeSet set) noexcept {
  switch (set) {
    case EncodeSet::C0Control:
      return {};
    case EncodeSet::Fragment:
      return " \"<>`";
    case EncodeSet::Query:
      return " \"#<>";
    case EncodeSet::SpecialQuery:
      return " \"#<>'";
    case EncodeSet::Path:
      return " \"#<>?^`{}";
    case EncodeSet::Userinfo:
      return " \"#<>?^`{}/:;=@[\\]|";
  }
  return {};
}

constexpr std::array kAllSets{EncodeSet::C0Control,    EncodeSet::Fragment, EncodeSet::Query,
                              EncodeSet::SpecialQuery, EncodeSet::Path,     EncodeSet::Userinfo};

constexpr unsigned bit(EncodeSet set) noexcept {
  return 1U << static_cast<unsigned>(set);
}

// For each byte the sets that hold it, a bit each.
constexpr std::array<std::uint8_t, 256> makeMembership() noexcept {
  std::array<std::uint8_t, 256> table{};
  for (const EncodeSet set : kAllSets) {
    for (unsigned byte = 0; byte < table.size(); ++byte) {
      if (byte >= 0x20 && byte <= 0x7E) continue;
      table[byte] = static_cast<std::uint8_t>(table[byte] | bit(set));
    }
    for (const char c : marks(set)) {
      std::uint8_t& sets = table[static_cast<unsigned char>(c)];
      sets = static_cast<std::uint8_t>(sets | bit(set));
    }
  }
  return table;
}

constexpr std::array<std::uint8_t, 256> kMembership = makeMembership();

}  // namespace

bool isInEncodeSet(char c, EncodeSet set) noexcept {
  return (kMembership[static_cast<unsigned char>(c)] & bit(set)) != 0;
}

void appendPercentEncoded(std::string& out, std::string_view text, EncodeSet set) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto mustEncode = [set](char c) { return isInEncodeSet(c, set); };
  for (;;) {
    const auto* const next = std::find_if(text.begin(), text.end(), mustEncode);
    out.append(text.begin(), next);
    if (next == text.end()) return;
    const auto byte = static_cast<unsigned char>(*next);
    out += '%';
    out += kDigits[byte / 16U];
    out += kDigits[byte % 16U];
    text.remove_prefix(static_cast<std::size_t>(next - text.begin()) + 1);
  }
}

std::string percentDecode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && text.size() - i > 2) {
      const auto high = hexDigit(text[i + 1]);
      const auto low = hexDigit(text[i + 2]);
      if (high && low) {
        out += static_cast<char>(static_cast<unsigned char>(*high * 16U + *low));
        i += 2;
        continue;
      }
    }
    out += text[i];
  }
  return out;
}

}  // namespace parley::url
