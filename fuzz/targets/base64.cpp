#include "bytes/base64.hpp"

#include "fuzz/exact_copy.hpp"
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/target.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

// Oracles: a decoder that shifts single bits, and the encoder against the decoder.

namespace parley::fuzz {

namespace {

std::optional<unsigned> valueOf(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<unsigned>(c - 'A');
  if (c >= 'a' && c <= 'z') return static_cast<unsigned>(c - 'a') + 26;
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0') + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return std::nullopt;
}

std::optional<std::vector<std::byte>> referenceOf(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  std::vector<bool> bits;
  for (const char c : text) {
    const auto value = valueOf(c);
    if (!value) return std::nullopt;
    for (int bit = 5; bit >= 0; --bit) bits.push_back((*value >> bit & 1U) != 0);
  }
  std::vector<std::byte> data(bits.size() / 8);
  for (std::size_t i = 0; i < data.size() * 8; ++i) {
    data[i / 8] = data[i / 8] << 1U | (bits[i] ? std::byte{1} : std::byte{0});
  }
  return data;
}

}  // namespace

void base64(Bytes data) {
  const ExactCopy copy(data);
  const std::string encoded = bytes::base64Encode(copy.bytes());
  const auto back = bytes::base64Decode(encoded);
  require(back && std::equal(back->begin(), back->end(), data.begin(), data.end()),
          "decode(encode(x)) is x");

  const auto decoded = bytes::base64Decode(asText(copy.bytes()));
  require(decoded == referenceOf(asText(data)), "base64Decode() is the reference");
  if (!decoded) return;
  const std::string canonical = bytes::base64Encode(*decoded);
  require(canonical.size() == data.size(), "each length has one spelling");
  require(bytes::base64Decode(canonical) == decoded, "decode(encode(decode(x))) is decode(x)");
}

}  // namespace parley::fuzz
