#include "bytes/utf8_kernels.hpp"
#include "bytes/utf8_tables.hpp"

#if defined(__x86_64__)

#include <cstring>

#include <immintrin.h>

#define PARLEY_AVX2 __attribute__((target("avx2")))

namespace parley::bytes {
namespace {

PARLEY_AVX2 __m256i loadTable(const utf8::HalfByteTable& table) noexcept {
  const auto* half = reinterpret_cast<const __m128i*>(table.entries.data());
  return _mm256_broadcastsi128_si256(_mm_load_si128(half));
}

PARLEY_AVX2 __m256i loadBlock(const std::byte* from) noexcept {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
}

PARLEY_AVX2 __m128i loadHalfBlock(const std::byte* from) noexcept {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}

PARLEY_AVX2 __m256i highHalves(__m256i block) noexcept {
  return _mm256_and_si256(_mm256_srli_epi16(block, 4), _mm256_set1_epi8(0x0F));
}

/// Collects the errors of a text given block by block.
struct Avx2Checker {
  __m256i errors;
  __m256i previous;

  PARLEY_AVX2 __attribute__((always_inline)) void check(__m256i block) noexcept {
    // alignr works in each half by itself, so its second operand is the block 16 bytes earlier.
    const __m256i earlier = _mm256_permute2x128_si256(previous, block, 0x21);
    const __m256i before1 = _mm256_alignr_epi8(block, earlier, 15);
    const __m256i before2 = _mm256_alignr_epi8(block, earlier, 14);
    const __m256i before3 = _mm256_alignr_epi8(block, earlier, 13);
    const __m256i firstHigh = _mm256_shuffle_epi8(loadTable(utf8::kFirstHigh), highHalves(before1));
    const __m256i firstLow = _mm256_shuffle_epi8(loadTable(utf8::kFirstLow),
                                                 _mm256_and_si256(before1, _mm256_set1_epi8(0x0F)));
    const __m256i secondHigh = _mm256_shuffle_epi8(loadTable(utf8::kSecondHigh), highHalves(block));
    const __m256i found = _mm256_and_si256(_mm256_and_si256(firstHigh, firstLow), secondHigh);
    const __m256i due =
        _mm256_or_si256(_mm256_subs_epu8(before2, _mm256_set1_epi8(utf8::kBelowLead3)),
                        _mm256_subs_epu8(before3, _mm256_set1_epi8(utf8::kBelowLead4)));
    const __m256i dueBit = _mm256_and_si256(due, _mm256_set1_epi8(static_cast<char>(0x80)));
    errors = _mm256_or_si256(errors, _mm256_xor_si256(dueBit, found));
    previous = block;
  }

  /// An ASCII stretch: the only possible error is a sequence that was open before it.
  PARLEY_AVX2 __attribute__((always_inline)) void checkAscii(__m256i firstBlock,
                                                             __m256i lastBlock) noexcept {
    check(firstBlock);
    previous = lastBlock;
  }

  PARLEY_AVX2 __attribute__((always_inline)) bool finish() noexcept {
    check(_mm256_setzero_si256());
    return _mm256_testz_si256(errors, errors) != 0;
  }
};

/// The last `rest` < 16 bytes before `end`, then zeros. A text of 16 bytes or more is read in
/// place.
PARLEY_AVX2 __m128i loadFewBytes(const std::byte* end, std::size_t rest,
                                 std::size_t size) noexcept {
  if (size >= 16) {
    const auto* order = reinterpret_cast<const __m128i*>(utf8::kMoveToFront.data() + 16 - rest);
    return _mm_shuffle_epi8(loadHalfBlock(end - 16), _mm_loadu_si128(order));
  }
  alignas(16) std::byte padded[16] = {};
  std::memcpy(padded, end - rest, rest);
  return loadHalfBlock(padded);
}

/// The last `rest` < 32 bytes before `end`, then zeros.
PARLEY_AVX2 __m256i loadRest(const std::byte* end, std::size_t rest, std::size_t size) noexcept {
  if (rest < 16) return _mm256_zextsi128_si256(loadFewBytes(end, rest, size));
  const __m128i low = loadHalfBlock(end - rest);
  const __m128i high = loadFewBytes(end, rest - 16, size);
  return _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
}

}  // namespace

PARLEY_AVX2 bool isValidUtf8Avx2(const std::byte* text, std::size_t size) noexcept {
  Avx2Checker checker{_mm256_setzero_si256(), _mm256_setzero_si256()};
  std::size_t at = 0;
  for (; at + 64 <= size; at += 64) {
    const __m256i a = loadBlock(text + at);
    const __m256i b = loadBlock(text + at + 32);
    if (_mm256_movemask_epi8(_mm256_or_si256(a, b)) == 0) {
      checker.checkAscii(a, b);
      continue;
    }
    checker.check(a);
    checker.check(b);
  }
  for (; at + 32 <= size; at += 32) checker.check(loadBlock(text + at));
  if (at < size) checker.check(loadRest(text + size, size - at, size));
  return checker.finish();
}

}  // namespace parley::bytes

#endif
