#include "bytes/utf8_kernels.hpp"

#include "bytes/byte_literals.hpp"
#include "bytes/text_generator.hpp"
#include "bytes/utf8.hpp"
#include "bytes/utf8_reference.hpp"

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace parley::bytes {
namespace {

using tests::asBytes;
using tests::edgeBytes;
using tests::ExactCopy;
using tests::TextGenerator;
using tests::utf8Reference;

struct NamedKernel {
  std::string_view name;
  Utf8Kernel run;
};

std::vector<NamedKernel> kernelsOfThisProcessor() {
  std::vector<NamedKernel> kernels = {{"scalar", &isValidUtf8Scalar}};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("ssse3")) kernels.push_back({"ssse3", &isValidUtf8Ssse3});
  if (__builtin_cpu_supports("avx2")) kernels.push_back({"avx2", &isValidUtf8Avx2});
  if (__builtin_cpu_supports("avx512bw")) kernels.push_back({"avx512", &isValidUtf8Avx512});
#elif defined(__ARM_NEON) && defined(__aarch64__)
  kernels.push_back({"neon", &isValidUtf8Neon});
#endif
  return kernels;
}

class Utf8Kernels : public ::testing::TestWithParam<NamedKernel> {
 protected:
  static bool run(std::span<const std::byte> text) {
    return GetParam().run(text.data(), text.size());
  }
};

TEST_P(Utf8Kernels, AcceptsAsciiOfEveryLengthAtEveryAlignment) {
  for (std::size_t size = 0; size <= 300; ++size) {
    const std::string text(size, 'a');
    EXPECT_TRUE(run(ExactCopy(asBytes(text), size % 19).bytes())) << size;
  }
}

TEST_P(Utf8Kernels, FindsOneBadByteAtEveryPlaceOfEveryLength) {
  for (std::size_t size = 1; size <= 300; ++size) {
    const std::string text(size, 'a');
    const ExactCopy copy(asBytes(text), size % 7);
    for (std::size_t at = 0; at < size; ++at) {
      for (const unsigned bad : {0x80U, 0xC2U, 0xF0U, 0xFFU}) {
        copy.bytes()[at] = static_cast<std::byte>(bad);
        ASSERT_FALSE(run(copy.bytes())) << bad << " at " << at << " of " << size;
      }
      copy.bytes()[at] = std::byte{'a'};
    }
  }
}

TEST_P(Utf8Kernels, AcceptsOneLetterOfEachLengthAtEveryPlace) {
  for (const std::string_view letter : {"\xC3\xA9", "\xE4\xBD\xA0", "\xF0\x9F\x98\x80"}) {
    for (std::size_t size = letter.size(); size <= 300; ++size) {
      for (std::size_t at = 0; at + letter.size() <= size; ++at) {
        std::string text(size, 'a');
        text.replace(at, letter.size(), letter);
        ASSERT_TRUE(run(ExactCopy(asBytes(text)).bytes())) << at << " of " << size;
      }
    }
  }
}

TEST_P(Utf8Kernels, FindsASequenceCutAtEveryLength) {
  for (const std::string_view letter : {"\xC3\xA9", "\xE4\xBD\xA0", "\xF0\x9F\x98\x80"}) {
    for (std::size_t kept = 1; kept < letter.size(); ++kept) {
      for (std::size_t before = 0; before <= 300; ++before) {
        const std::string text = std::string(before, 'a').append(letter.substr(0, kept));
        ASSERT_FALSE(run(ExactCopy(asBytes(text)).bytes())) << kept << " after " << before;
      }
    }
  }
}

/// Every pair of bytes before each edge byte, at a place where it crosses blocks of all sizes.
TEST_P(Utf8Kernels, JudgesAllPairsBeforeEdgeBytesAsTheReferenceDoes) {
  const std::string frame(67, 'a');
  const ExactCopy copy(asBytes(frame));
  const std::span<std::byte> place = copy.bytes().subspan(62, 3);
  for (unsigned pair = 0x8000; pair < 0x1'0000; ++pair) {  // ASCII would begin a new text
    place[0] = static_cast<std::byte>(pair >> 8U);
    place[1] = static_cast<std::byte>(pair & 0xFFU);
    for (const unsigned char third : edgeBytes()) {
      place[2] = std::byte{third};
      // What follows is ASCII, so a cut sequence is an error as well.
      const bool expected = utf8Reference().judge(place).isValid();
      ASSERT_EQ(run(copy.bytes()), expected) << pair << ' ' << unsigned{third};
    }
  }
}

TEST_P(Utf8Kernels, JudgesAllFoursOfEdgeBytesAsTheReferenceDoes) {
  const std::string frame(34, 'a');
  const ExactCopy copy(asBytes(frame));
  const std::span<std::byte> place = copy.bytes().subspan(29, 4);
  for (const unsigned char a : edgeBytes()) {
    for (const unsigned char b : edgeBytes()) {
      for (const unsigned char c : edgeBytes()) {
        for (const unsigned char d : edgeBytes()) {
          place[0] = std::byte{a};
          place[1] = std::byte{b};
          place[2] = std::byte{c};
          place[3] = std::byte{d};
          ASSERT_EQ(run(copy.bytes()), utf8Reference().judge(place).isValid())
              << unsigned{a} << ' ' << unsigned{b} << ' ' << unsigned{c} << ' ' << unsigned{d};
        }
      }
    }
  }
}

TEST_P(Utf8Kernels, JudgesDamagedTextsAsTheReferenceDoes) {
  TextGenerator generator(7);
  for (int round = 0; round < 40'000; ++round) {
    const std::string text = generator.damaged(generator.below(round % 16 == 0 ? 700 : 90));
    const ExactCopy copy(asBytes(text), generator.below(5));
    ASSERT_EQ(run(copy.bytes()), utf8Reference().judge(copy.bytes()).isValid()) << round;
  }
}

INSTANTIATE_TEST_SUITE_P(OfThisProcessor, Utf8Kernels,
                         ::testing::ValuesIn(kernelsOfThisProcessor()),
                         [](const auto& kernel) { return std::string(kernel.param.name); });

TEST(Utf8KernelChoice, IsTheLastOfThoseThatThisProcessorRuns) {
  EXPECT_EQ(bestUtf8Kernel(), kernelsOfThisProcessor().back().run);
}

TEST(Utf8KernelChoice, ValidatesAllSequencesOfOneTwoAndThreeBytesAsTheReferenceDoes) {
  std::array<std::byte, 3> text{};
  const auto one = std::span(text).first(1);
  const auto two = std::span(text).first(2);
  for (unsigned pair = 0; pair < 0x1'0000; ++pair) {
    text = {static_cast<std::byte>(pair >> 8U), static_cast<std::byte>(pair & 0xFFU)};
    const auto verdict = utf8Reference().judge(two);
    ASSERT_EQ(isValidUtf8(one), utf8Reference().judge(one).isValid()) << pair;
    ASSERT_EQ(isValidUtf8(two), verdict.isValid()) << pair;
    // Behind ASCII the next two are a text of their own; one letter stands for all of it.
    const unsigned first = pair >> 8U;
    if (first < 0x80 && first != 'a') continue;
    for (unsigned third = 0; third < 256; ++third) {
      text[2] = static_cast<std::byte>(third);
      // Behind an error nothing is valid; the reference need not say so 256 times.
      const bool expected = !verdict.firstError && utf8Reference().judge(text).isValid();
      if (isValidUtf8(text) != expected) FAIL() << pair << ' ' << third;
    }
  }
}

}  // namespace
}  // namespace parley::bytes
