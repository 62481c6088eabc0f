#include "bytes/utf8.hpp"

#include "bytes/byte_literals.hpp"
#include "bytes/text_generator.hpp"
#include "bytes/utf8_reference.hpp"

#include <string>

#include <gtest/gtest.h>

namespace parley::bytes {
namespace {

using namespace std::string_view_literals;
using tests::asBytes;
using tests::TextGenerator;
using tests::utf8Reference;

TEST(ReplaceInvalidUtf8, LeavesValidTextAlone) {
  for (const std::string_view text :
       {""sv, "plain"sv, "a\0b"sv, "\xEF\xBB\xBFmark"sv, "\xF4\x8F\xBF\xBF"sv, "\xEF\xBF\xBD"sv}) {
    EXPECT_EQ(replaceInvalidUtf8(text), text);
  }
}

TEST(ReplaceInvalidUtf8, ReplacesEachMaximalSubpartOnce) {
  struct Row {
    std::string_view text;
    std::string_view expected;
  };
  constexpr Row kRows[] = {
      {"\xFF", "\xEF\xBF\xBD"},
      {"a\x80z", "a\xEF\xBF\xBDz"},
      {"\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD"},                      // neither can begin a sequence
      {"\xE0\x80\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},      // E0 takes no 80
      {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},      // a surrogate
      {"\xE4\xBDz", "\xEF\xBF\xBDz"},                                // cut by a letter
      {"\xF0\x9F\x98", "\xEF\xBF\xBD"},                              // cut by the end
      {"\xF0\x9F\xF0\x9F\x98\x80", "\xEF\xBF\xBD\xF0\x9F\x98\x80"},  // cut by the next one
      {"\xC3\xC3\xA9", "\xEF\xBF\xBD\xC3\xA9"},
      {"\xF1\x80\x80\xE1\x80\xC2"
       "b\x80",
       "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"
       "b\xEF\xBF\xBD"}};
  for (const Row& row : kRows) EXPECT_EQ(replaceInvalidUtf8(row.text), row.expected);
}

/// The rule once more, from the reference: keep up to the first error, replace, go on behind it.
std::string replacedByReference(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto verdict = utf8Reference().judge(asBytes(text));
    if (verdict.isValid()) return result.append(text);
    const std::size_t end = verdict.firstError.value_or(text.size());
    std::size_t whole = end;
    while (!utf8Reference().judge(asBytes(text.substr(0, whole))).isValid()) --whole;
    result.append(text.substr(0, whole)).append("\xEF\xBF\xBD");
    text.remove_prefix(whole == end ? end + 1 : end);
  }
  return result;
}

TEST(ReplaceInvalidUtf8, AgreesWithTheReferenceOnDamagedTexts) {
  TextGenerator generator(17);
  for (int round = 0; round < 30'000; ++round) {
    const std::string text = generator.damaged(generator.below(60));
    ASSERT_EQ(replaceInvalidUtf8(text), replacedByReference(text)) << round;
  }
}

TEST(Utf16ToUtf8, EncodesEveryScalarValueAsTheReferenceDoes) {
  for (std::uint32_t value = 0; value <= 0x10FFFF; ++value) {
    std::u16string units;
    if (value < 0x10000) {
      units = {static_cast<char16_t>(value)};
    } else {
      units = {static_cast<char16_t>(0xD7C0 + (value >> 10U)),
               static_cast<char16_t>(0xDC00 + (value & 0x3FFU))};
    }
    const bool isSurrogate = value >= 0xD800 && value <= 0xDFFF;
    if (isSurrogate) {
      ASSERT_EQ(utf16ToUtf8(units), std::nullopt) << value;
      ASSERT_EQ(utf16ToUtf8Replacing(units), "\xEF\xBF\xBD") << value;
    } else {
      ASSERT_EQ(utf16ToUtf8(units), tests::Utf8Reference::encode(value)) << value;
      ASSERT_EQ(utf16ToUtf8Replacing(units), tests::Utf8Reference::encode(value)) << value;
    }
  }
}

TEST(Utf16ToUtf8, RefusesASurrogateWithoutItsPartnerAtEveryPlace) {
  const std::u16string text = u"ab\U0001F600cd";
  for (std::size_t at = 0; at <= text.size(); ++at) {
    for (const char16_t lone : {char16_t{0xD800}, char16_t{0xDBFF}, char16_t{0xDC00}}) {
      std::u16string broken = text;
      broken.insert(at, 1, lone);
      EXPECT_EQ(utf16ToUtf8(broken), std::nullopt) << at;
    }
  }
}

TEST(Utf16ToUtf8, ReplacesOnlyTheUnpairedOnes) {
  EXPECT_EQ(utf16ToUtf8Replacing(u"a\xD83D"), "a\xEF\xBF\xBD");
  EXPECT_EQ(utf16ToUtf8Replacing(u"\xDE00z"), "\xEF\xBF\xBDz");
  EXPECT_EQ(utf16ToUtf8Replacing(u"\xDE00\xD83D"), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(utf16ToUtf8Replacing(u"\xD83D\xD83D\xDE00"), "\xEF\xBF\xBD\xF0\x9F\x98\x80");
  EXPECT_EQ(utf16ToUtf8(u""), "");
}

}  // namespace
}  // namespace parley::bytes
