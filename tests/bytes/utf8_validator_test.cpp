#include "bytes/byte_literals.hpp"
#include "bytes/text_generator.hpp"
#include "bytes/utf8.hpp"
#include "bytes/utf8_reference.hpp"

#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace parley::bytes {
namespace {

using tests::asBytes;
using tests::edgeBytes;
using tests::ExactCopy;
using tests::TextGenerator;
using tests::Utf8Reference;
using tests::utf8Reference;

/// The first byte that a validator refuses when it gets one at a time.
std::optional<std::size_t> firstRefused(std::span<const std::byte> text) {
  Utf8Validator validator;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!validator.feed(text.subspan(at, 1))) return at;
  }
  return std::nullopt;
}

/// Feeds `text` cut at `cut`: each half is refused as soon as the first error lies in it.
void expectVerdictWhenCut(std::span<const std::byte> text, std::size_t cut,
                          const Utf8Reference::Verdict& verdict) {
  Utf8Validator validator;
  const bool head = validator.feed(text.first(cut));
  ASSERT_EQ(head, !verdict.firstError || *verdict.firstError >= cut) << "cut at " << cut;
  ASSERT_EQ(validator.feed(text.subspan(cut)), !verdict.firstError) << "cut at " << cut;
  ASSERT_EQ(validator.complete(), verdict.isValid()) << "cut at " << cut;
}

TEST(Utf8Validator, IsCompleteBeforeAnythingAndAfterAnEmptyPiece) {
  Utf8Validator validator;
  EXPECT_TRUE(validator.complete());
  EXPECT_TRUE(validator.feed({}));
  EXPECT_TRUE(validator.complete());
}

TEST(Utf8Validator, RefusesAtTheByteThatCommitsTheError) {
  struct Row {
    std::string_view text;
    std::size_t firstError;
  };
  constexpr Row kRows[] = {{"\x80", 0},
                           {"\xC0\x80", 0},
                           {"\xC1\xBF", 0},
                           {"\xF5\x80", 0},
                           {"\xFF", 0},
                           {"\xE0\x80\x80", 1},
                           {"\xED\xA0\x80", 1},
                           {"\xF0\x8F\x80\x80", 1},
                           {"\xF4\x90\x80\x80", 1},
                           {"\xC3(", 1},
                           {"\xE4\xBD(", 2},
                           {"\xF0\x9F\x98(", 3},
                           {"ab\xE4\xBD\xA0\xBD", 5},
                           {"\xC3\xC3", 1}};
  for (const Row& row : kRows) {
    EXPECT_EQ(firstRefused(asBytes(row.text)), row.firstError) << row.firstError;
    const auto upToError = asBytes(row.text.substr(0, row.firstError + 1));
    Utf8Validator atOnce;
    EXPECT_FALSE(atOnce.feed(upToError)) << "the same in one piece";
  }
}

TEST(Utf8Validator, StaysRefusingUntilReset) {
  Utf8Validator validator;
  EXPECT_FALSE(validator.feed(asBytes("\xFF")));
  EXPECT_FALSE(validator.complete());
  EXPECT_FALSE(validator.feed({}));
  EXPECT_FALSE(validator.feed(asBytes("ascii")));
  validator.reset();
  EXPECT_TRUE(validator.complete());
  EXPECT_TRUE(validator.feed(asBytes("ascii")));
}

TEST(Utf8Validator, CarriesASequenceOverManySmallAndEmptyPieces) {
  Utf8Validator validator;
  for (const std::string_view piece : {"\xF0", "", "\x9F", "\x98", ""}) {
    EXPECT_TRUE(validator.feed(asBytes(piece)));
    EXPECT_FALSE(validator.complete());
  }
  EXPECT_TRUE(validator.feed(asBytes("\x80")));
  EXPECT_TRUE(validator.complete());
}

TEST(Utf8Validator, RefusesTheSameByteAsTheReferenceForAllFoursOfEdgeBytes) {
  std::array<std::byte, 4> text{};
  for (const unsigned char a : edgeBytes()) {
    for (const unsigned char b : edgeBytes()) {
      for (const unsigned char c : edgeBytes()) {
        for (const unsigned char d : edgeBytes()) {
          text = {std::byte{a}, std::byte{b}, std::byte{c}, std::byte{d}};
          ASSERT_EQ(firstRefused(text), utf8Reference().judge(text).firstError)
              << unsigned{a} << ' ' << unsigned{b} << ' ' << unsigned{c} << ' ' << unsigned{d};
        }
      }
    }
  }
}

TEST(Utf8Validator, RefusesTheSameByteAsTheReferenceForAllPairs) {
  std::array<std::byte, 2> text{};
  for (unsigned pair = 0; pair < 0x10000; ++pair) {
    text = {static_cast<std::byte>(pair >> 8U), static_cast<std::byte>(pair & 0xFFU)};
    const Utf8Reference::Verdict verdict = utf8Reference().judge(text);
    ASSERT_EQ(firstRefused(text), verdict.firstError) << pair;
    for (std::size_t cut = 0; cut <= 2; ++cut) expectVerdictWhenCut(text, cut, verdict);
  }
}

TEST(Utf8Validator, GivesTheReferencesVerdictForDamagedTextsCutAnywhere) {
  TextGenerator generator(11);
  int invalid = 0;
  for (int round = 0; round < 200'000; ++round) {
    const std::string text = generator.damaged(generator.below(24));
    const Utf8Reference::Verdict verdict = utf8Reference().judge(asBytes(text));
    invalid += verdict.isValid() ? 0 : 1;
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      expectVerdictWhenCut(asBytes(text), cut, verdict);
      if (HasFatalFailure()) return;
    }
  }
  EXPECT_GT(invalid, 50'000) << "the generator damages too little";
}

TEST(Utf8Validator, GivesTheReferencesVerdictForLongTextsCutAnywhere) {
  TextGenerator generator(13);
  for (int round = 0; round < 300; ++round) {
    const std::string text = generator.damaged(100 + generator.below(400));
    const ExactCopy copy(asBytes(text));
    const Utf8Reference::Verdict verdict = utf8Reference().judge(copy.bytes());
    EXPECT_EQ(firstRefused(copy.bytes()), verdict.firstError);
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      expectVerdictWhenCut(copy.bytes(), cut, verdict);
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace parley::bytes
