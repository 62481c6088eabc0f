#include "url/idna_mapping.hpp"

#include <gtest/gtest.h>

namespace parley::url {
namespace {

TEST(IdnaMapping, LowersCapitals) {
  EXPECT_EQ(mapAndNormalise(U"ABC\u00C4"), U"abc\u00E4");
  EXPECT_EQ(mapAndNormalise(U""), U"");
}

TEST(IdnaMapping, MapsOneCodePointToSeveral) {
  EXPECT_EQ(mapAndNormalise(U"\u2121"), U"tel");
  EXPECT_EQ(mapAndNormalise(U"\uFF21\uFF05"), U"a%");
}

TEST(IdnaMapping, DropsIgnoredCodePoints) {
  EXPECT_EQ(mapAndNormalise(U"a\u00AD\u200B\u2060\uFEFFb"), U"ab");
  EXPECT_EQ(mapAndNormalise(U"\u00AD"), U"");
}

TEST(IdnaMapping, ComposesAcrossIgnoredCodePoints) {
  EXPECT_EQ(mapAndNormalise(U"u\u0308"), U"\u00FC");
  EXPECT_EQ(mapAndNormalise(U"U\u00AD\u0308"), U"\u00FC");
  EXPECT_EQ(mapAndNormalise(U"=\u0338"), U"\u2260");
  EXPECT_EQ(mapAndNormalise(U"a\u0323\u0307x"), mapAndNormalise(U"a\u0307\u0323x"));
}

TEST(IdnaMapping, ComposesHangulLetters) {
  EXPECT_EQ(mapAndNormalise(U"\u1112\u1161\u11AB"), U"\uD55C");
  EXPECT_EQ(mapAndNormalise(U"\uD558\u11AB"), U"\uD55C");
}

TEST(IdnaMapping, KeepsDeviationCharacters) {
  EXPECT_EQ(mapAndNormalise(U"\u00DF\u03C2\u200C\u200D"), U"\u00DF\u03C2\u200C\u200D");
  EXPECT_EQ(mapAndNormalise(U"\u1E9E"), U"\u00DF");                // as of Unicode 15.1
  EXPECT_EQ(mapAndNormalise(U"u\u200D\u0308"), U"u\u200D\u0308");  // keeps them apart
}

TEST(IdnaMapping, KeepsHyphensInAnyPlace) {
  EXPECT_EQ(mapAndNormalise(U"-\u00FC--\u00FC-"), U"-\u00FC--\u00FC-");
  EXPECT_EQ(mapAndNormalise(U"ab--\uFF0D\uFE63"), U"ab----");
}

TEST(IdnaMapping, KeepsSymbols) {
  EXPECT_EQ(mapAndNormalise(U"\u2603\U0001F4A9\u2122"), U"\u2603\U0001F4A9tm");
}

TEST(IdnaMapping, KeepsAsciiThatHostsCanNotHold) {
  EXPECT_EQ(mapAndNormalise(U"_ %"), U"_ %");
}

TEST(IdnaMapping, RefusesDisallowedCodePoints) {
  EXPECT_EQ(mapAndNormalise(U"a\uFFFD"), std::nullopt);
  EXPECT_EQ(mapAndNormalise(U"\uE000"), std::nullopt);
  EXPECT_EQ(mapAndNormalise(U"\u2024"), std::nullopt);  // maps to a dot in no version any more
  EXPECT_EQ(mapAndNormalise(std::u32string(1, U'\0')), std::nullopt);
  EXPECT_EQ(mapAndNormalise(std::u32string(1, char32_t{0xD800})), std::nullopt);
}

TEST(IdnaMapping, TakesLabelsLongerThanTheDnsAllows) {
  EXPECT_EQ(mapAndNormalise(std::u32string(1000, U'\u00DC')), std::u32string(1000, U'\u00FC'));
}

TEST(IdnaMapping, RefusesMarksWithoutEnd) {
  EXPECT_TRUE(mapAndNormalise(U"a" + std::u32string(30, U'\u0316')).has_value());
  EXPECT_EQ(mapAndNormalise(U"a" + std::u32string(1000, U'\u0316')), std::nullopt);
}

TEST(IdnaMapping, KnowsMarks) {
  EXPECT_TRUE(isMark(0x301));
  EXPECT_TRUE(isMark(0x903));   // spacing
  EXPECT_TRUE(isMark(0x20DD));  // enclosing
  EXPECT_FALSE(isMark(U'a'));
  EXPECT_FALSE(isMark(0xFC));
  EXPECT_FALSE(isMark(0x1161));  // composes, but is a letter
  EXPECT_FALSE(isMark(0xE000));
}

}  // namespace
}  // namespace parley::url
