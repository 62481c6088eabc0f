#include "url/joining_type.hpp"

#include <gtest/gtest.h>

namespace parley::url {
namespace {

TEST(JoiningType, KnowsOneOfEachType) {
  EXPECT_EQ(joiningType(U'a'), JoiningType::NonJoining);
  EXPECT_EQ(joiningType(0xA872), JoiningType::Left);        // Phags-pa superfixed ra
  EXPECT_EQ(joiningType(0x627), JoiningType::Right);        // Arabic alef
  EXPECT_EQ(joiningType(0x628), JoiningType::Dual);         // Arabic beh
  EXPECT_EQ(joiningType(0x64B), JoiningType::Transparent);  // a nonspacing mark
  EXPECT_EQ(joiningType(0xCBF), JoiningType::Transparent);  // one that Bidi_Class calls a letter
  EXPECT_EQ(joiningType(0x640), JoiningType::NonJoining);   // C, which no rule asks for
}

TEST(JoiningType, KnowsViramas) {
  EXPECT_TRUE(isVirama(0x94D));
  EXPECT_TRUE(isVirama(0x11D97));
  EXPECT_FALSE(isVirama(0x94C));
  EXPECT_FALSE(isVirama(U'a'));
}

}  // namespace
}  // namespace parley::url
