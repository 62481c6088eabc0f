#include "accept_key.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace parley::tool::check {

namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

using Sha1State = std::array<std::uint32_t, 5>;

std::uint32_t bigEndianAt(std::string_view bytes, std::size_t index) noexcept {
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < 4; ++i)
    word = word << 8 | static_cast<unsigned char>(bytes[index + i]);
  return word;
}

/// FIPS 180-4 section 6.1.2, for one block of 64 bytes.
void addBlock(Sha1State& state, std::string_view block) {
  std::array<std::uint32_t, 80> w{};
  for (std::size_t t = 0; t < 16; ++t) w[t] = bigEndianAt(block, t * 4);
  for (std::size_t t = 16; t < 80; ++t) {
    w[t] = std::rotl(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
  }
  auto [a, b, c, d, e] = state;
  for (std::size_t t = 0; t < 80; ++t) {
    std::uint32_t mix = 0;
    if (t < 20) {
      mix = ((b & c) | (~b & d)) + 0x5A827999U;
    } else if (t < 40) {
      mix = (b ^ c ^ d) + 0x6ED9EBA1U;
    } else if (t < 60) {
      mix = ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDCU;
    } else {
      mix = (b ^ c ^ d) + 0xCA62C1D6U;
    }
    const std::uint32_t next = std::rotl(a, 5) + mix + e + w[t];
    e = d;
    d = c;
    c = std::rotl(b, 30);
    b = a;
    a = next;
  }
  state = {state[0] + a, state[1] + b, state[2] + c, state[3] + d, state[4] + e};
}

}  // namespace

std::string sha1(std::string_view message) {
  std::string padded(message);
  padded.push_back('\x80');
  while (padded.size() % 64 != 56) padded.push_back('\0');
  const std::uint64_t bits = std::uint64_t{message.size()} * 8;
  for (int shift = 56; shift >= 0; shift -= 8) padded.push_back(static_cast<char>(bits >> shift));
  Sha1State state = {0x67452301U, 0xEFCDAB89U, 0x98BADCFEU, 0x10325476U, 0xC3D2E1F0U};
  for (std::size_t i = 0; i < padded.size(); i += 64) {
    addBlock(state, std::string_view(padded).substr(i, 64));
  }
  std::string digest;
  for (const std::uint32_t word : state) {
    for (int shift = 24; shift >= 0; shift -= 8) digest.push_back(static_cast<char>(word >> shift));
  }
  return digest;
}

std::string base64(std::string_view bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      const bool isPadding = i + k > bytes.size();
      out.push_back(isPadding ? '=' : kAlphabet[group >> (18 - 6 * k) & 63U]);
    }
  }
  return out;
}

std::string base64Decoded(std::string_view text) {
  if (text.size() % 4 != 0) return {};
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  for (const char character : text) {
    const std::size_t value = kAlphabet.find(character);
    if (value == kAlphabet.npos) return {};
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out.push_back(static_cast<char>(bits >> count));
  }
  return out;
}

std::string acceptFor(std::string_view key) {
  return base64(sha1(std::string(key).append(kGuid)));
}

}  // namespace parley::tool::check
