#pragma once

#include "bytes/byte_order.hpp"

#include <cstddef>
#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__ARM_NEON) && defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace parley::bytes {

/// Sixteen bytes as one register of the processor's base instruction set (SSE2, NEON, or a pair of
/// words), so that the short hot loops need no dispatch.
class Block16 {
 public:
  static constexpr std::size_t kSize = 16;

#if defined(__SSE2__)
  static Block16 load(const std::byte* from) noexcept {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  }
  /// Four times the same word, each as it lies in memory.
  static Block16 repeat(std::uint32_t word) noexcept {
    return _mm_set1_epi32(static_cast<int>(word));
  }
  void store(std::byte* to) const noexcept {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), lanes_);
  }
  friend Block16 operator^(Block16 a, Block16 b) noexcept {
    return _mm_xor_si128(a.lanes_, b.lanes_);
  }
  friend Block16 operator|(Block16 a, Block16 b) noexcept {
    return _mm_or_si128(a.lanes_, b.lanes_);
  }
  /// Is the top bit of any byte set, so that the bytes are not ASCII?
  [[nodiscard]] bool hasHighBit() const noexcept {
    return _mm_movemask_epi8(lanes_) != 0;
  }

 private:
  Block16(__m128i lanes) noexcept : lanes_(lanes) {}  // NOLINT: implicit by intent
  __m128i lanes_;

#elif defined(__ARM_NEON) && defined(__aarch64__)
  static Block16 load(const std::byte* from) noexcept {
    return vld1q_u8(reinterpret_cast<const std::uint8_t*>(from));
  }
  static Block16 repeat(std::uint32_t word) noexcept {
    return vreinterpretq_u8_u32(vdupq_n_u32(word));
  }
  void store(std::byte* to) const noexcept {
    vst1q_u8(reinterpret_cast<std::uint8_t*>(to), lanes_);
  }
  friend Block16 operator^(Block16 a, Block16 b) noexcept {
    return veorq_u8(a.lanes_, b.lanes_);
  }
  friend Block16 operator|(Block16 a, Block16 b) noexcept {
    return vorrq_u8(a.lanes_, b.lanes_);
  }
  [[nodiscard]] bool hasHighBit() const noexcept {
    return vmaxvq_u8(lanes_) >= 0x80;
  }

 private:
  Block16(uint8x16_t lanes) noexcept : lanes_(lanes) {}  // NOLINT: implicit by intent
  uint8x16_t lanes_;

#else
  static Block16 load(const std::byte* from) noexcept {
    return {loadNative<std::uint64_t>(from), loadNative<std::uint64_t>(from + 8)};
  }
  static Block16 repeat(std::uint32_t word) noexcept {
    const std::uint64_t pair = word * 0x1'0000'0001U;
    return {pair, pair};
  }
  void store(std::byte* to) const noexcept {
    storeNative(to, low_);
    storeNative(to + 8, high_);
  }
  friend Block16 operator^(Block16 a, Block16 b) noexcept {
    return {a.low_ ^ b.low_, a.high_ ^ b.high_};
  }
  friend Block16 operator|(Block16 a, Block16 b) noexcept {
    return {a.low_ | b.low_, a.high_ | b.high_};
  }
  [[nodiscard]] bool hasHighBit() const noexcept {
    return ((low_ | high_) & 0x8080'8080'8080'8080U) != 0;
  }

 private:
  Block16(std::uint64_t low, std::uint64_t high) noexcept : low_(low), high_(high) {}
  std::uint64_t low_;
  std::uint64_t high_;
#endif
};

}  // namespace parley::bytes
