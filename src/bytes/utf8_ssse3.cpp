#include "bytes/utf8_kernels.hpp"
#include "bytes/utf8_tables.hpp"

#if defined(__x86_64__)

#include <cstring>

#include <immintrin.h>

#define PARLEY_SSSE3 __attribute__((target("ssse3")))

namespace parley::bytes {
namespace {

PARLEY_SSSE3 __m128i loadTable(const utf8::HalfByteTable& table) noexcept {
  return _mm_load_si128(reinterpret_cast<const __m128i*>(table.entries.data()));
}

PARLEY_SSSE3 __m128i loadBlock(const std::byte* from) noexcept {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}

PARLEY_SSSE3 __m128i highHalves(__m128i block) noexcept {
  return _mm_and_si128(_mm_srli_epi16(block, 4), _mm_set1_epi8(0x0F));
}

/// Collects the errors of a text given block by block.
struct Ssse3Checker {
  __m128i errors;
  __m128i previous;

  PARLEY_SSSE3 __attribute__((always_inline)) void check(__m128i block) noexcept {
    const __m128i before1 = _mm_alignr_epi8(block, previous, 15);
    const __m128i before2 = _mm_alignr_epi8(block, previous, 14);
    const __m128i before3 = _mm_alignr_epi8(block, previous, 13);
    const __m128i firstHigh = _mm_shuffle_epi8(loadTable(utf8::kFirstHigh), highHalves(before1));
    const __m128i firstLow =
        _mm_shuffle_epi8(loadTable(utf8::kFirstLow), _mm_and_si128(before1, _mm_set1_epi8(0x0F)));
    const __m128i secondHigh = _mm_shuffle_epi8(loadTable(utf8::kSecondHigh), highHalves(block));
    const __m128i found = _mm_and_si128(_mm_and_si128(firstHigh, firstLow), secondHigh);
    const __m128i due = _mm_or_si128(_mm_subs_epu8(before2, _mm_set1_epi8(utf8::kBelowLead3)),
                                     _mm_subs_epu8(before3, _mm_set1_epi8(utf8::kBelowLead4)));
    const __m128i dueBit = _mm_and_si128(due, _mm_set1_epi8(static_cast<char>(0x80)));
    errors = _mm_or_si128(errors, _mm_xor_si128(dueBit, found));
    previous = block;
  }

  /// An ASCII stretch: the only possible error is a sequence that was open before it.
  PARLEY_SSSE3 __attribute__((always_inline)) void checkAscii(__m128i firstBlock,
                                                              __m128i lastBlock) noexcept {
    check(firstBlock);
    previous = lastBlock;
  }

  PARLEY_SSSE3 __attribute__((always_inline)) bool finish() noexcept {
    check(_mm_setzero_si128());
    return _mm_movemask_epi8(_mm_cmpeq_epi8(errors, _mm_setzero_si128())) == 0xFFFF;
  }
};

/// The last `rest` bytes before `end`, then zeros. A text of 16 bytes or more is read in place.
PARLEY_SSSE3 __m128i loadRest(const std::byte* end, std::size_t rest, std::size_t size) noexcept {
  if (size >= 16) {
    const auto* order = reinterpret_cast<const __m128i*>(utf8::kMoveToFront.data() + 16 - rest);
    return _mm_shuffle_epi8(loadBlock(end - 16), _mm_loadu_si128(order));
  }
  alignas(16) std::byte padded[16] = {};
  std::memcpy(padded, end - rest, rest);
  return loadBlock(padded);
}

}  // namespace

PARLEY_SSSE3 bool isValidUtf8Ssse3(const std::byte* text, std::size_t size) noexcept {
  Ssse3Checker checker{_mm_setzero_si128(), _mm_setzero_si128()};
  std::size_t at = 0;
  for (; at + 64 <= size; at += 64) {
    const __m128i a = loadBlock(text + at);
    const __m128i b = loadBlock(text + at + 16);
    const __m128i c = loadBlock(text + at + 32);
    const __m128i d = loadBlock(text + at + 48);
    if (_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d))) == 0) {
      checker.checkAscii(a, d);
      continue;
    }
    checker.check(a);
    checker.check(b);
    checker.check(c);
    checker.check(d);
  }
  for (; at + 16 <= size; at += 16) checker.check(loadBlock(text + at));
  if (at < size) checker.check(loadRest(text + size, size - at, size));
  return checker.finish();
}

}  // namespace parley::bytes

#endif
