#include "frame/mask_kernels.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#define PARLEY_AVX2 __attribute__((target("avx2")))
#define PARLEY_AVX512 __attribute__((target("avx512f,avx512bw")))
#endif

namespace parley::frame {

using bytes::Block16;

template <PlainSide side>
PlainText maskBase(std::byte* to, const std::byte* from, std::size_t size,
                   std::uint32_t key) noexcept {
  constexpr std::size_t kStep = 4 * Block16::kSize;
  const Block16 keys = Block16::repeat(key);
  Block16 plain = Block16::repeat(0);
  std::size_t at = 0;
  for (; at + kStep <= size; at += kStep) {
    const Block16 a = Block16::load(from + at);
    const Block16 b = Block16::load(from + at + 16);
    const Block16 c = Block16::load(from + at + 32);
    const Block16 d = Block16::load(from + at + 48);
    (a ^ keys).store(to + at);
    (b ^ keys).store(to + at + 16);
    (c ^ keys).store(to + at + 32);
    (d ^ keys).store(to + at + 48);
    if constexpr (side == PlainSide::Source) {
      plain = plain | (a | b) | (c | d);
    } else {
      plain = plain | ((a ^ keys) | (b ^ keys)) | ((c ^ keys) | (d ^ keys));
    }
  }
  const PlainText rest = maskShort<side>(to + at, from + at, size - at, key);
  return plain.hasHighBit() ? PlainText::Other : rest;
}

template PlainText maskBase<PlainSide::Source>(std::byte*, const std::byte*, std::size_t,
                                               std::uint32_t) noexcept;
template PlainText maskBase<PlainSide::Result>(std::byte*, const std::byte*, std::size_t,
                                               std::uint32_t) noexcept;

#if defined(__x86_64__)

namespace {

PARLEY_AVX2 __m256i load32(const std::byte* from) noexcept {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
}

PARLEY_AVX2 void store32(std::byte* to, __m256i block) noexcept {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), block);
}

PARLEY_AVX2 __m256i or4(__m256i a, __m256i b, __m256i c, __m256i d) noexcept {
  return _mm256_or_si256(_mm256_or_si256(a, b), _mm256_or_si256(c, d));
}

PARLEY_AVX512 __m512i or4(__m512i a, __m512i b, __m512i c, __m512i d) noexcept {
  return _mm512_or_si512(_mm512_or_si512(a, b), _mm512_or_si512(c, d));
}

}  // namespace

template <PlainSide side>
PARLEY_AVX2 PlainText maskAvx2(std::byte* to, const std::byte* from, std::size_t size,
                               std::uint32_t key) noexcept {
  const __m256i keys = _mm256_set1_epi32(static_cast<int>(key));
  __m256i plain = _mm256_setzero_si256();
  std::size_t at = 0;
  for (; at + 128 <= size; at += 128) {
    const __m256i a = load32(from + at);
    const __m256i b = load32(from + at + 32);
    const __m256i c = load32(from + at + 64);
    const __m256i d = load32(from + at + 96);
    const __m256i maskedA = _mm256_xor_si256(a, keys);
    const __m256i maskedB = _mm256_xor_si256(b, keys);
    const __m256i maskedC = _mm256_xor_si256(c, keys);
    const __m256i maskedD = _mm256_xor_si256(d, keys);
    store32(to + at, maskedA);
    store32(to + at + 32, maskedB);
    store32(to + at + 64, maskedC);
    store32(to + at + 96, maskedD);
    plain =
        _mm256_or_si256(plain, side == PlainSide::Source ? or4(a, b, c, d)
                                                         : or4(maskedA, maskedB, maskedC, maskedD));
  }
  const PlainText rest = maskShort<side>(to + at, from + at, size - at, key);
  return _mm256_movemask_epi8(plain) != 0 ? PlainText::Other : rest;
}

template PlainText maskAvx2<PlainSide::Source>(std::byte*, const std::byte*, std::size_t,
                                               std::uint32_t) noexcept;
template PlainText maskAvx2<PlainSide::Result>(std::byte*, const std::byte*, std::size_t,
                                               std::uint32_t) noexcept;

template <PlainSide side>
PARLEY_AVX512 PlainText maskAvx512(std::byte* to, const std::byte* from, std::size_t size,
                                   std::uint32_t key) noexcept {
  if (size < 64) return maskShort<side>(to, from, size, key);
  // The last block may overlap the one before; it is read before anything is written.
  const std::size_t lastAt = size - 64;
  const __m512i last = _mm512_loadu_si512(from + lastAt);
  const __m512i lastKeys = _mm512_set1_epi32(static_cast<int>(rotateKey(key, lastAt)));
  const __m512i maskedLast = _mm512_xor_si512(last, lastKeys);
  const __m512i keys = _mm512_set1_epi32(static_cast<int>(key));
  __m512i plain = side == PlainSide::Source ? last : maskedLast;
  std::size_t at = 0;
  for (; at + 256 <= size; at += 256) {
    const __m512i a = _mm512_loadu_si512(from + at);
    const __m512i b = _mm512_loadu_si512(from + at + 64);
    const __m512i c = _mm512_loadu_si512(from + at + 128);
    const __m512i d = _mm512_loadu_si512(from + at + 192);
    const __m512i maskedA = _mm512_xor_si512(a, keys);
    const __m512i maskedB = _mm512_xor_si512(b, keys);
    const __m512i maskedC = _mm512_xor_si512(c, keys);
    const __m512i maskedD = _mm512_xor_si512(d, keys);
    _mm512_storeu_si512(to + at, maskedA);
    _mm512_storeu_si512(to + at + 64, maskedB);
    _mm512_storeu_si512(to + at + 128, maskedC);
    _mm512_storeu_si512(to + at + 192, maskedD);
    plain =
        _mm512_or_si512(plain, side == PlainSide::Source ? or4(a, b, c, d)
                                                         : or4(maskedA, maskedB, maskedC, maskedD));
  }
  for (; at + 64 < size; at += 64) {
    const __m512i block = _mm512_loadu_si512(from + at);
    const __m512i masked = _mm512_xor_si512(block, keys);
    _mm512_storeu_si512(to + at, masked);
    plain = _mm512_or_si512(plain, side == PlainSide::Source ? block : masked);
  }
  _mm512_storeu_si512(to + lastAt, maskedLast);
  return _mm512_movepi8_mask(plain) != 0 ? PlainText::Other : PlainText::Ascii;
}

template PlainText maskAvx512<PlainSide::Source>(std::byte*, const std::byte*, std::size_t,
                                                 std::uint32_t) noexcept;
template PlainText maskAvx512<PlainSide::Result>(std::byte*, const std::byte*, std::size_t,
                                                 std::uint32_t) noexcept;

#endif

}  // namespace parley::frame
