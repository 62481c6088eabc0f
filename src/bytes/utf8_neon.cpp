#include "bytes/utf8_kernels.hpp"
#include "bytes/utf8_tables.hpp"

#if defined(__ARM_NEON) && defined(__aarch64__)

#include <cstring>

#include <arm_neon.h>

namespace parley::bytes {
namespace {

uint8x16_t loadBlock(const std::byte* from) noexcept {
  return vld1q_u8(reinterpret_cast<const std::uint8_t*>(from));
}

/// Collects the errors of a text given block by block.
struct NeonChecker {
  uint8x16_t errors = vdupq_n_u8(0);
  uint8x16_t previous = vdupq_n_u8(0);
  uint8x16_t firstHighTable = vld1q_u8(utf8::kFirstHigh.entries.data());
  uint8x16_t firstLowTable = vld1q_u8(utf8::kFirstLow.entries.data());
  uint8x16_t secondHighTable = vld1q_u8(utf8::kSecondHigh.entries.data());

  void check(uint8x16_t block) noexcept {
    const uint8x16_t before1 = vextq_u8(previous, block, 15);
    const uint8x16_t before2 = vextq_u8(previous, block, 14);
    const uint8x16_t before3 = vextq_u8(previous, block, 13);
    const uint8x16_t firstHigh = vqtbl1q_u8(firstHighTable, vshrq_n_u8(before1, 4));
    const uint8x16_t firstLow = vqtbl1q_u8(firstLowTable, vandq_u8(before1, vdupq_n_u8(0x0F)));
    const uint8x16_t secondHigh = vqtbl1q_u8(secondHighTable, vshrq_n_u8(block, 4));
    const uint8x16_t found = vandq_u8(vandq_u8(firstHigh, firstLow), secondHigh);
    const uint8x16_t due = vorrq_u8(vqsubq_u8(before2, vdupq_n_u8(utf8::kBelowLead3)),
                                    vqsubq_u8(before3, vdupq_n_u8(utf8::kBelowLead4)));
    errors = vorrq_u8(errors, veorq_u8(vandq_u8(due, vdupq_n_u8(0x80)), found));
    previous = block;
  }

  /// An ASCII stretch: the only possible error is a sequence that was open before it.
  void checkAscii(uint8x16_t firstBlock, uint8x16_t lastBlock) noexcept {
    check(firstBlock);
    previous = lastBlock;
  }

  bool finish() noexcept {
    check(vdupq_n_u8(0));
    return vmaxvq_u8(errors) == 0;
  }
};

}  // namespace

bool isValidUtf8Neon(const std::byte* text, std::size_t size) noexcept {
  NeonChecker checker;
  std::size_t at = 0;
  for (; at + 64 <= size; at += 64) {
    const uint8x16_t a = loadBlock(text + at);
    const uint8x16_t b = loadBlock(text + at + 16);
    const uint8x16_t c = loadBlock(text + at + 32);
    const uint8x16_t d = loadBlock(text + at + 48);
    if (vmaxvq_u8(vorrq_u8(vorrq_u8(a, b), vorrq_u8(c, d))) < 0x80) {
      checker.checkAscii(a, d);
      continue;
    }
    checker.check(a);
    checker.check(b);
    checker.check(c);
    checker.check(d);
  }
  for (; at + 16 <= size; at += 16) checker.check(loadBlock(text + at));
  if (at < size) {
    std::byte padded[16] = {};
    std::memcpy(padded, text + at, size - at);
    checker.check(loadBlock(padded));
  }
  return checker.finish();
}

}  // namespace parley::bytes

#endif
