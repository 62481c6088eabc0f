#include "bytes/sha1.hpp"

#include "bytes/byte_order.hpp"

#include <bit>
#include <cstdint>
#include <cstring>

namespace parley::bytes {
namespace {

constexpr std::size_t kBlockSize = 64;
using Digest = std::array<std::uint32_t, 5>;
using Block = std::array<std::byte, kBlockSize>;

struct Round {
  std::uint32_t mixed;
  std::uint32_t constant;
};

/// FIPS 180-4 section 4.1.1 and 4.2.1: the function and constant of step `t`.
Round roundOf(std::size_t t, std::uint32_t b, std::uint32_t c, std::uint32_t d) noexcept {
  if (t < 20) return {(b & c) | (~b & d), 0x5A827999};
  if (t < 40) return {b ^ c ^ d, 0x6ED9EBA1};
  if (t < 60) return {(b & c) | (b & d) | (c & d), 0x8F1BBCDC};
  return {b ^ c ^ d, 0xCA62C1D6};
}

/// FIPS 180-4 section 6.1.2. The schedule is kept as a ring of its last sixteen words.
void absorb(Digest& digest, const std::byte* block) noexcept {
  std::array<std::uint32_t, 16> schedule;
  for (std::size_t t = 0; t < 16; ++t) schedule[t] = loadBig<std::uint32_t>(block + 4 * t);
  auto [a, b, c, d, e] = digest;
  for (std::size_t t = 0; t < 80; ++t) {
    std::uint32_t& word = schedule[t % 16];
    if (t >= 16) {
      word = std::rotl(
          schedule[(t + 13) % 16] ^ schedule[(t + 8) % 16] ^ schedule[(t + 2) % 16] ^ word, 1);
    }
    const Round round = roundOf(t, b, c, d);
    const std::uint32_t next = std::rotl(a, 5) + round.mixed + e + round.constant + word;
    e = d;
    d = c;
    c = std::rotl(b, 30);
    b = a;
    a = next;
  }
  digest[0] += a;
  digest[1] += b;
  digest[2] += c;
  digest[3] += d;
  digest[4] += e;
}

/// FIPS 180-4 section 5.1.1: a one bit, zeros, then the length in bits in the last eight bytes; a
/// second block if the rest leaves no room.
void absorbEnd(Digest& digest, std::span<const std::byte> rest, std::uint64_t bits) noexcept {
  Block block{};
  if (!rest.empty()) std::memcpy(block.data(), rest.data(), rest.size());
  block[rest.size()] = std::byte{0x80};
  if (rest.size() + 1 + sizeof bits > kBlockSize) {
    absorb(digest, block.data());
    block.fill(std::byte{});
  }
  storeBig(block.data() + kBlockSize - sizeof bits, bits);
  absorb(digest, block.data());
}

}  // namespace

std::array<std::byte, 20> sha1(std::span<const std::byte> message) noexcept {
  Digest digest{0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  const std::uint64_t bits = std::uint64_t{message.size()} * 8;
  while (message.size() >= kBlockSize) {
    absorb(digest, message.data());
    message = message.subspan(kBlockSize);
  }
  absorbEnd(digest, message, bits);
  std::array<std::byte, 20> result;
  for (std::size_t i = 0; i < digest.size(); ++i) storeBig(result.data() + 4 * i, digest[i]);
  return result;
}

}  // namespace parley::bytes
