#include "url/label_rules.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace parley::url {
namespace {

TEST(LabelRules, AllowsLabelsWithoutJoiners) {
  EXPECT_TRUE(joinersAreValid(U""));
  EXPECT_TRUE(joinersAreValid(U"abc\u0627"));
}

TEST(LabelRules, AllowsBothJoinersBehindAVirama) {
  EXPECT_TRUE(joinersAreValid(U"\u0915\u094D\u200C\u0937"));
  EXPECT_TRUE(joinersAreValid(U"\u0915\u094D\u200D\u0937"));
}

TEST(LabelRules, AllowsANonJoinerBetweenJoiningLetters) {
  EXPECT_TRUE(joinersAreValid(U"\u0628\u200C\u0628"));
  EXPECT_TRUE(joinersAreValid(U"\u0628\u200C\u0627"));              // D and R
  EXPECT_TRUE(joinersAreValid(U"\u0628\u064B\u200C\u064B\u0628"));  // with transparent marks
  EXPECT_TRUE(joinersAreValid(U"\uA872\u200C\u0628"));              // L and D
}

TEST(LabelRules, RefusesJoinersAnywhereElse) {
  EXPECT_FALSE(joinersAreValid(U"\u200C"));
  EXPECT_FALSE(joinersAreValid(U"\u200D"));
  EXPECT_FALSE(joinersAreValid(U"a\u200Cb"));
  EXPECT_FALSE(joinersAreValid(U"a\u200Db"));
  EXPECT_FALSE(joinersAreValid(U"\u0628\u200D\u0628"));  // only the non-joiner may stand there
  EXPECT_FALSE(joinersAreValid(U"\u0627\u200C\u0628"));  // R does not join to its left
  EXPECT_FALSE(joinersAreValid(U"\u0628\u200Ca"));
  EXPECT_FALSE(joinersAreValid(U"\u0628\u200C"));
  EXPECT_FALSE(joinersAreValid(U"\u064B\u200C\u0628"));
  EXPECT_FALSE(joinersAreValid(U"\u0915\u094D\u200C\u200D"));  // the second has none before it
}

bool bidi(std::vector<std::u32string> labels) {
  return bidiIsValid(labels);
}

TEST(LabelRules, LeavesDomainsWrittenFromLeftToRightAlone) {
  EXPECT_TRUE(bidi({U"1a", U"a-", U"-"}));
  EXPECT_TRUE(bidi({}));
}

TEST(LabelRules, AllowsProperRightToLeftLabels) {
  EXPECT_TRUE(bidi({U"\u05D0"}));
  EXPECT_TRUE(bidi({U"\u05D0", U"com", U""}));
  EXPECT_TRUE(bidi({U"\u05D0\u05B0"}));        // a mark at the end
  EXPECT_TRUE(bidi({U"\u05D01"}));             // EN at the end
  EXPECT_TRUE(bidi({U"\u0627\u0660"}));        // AN at the end
  EXPECT_TRUE(bidi({U"\u05D0-\u05D0"}));       // neutral inside
  EXPECT_TRUE(bidi({U"\u05D0", U"a1"}));       // EN at the end of the other
  EXPECT_TRUE(bidi({U"\u05D0", U"a\u0301"}));  // a mark at the end of the other
}

TEST(LabelRules, RefusesEachBrokenBidiCondition) {
  EXPECT_FALSE(bidi({U"1\u05D0"}));              // 1: begins with a digit
  EXPECT_FALSE(bidi({U"\u0660\u0627"}));         // 1: begins with an Arabic digit
  EXPECT_FALSE(bidi({U"\u05D0a"}));              // 2: a letter of the other direction
  EXPECT_FALSE(bidi({U"\u05D0 \u05D0"}));        // 2: a space
  EXPECT_FALSE(bidi({U"\u05D0-"}));              // 3: ends neutral
  EXPECT_FALSE(bidi({U"\u0627\u0660\u00301"}));  // 4: both kinds of digits
  EXPECT_FALSE(bidi({U"a\u05D0"}));              // 5
  EXPECT_FALSE(bidi({U"a\u0660"}));              // 5
  EXPECT_FALSE(bidi({U"\u05D0", U"a b"}));       // 5: a space
  EXPECT_FALSE(bidi({U"\u05D0", U"a-"}));        // 6: ends neutral
  EXPECT_FALSE(bidi({U"\u05D0", U"1a"}));        // 1, in the label that is not right to left
}

}  // namespace
}  // namespace parley::url
