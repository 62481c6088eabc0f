#include "url/bidi_class.hpp"

#include <gtest/gtest.h>

namespace parley::url {
namespace {

TEST(BidiClass, KnowsOneOfEachClass) {
  EXPECT_EQ(bidiClass(U'a'), BidiClass::LeftToRight);
  EXPECT_EQ(bidiClass(0x5D0), BidiClass::RightToLeft);  // Hebrew alef, R
  EXPECT_EQ(bidiClass(0x627), BidiClass::RightToLeft);  // Arabic alef, AL
  EXPECT_EQ(bidiClass(0x660), BidiClass::ArabicNumber);
  EXPECT_EQ(bidiClass(U'7'), BidiClass::EuropeanNumber);
  EXPECT_EQ(bidiClass(0x301), BidiClass::NonspacingMark);
  EXPECT_EQ(bidiClass(U'-'), BidiClass::Neutral);
  EXPECT_EQ(bidiClass(0x200D), BidiClass::Neutral);     // BN
  EXPECT_EQ(bidiClass(0x202E), BidiClass::NotAllowed);  // RLO
  EXPECT_EQ(bidiClass(U' '), BidiClass::NotAllowed);
}

TEST(BidiClass, EndsEachRangeWhereItEnds) {
  EXPECT_EQ(bidiClass(0x2FF), BidiClass::Neutral);
  EXPECT_EQ(bidiClass(0x300), BidiClass::NonspacingMark);
  EXPECT_EQ(bidiClass(0x36F), BidiClass::NonspacingMark);
  EXPECT_EQ(bidiClass(0x370), BidiClass::LeftToRight);
  EXPECT_EQ(bidiClass(0x10FFFF), BidiClass::Neutral);  // noncharacters are BN
  EXPECT_EQ(bidiClass(0x10FFFD), BidiClass::LeftToRight);
}

}  // namespace
}  // namespace parley::url
