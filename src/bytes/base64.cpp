#include "bytes/base64.hpp"

#include <array>
#include <cstdint>

namespace parley::bytes {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr char kPad = '=';
constexpr std::uint8_t kNotInAlphabet = 64;

constexpr std::array<std::uint8_t, 256> kValues = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNotInAlphabet);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}();

constexpr char letter(std::uint32_t group, int shift) noexcept {
  return kAlphabet[(group >> shift) & 0x3FU];
}

/// The 24 bits of four characters, of which the last `padding` are '='.
std::optional<std::uint32_t> readGroup(std::string_view four, std::size_t padding) noexcept {
  std::uint32_t group = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const bool isPadding = i >= 4 - padding;
    const std::uint8_t value =
        isPadding ? std::uint8_t{0} : kValues[static_cast<unsigned char>(four[i])];
    if (value == kNotInAlphabet) return std::nullopt;
    group = group << 6U | value;
  }
  return group;
}

std::size_t countPadding(std::string_view text) noexcept {
  if (text.empty() || text.back() != kPad) return 0;
  return text[text.size() - 2] == kPad ? 2 : 1;
}

}  // namespace

std::string base64Encode(std::span<const std::byte> data) {
  std::string text;
  text.reserve((data.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < data.size(); at += 3) {
    const std::size_t count = data.size() - at < 3 ? data.size() - at : 3;
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      group = group << 8U | (i < count ? std::to_integer<std::uint32_t>(data[at + i]) : 0U);
    }
    text += letter(group, 18);
    text += letter(group, 12);
    text += count > 1 ? letter(group, 6) : kPad;
    text += count > 2 ? letter(group, 0) : kPad;
  }
  return text;
}

std::optional<std::vector<std::byte>> base64Decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::vector<std::byte> data;
  data.reserve(text.size() / 4 * 3);
  for (std::size_t at = 0; at < text.size(); at += 4) {
    const std::string_view four = text.substr(at, 4);
    const std::size_t padding = at + 4 == text.size() ? countPadding(four) : 0;
    const auto group = readGroup(four, padding);
    if (!group) return std::nullopt;
    for (std::size_t i = 0; i < 3 - padding; ++i) {
      data.push_back(static_cast<std::byte>(*group >> (16 - 8 * i) & 0xFFU));
    }
  }
  return data;
}

}  // namespace parley::bytes
