#include "frame/mask_kernels.hpp"

#include "bytes/byte_literals.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace parley::frame {
namespace {

using tests::ExactCopy;

constexpr MaskKey kKey{{std::byte{0x12}, std::byte{0x94}, std::byte{0x00}, std::byte{0xFF}}};

struct NamedKernel {
  std::string_view name;
  MaskKernel fromSource;
  MaskKernel toResult;
};

std::vector<NamedKernel> kernelsOfThisProcessor() {
  std::vector<NamedKernel> kernels = {
      {"short", &maskShort<PlainSide::Source>, &maskShort<PlainSide::Result>},
      {"base", &maskBase<PlainSide::Source>, &maskBase<PlainSide::Result>}};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) {
    kernels.push_back({"avx2", &maskAvx2<PlainSide::Source>, &maskAvx2<PlainSide::Result>});
  }
  if (__builtin_cpu_supports("avx512bw")) {
    kernels.push_back({"avx512", &maskAvx512<PlainSide::Source>, &maskAvx512<PlainSide::Result>});
  }
#endif
  return kernels;
}

/// RFC 6455 section 5.3, octet by octet.
std::vector<std::byte> maskedByTheRule(std::span<const std::byte> plain, std::size_t phase) {
  std::vector<std::byte> masked;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    masked.push_back(plain[i] ^ kKey.bytes[(phase + i) % 4]);
  }
  return masked;
}

std::vector<std::byte> asciiOf(std::size_t size) {
  std::vector<std::byte> text(size);
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<std::byte>((i * 37 + size) % 128);
  return text;
}

std::vector<std::byte> copyOf(std::span<const std::byte> bytes) {
  return {bytes.begin(), bytes.end()};
}

class MaskKernels : public ::testing::TestWithParam<NamedKernel> {};

TEST_P(MaskKernels, MaskInPlaceLikeTheRuleForEveryLengthPhaseAndAlignment) {
  for (std::size_t size = 0; size <= 600; ++size) {
    const auto plain = asciiOf(size);
    for (std::size_t phase = 0; phase < 4; ++phase) {
      const ExactCopy copy(plain, (size + phase * 5) % 67);
      const auto bytes = copy.bytes();
      const std::uint32_t word = kKey.wordAt(phase);
      ASSERT_EQ(GetParam().fromSource(bytes.data(), bytes.data(), size, word), PlainText::Ascii);
      ASSERT_EQ(copyOf(bytes), maskedByTheRule(plain, phase)) << size << " phase " << phase;
      ASSERT_EQ(GetParam().toResult(bytes.data(), bytes.data(), size, word), PlainText::Ascii);
      ASSERT_EQ(copyOf(bytes), plain) << size << " phase " << phase;
    }
  }
}

TEST_P(MaskKernels, MaskIntoAnotherBufferLikeTheRuleForEveryLengthPhaseAndAlignment) {
  for (std::size_t size = 0; size <= 300; ++size) {
    const auto plain = asciiOf(size);
    for (std::size_t phase = 0; phase < 4; ++phase) {
      const ExactCopy from(plain, (size + phase) % 13);
      const ExactCopy to(plain, (size * 3 + phase) % 17);
      const std::uint32_t word = kKey.wordAt(phase);
      ASSERT_EQ(GetParam().fromSource(to.bytes().data(), from.bytes().data(), size, word),
                PlainText::Ascii);
      ASSERT_EQ(copyOf(to.bytes()), maskedByTheRule(plain, phase)) << size << " phase " << phase;
      ASSERT_EQ(copyOf(from.bytes()), plain);
    }
  }
}

TEST_P(MaskKernels, SeeOneByteAboveAsciiAtEveryPlaceOfThePlainSide) {
  for (std::size_t size = 1; size <= 300; ++size) {
    const ExactCopy plain(asciiOf(size), size % 5);
    const ExactCopy masked(maskedByTheRule(plain.bytes(), 0), size % 3);
    const ExactCopy to(plain.bytes());
    const std::uint32_t word = kKey.wordAt(0);
    for (std::size_t at = 0; at < size; ++at) {
      plain.bytes()[at] ^= std::byte{0x80};
      masked.bytes()[at] ^= std::byte{0x80};
      ASSERT_EQ(GetParam().fromSource(to.bytes().data(), plain.bytes().data(), size, word),
                PlainText::Other)
          << at << " of " << size;
      ASSERT_EQ(GetParam().toResult(to.bytes().data(), masked.bytes().data(), size, word),
                PlainText::Other)
          << at << " of " << size;
      plain.bytes()[at] ^= std::byte{0x80};
      masked.bytes()[at] ^= std::byte{0x80};
    }
  }
}

TEST_P(MaskKernels, LeaveTheBytesAroundTheTargetAlone) {
  for (std::size_t size = 0; size <= 300; ++size) {
    const auto plain = asciiOf(size);
    std::vector<std::byte> room(size + 140, std::byte{0xA5});
    GetParam().fromSource(room.data() + 70, plain.data(), size, kKey.wordAt(0));
    for (std::size_t i = 0; i < 70; ++i) {
      ASSERT_EQ(room[i], std::byte{0xA5}) << size;
      ASSERT_EQ(room[room.size() - 1 - i], std::byte{0xA5}) << size;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(OfThisProcessor, MaskKernels,
                         ::testing::ValuesIn(kernelsOfThisProcessor()),
                         [](const auto& kernel) { return std::string(kernel.param.name); });

}  // namespace
}  // namespace parley::frame
