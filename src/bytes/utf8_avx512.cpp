#include "bytes/utf8_kernels.hpp"
#include "bytes/utf8_tables.hpp"

#if defined(__x86_64__)

// GCC 12's header passes an undefined vector to an instruction that ignores it, and warns (PR
// 105593).
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <immintrin.h>

#define PARLEY_AVX512 __attribute__((target("avx512f,avx512bw")))

namespace parley::bytes {
namespace {

PARLEY_AVX512 __m512i loadTable(const utf8::HalfByteTable& table) noexcept {
  const auto* quarter = reinterpret_cast<const __m128i*>(table.entries.data());
  return _mm512_broadcast_i32x4(_mm_load_si128(quarter));
}

PARLEY_AVX512 __m512i highHalves(__m512i block) noexcept {
  return _mm512_and_si512(_mm512_srli_epi16(block, 4), _mm512_set1_epi8(0x0F));
}

/// The `rest` bytes, 1 to 63, at `from`, then zeros; no other byte is touched. AddressSanitizer
/// checks a masked load lane by lane, and Clang 14 fails on the code that comes of it.
PARLEY_AVX512 __attribute__((no_sanitize("address"))) __m512i loadRest(const std::byte* from,
                                                                       std::size_t rest) noexcept {
  return _mm512_maskz_loadu_epi8(~__mmask64{0} >> (64 - rest), from);
}

/// Collects the errors of a text given block by block.
struct Avx512Checker {
  __m512i errors;
  __m512i previous;

  PARLEY_AVX512 __attribute__((always_inline)) void check(__m512i block) noexcept {
    // alignr_epi8 works in each quarter by itself, so its second operand is the block 16 bytes
    // earlier.
    const __m512i earlier = _mm512_alignr_epi64(block, previous, 6);
    const __m512i before1 = _mm512_alignr_epi8(block, earlier, 15);
    const __m512i before2 = _mm512_alignr_epi8(block, earlier, 14);
    const __m512i before3 = _mm512_alignr_epi8(block, earlier, 13);
    const __m512i firstHigh = _mm512_shuffle_epi8(loadTable(utf8::kFirstHigh), highHalves(before1));
    const __m512i firstLow = _mm512_shuffle_epi8(loadTable(utf8::kFirstLow),
                                                 _mm512_and_si512(before1, _mm512_set1_epi8(0x0F)));
    const __m512i secondHigh = _mm512_shuffle_epi8(loadTable(utf8::kSecondHigh), highHalves(block));
    const __m512i found = _mm512_and_si512(_mm512_and_si512(firstHigh, firstLow), secondHigh);
    const __m512i due =
        _mm512_or_si512(_mm512_subs_epu8(before2, _mm512_set1_epi8(utf8::kBelowLead3)),
                        _mm512_subs_epu8(before3, _mm512_set1_epi8(utf8::kBelowLead4)));
    const __m512i dueBit = _mm512_and_si512(due, _mm512_set1_epi8(static_cast<char>(0x80)));
    errors = _mm512_or_si512(errors, _mm512_xor_si512(dueBit, found));
    previous = block;
  }

  /// An ASCII stretch: the only possible error is a sequence that was open before it.
  PARLEY_AVX512 __attribute__((always_inline)) void checkAscii(__m512i firstBlock,
                                                               __m512i lastBlock) noexcept {
    check(firstBlock);
    previous = lastBlock;
  }

  PARLEY_AVX512 __attribute__((always_inline)) bool finish() noexcept {
    check(_mm512_setzero_si512());
    return _mm512_test_epi8_mask(errors, errors) == 0;
  }
};

}  // namespace

PARLEY_AVX512 bool isValidUtf8Avx512(const std::byte* text, std::size_t size) noexcept {
  Avx512Checker checker{_mm512_setzero_si512(), _mm512_setzero_si512()};
  std::size_t at = 0;
  for (; at + 256 <= size; at += 256) {
    const __m512i a = _mm512_loadu_si512(text + at);
    const __m512i b = _mm512_loadu_si512(text + at + 64);
    const __m512i c = _mm512_loadu_si512(text + at + 128);
    const __m512i d = _mm512_loadu_si512(text + at + 192);
    const __m512i all = _mm512_or_si512(_mm512_or_si512(a, b), _mm512_or_si512(c, d));
    if (_mm512_movepi8_mask(all) == 0) {
      checker.checkAscii(a, d);
      continue;
    }
    checker.check(a);
    checker.check(b);
    checker.check(c);
    checker.check(d);
  }
  for (; at + 64 <= size; at += 64) checker.check(_mm512_loadu_si512(text + at));
  if (at < size) checker.check(loadRest(text + at, size - at));
  return checker.finish();
}

}  // namespace parley::bytes

#endif
