#include "frame/mask.hpp"

#include "bytes/byte_literals.hpp"
#include "bytes/text_generator.hpp"
#include "bytes/utf8_reference.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace parley::frame {
namespace {

using tests::asBytes;
using tests::asText;
using tests::bytesOf;
using tests::ExactCopy;
using tests::TextGenerator;
using tests::utf8Reference;

constexpr MaskKey kKey{{std::byte{0x37}, std::byte{0xFA}, std::byte{0x21}, std::byte{0x3D}}};

std::vector<std::byte> maskedByTheRule(std::string_view plain, std::size_t phase = 0) {
  std::vector<std::byte> masked = bytesOf(plain);
  for (std::size_t i = 0; i < masked.size(); ++i) masked[i] ^= kKey.bytes[(phase + i) % 4];
  return masked;
}

/// Sizes on both sides of every change of method: words, blocks, kernels, pieces.
std::vector<std::size_t> telltaleSizes() {
  std::vector<std::size_t> sizes;
  for (std::size_t size = 0; size <= 300; ++size) sizes.push_back(size);
  for (const unsigned size : {1024U, 4095U, 4096U, 4097U, 4100U, 8191U, 8192U, 8193U, 20'000U}) {
    sizes.push_back(size);
  }
  return sizes;
}

TEST(MaskKey, WordBeginsWithTheByteOfThePhase) {
  for (std::size_t phase = 0; phase < 9; ++phase) {
    const auto word = std::bit_cast<std::array<std::byte, 4>>(kKey.wordAt(phase));
    for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(word[i], kKey.bytes[(phase + i) % 4]) << phase;
  }
}

TEST(Mask, GivesTheStandardsMaskedHello) {
  std::vector<std::byte> payload = bytesOf("Hello");
  mask(payload, kKey);
  EXPECT_EQ(asText(payload), "\x7F\x9F\x4D\x51\x58");
  mask(payload, kKey);
  EXPECT_EQ(asText(payload), "Hello");
}

TEST(Mask, FollowsTheRuleInPlaceAndCopyingForEverySizeAndPhase) {
  for (const std::size_t size : telltaleSizes()) {
    std::string plain(size, ' ');
    for (std::size_t i = 0; i < size; ++i) plain[i] = static_cast<char>(i * 7);
    for (std::size_t phase = 0; phase < 8; ++phase) {
      const ExactCopy inPlace(asBytes(plain), phase);
      mask(inPlace.bytes(), kKey, phase);
      ASSERT_EQ(asText(inPlace.bytes()), asText(maskedByTheRule(plain, phase))) << size;
      const ExactCopy to(asBytes(plain), 7 - phase);
      maskCopy(to.bytes().data(), asBytes(plain), kKey, phase);
      ASSERT_EQ(asText(to.bytes()), asText(maskedByTheRule(plain, phase))) << size;
    }
  }
}

TEST(Mask, CutAnywhereGivesTheSameBytesWhenThePhaseFollows) {
  const std::string plain(300, 'm');
  const auto whole = maskedByTheRule(plain);
  for (std::size_t cut = 0; cut <= plain.size(); ++cut) {
    std::vector<std::byte> payload = bytesOf(plain);
    mask(std::span(payload).first(cut), kKey);
    mask(std::span(payload).subspan(cut), kKey, cut);
    ASSERT_EQ(payload, whole) << cut;
  }
}

TEST(UnmaskText, UnmasksAndAcceptsTextOfEverySizeAndPhase) {
  TextGenerator generator(3);
  for (const std::size_t size : telltaleSizes()) {
    for (std::size_t phase = 0; phase < 4; ++phase) {
      const std::string plain = phase % 2 == 0 ? std::string(size, 'u') : generator.valid(size);
      const ExactCopy payload(maskedByTheRule(plain, phase), size % 11);
      bytes::Utf8Validator validator;
      ASSERT_TRUE(unmaskText(payload.bytes(), kKey, phase, validator)) << size;
      ASSERT_TRUE(validator.complete()) << size;
      ASSERT_EQ(asText(payload.bytes()), plain) << size;
    }
  }
}

TEST(UnmaskText, UnmasksEverythingEvenWhenItIsRefused) {
  for (const std::size_t size : telltaleSizes()) {
    for (const std::size_t at : {std::size_t{0}, size / 2, size - 1}) {
      if (size == 0) continue;
      std::string plain(size, 'u');
      plain[at] = '\xFF';
      const ExactCopy payload(maskedByTheRule(plain));
      bytes::Utf8Validator validator;
      ASSERT_FALSE(unmaskText(payload.bytes(), kKey, 0, validator)) << at << " of " << size;
      ASSERT_FALSE(validator.complete());
      ASSERT_EQ(asText(payload.bytes()), plain) << at << " of " << size;
    }
  }
}

TEST(UnmaskText, AcceptsASequenceAcrossThePiecesOfALongText) {
  for (const std::string_view letter : {"\xC3\xA9", "\xE4\xBD\xA0", "\xF0\x9F\x98\x80"}) {
    for (std::size_t before = 4090; before <= 4098; ++before) {
      const std::string plain = std::string(before, 'u').append(letter) + std::string(5000, 'v');
      const ExactCopy payload(maskedByTheRule(plain));
      bytes::Utf8Validator validator;
      ASSERT_TRUE(unmaskText(payload.bytes(), kKey, 0, validator)) << before;
      ASSERT_TRUE(validator.complete());
    }
  }
}

TEST(UnmaskText, AsciiDoesNotEndAnOpenSequence) {
  for (const unsigned size : {1U, 3U, 7U, 15U, 64U, 127U, 128U, 5000U}) {
    bytes::Utf8Validator validator;
    ASSERT_TRUE(validator.feed(asBytes("\xE4\xBD")));
    std::vector<std::byte> payload = maskedByTheRule(std::string(size, 'a'));
    EXPECT_FALSE(unmaskText(payload, kKey, 0, validator)) << size;
    payload = maskedByTheRule(std::string(size, 'a'));
    EXPECT_FALSE(unmaskText(payload, kKey, 0, validator)) << "refused for good, " << size;
  }
}

TEST(UnmaskText, AnEmptyPieceChangesNothing) {
  bytes::Utf8Validator validator;
  ASSERT_TRUE(validator.feed(asBytes("\xE4\xBD")));
  EXPECT_TRUE(unmaskText({}, kKey, 1, validator));
  EXPECT_FALSE(validator.complete());
  EXPECT_TRUE(validator.feed(asBytes("\xA0")));
  EXPECT_TRUE(validator.complete());
}

TEST(UnmaskText, GivesTheReferencesVerdictForDamagedTextsCutAnywhere) {
  TextGenerator generator(5);
  for (int round = 0; round < 3000; ++round) {
    const std::string plain = generator.damaged(generator.below(round % 8 == 0 ? 400 : 60));
    const auto verdict = utf8Reference().judge(asBytes(plain));
    const auto masked = maskedByTheRule(plain);
    for (std::size_t cut = 0; cut <= masked.size(); ++cut) {
      std::vector<std::byte> payload = masked;
      bytes::Utf8Validator validator;
      const bool head = unmaskText(std::span(payload).first(cut), kKey, 0, validator);
      ASSERT_EQ(head, !verdict.firstError || *verdict.firstError >= cut);
      const bool tail = unmaskText(std::span(payload).subspan(cut), kKey, cut, validator);
      ASSERT_EQ(tail, !verdict.firstError);
      ASSERT_EQ(validator.complete(), verdict.isValid());
      ASSERT_EQ(asText(payload), plain);
    }
  }
}

TEST(UnmaskWholeText, UnmasksAndAcceptsTextOfEverySize) {
  TextGenerator generator(13);
  for (const std::size_t size : telltaleSizes()) {
    for (const std::string& plain : {std::string(size, 'w'), generator.valid(size)}) {
      const ExactCopy payload(maskedByTheRule(plain), size % 5);
      ASSERT_TRUE(unmaskWholeText(payload.bytes(), kKey)) << size;
      ASSERT_EQ(asText(payload.bytes()), plain) << size;
    }
  }
}

TEST(UnmaskWholeText, RefusesACutSequenceAtTheEndOfEverySizeAndUnmasksIt) {
  for (const std::size_t size : telltaleSizes()) {
    const std::string plain = std::string(size, 'w').append("\xE4\xBD");
    const ExactCopy payload(maskedByTheRule(plain));
    EXPECT_FALSE(unmaskWholeText(payload.bytes(), kKey)) << size;
    EXPECT_EQ(asText(payload.bytes()), plain) << size;
  }
}

TEST(UnmaskWholeText, GivesTheReferencesVerdictForDamagedTexts) {
  TextGenerator generator(17);
  for (int round = 0; round < 20'000; ++round) {
    const std::string plain = generator.damaged(generator.below(round % 64 == 0 ? 9000 : 200));
    std::vector<std::byte> payload = maskedByTheRule(plain);
    ASSERT_EQ(unmaskWholeText(payload, kKey), utf8Reference().judge(asBytes(plain)).isValid());
    ASSERT_EQ(asText(payload), plain);
  }
}

TEST(MaskCopyText, MasksAndAcceptsTextOfEverySize) {
  TextGenerator generator(23);
  for (const std::size_t size : telltaleSizes()) {
    for (const std::string& plain : {std::string(size, 'c'), generator.valid(size)}) {
      const ExactCopy from(asBytes(plain), size % 3);
      const ExactCopy to(asBytes(plain), size % 7);
      ASSERT_TRUE(maskCopyText(to.bytes().data(), from.bytes(), kKey)) << size;
      ASSERT_EQ(asText(to.bytes()), asText(maskedByTheRule(plain))) << size;
      ASSERT_EQ(asText(from.bytes()), plain);
    }
  }
}

TEST(CopyText, CopiesAndAcceptsTextOfEverySize) {
  TextGenerator generator(29);
  for (const std::size_t size : telltaleSizes()) {
    for (const std::string& plain : {std::string(size, 'c'), generator.valid(size)}) {
      const ExactCopy from(asBytes(plain), size % 3);
      const ExactCopy to(asBytes(std::string(plain.size(), '-')), size % 7);
      ASSERT_TRUE(copyText(to.bytes().data(), from.bytes())) << size;
      ASSERT_EQ(asText(to.bytes()), plain) << size;
    }
  }
}

TEST(CopyText, RefusesACutSequenceAtTheEndOfEverySize) {
  for (const std::size_t size : telltaleSizes()) {
    const std::string plain = std::string(size, 'c').append("\xE4\xBD");
    std::string to(plain.size(), '-');
    const auto room = std::as_writable_bytes(std::span(to));
    EXPECT_FALSE(copyText(room.data(), asBytes(plain))) << size;
    EXPECT_FALSE(maskCopyText(room.data(), asBytes(plain), kKey)) << size;
  }
}

TEST(CopyText, GivesTheReferencesVerdictForDamagedTexts) {
  TextGenerator generator(31);
  for (int round = 0; round < 20'000; ++round) {
    const std::string plain = generator.damaged(generator.below(round % 64 == 0 ? 9000 : 200));
    const bool expected = utf8Reference().judge(asBytes(plain)).isValid();
    std::string to(plain.size(), '-');
    const auto room = std::as_writable_bytes(std::span(to));
    ASSERT_EQ(copyText(room.data(), asBytes(plain)), expected);
    ASSERT_EQ(maskCopyText(room.data(), asBytes(plain), kKey), expected);
  }
}

}  // namespace
}  // namespace parley::frame
