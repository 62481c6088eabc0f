#include "fuzz/payload.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace parley::fuzz {

namespace {

// Around the sizes at which something changes: length forms, copied or borrowed, segments, the
// cork.
constexpr std::array<std::size_t, 12> kSizes{255,    1'000,  2'047,  4'095,  4'097,  16'383,
                                             16'384, 16'400, 20'000, 40'000, 65'535, 65'560};
constexpr std::uint8_t kFirstPattern = 256 - kSizes.size();

/// Characters of one to four bytes, a few bytes more than `size`.
std::string characters(std::size_t size) {
  constexpr std::string_view kSome =
      "a\xC3\xA9"
      "b\xE4\xB8\xAD\xF0\x9F\x98\x80";
  std::string out;
  while (out.size() < size) out += kSome;
  return out;
}

std::string bytes(std::size_t size) {
  std::string out(size, '\0');
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<char>(i * 31 + i / 255);
  return out;
}

}  // namespace

std::string Payloads::next(Input& input) {
  const std::uint8_t code = input.byte();
  if (code < kFirstPattern) return std::string(asText(input.bytes(code)));
  const std::size_t size = kSizes[code - kFirstPattern];
  const std::size_t pattern = input.below(4);
  if (size > budget_) return {};
  budget_ -= size;
  if (pattern == 0) return std::string(size, 'a');
  if (pattern == 1) return characters(size);
  if (pattern == 2) return bytes(size);
  return characters(size) + '\xFF';  // text up to its very end
}

}  // namespace parley::fuzz
