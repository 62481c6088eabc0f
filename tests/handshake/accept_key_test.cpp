#include "handshake/accept_key.hpp"

#include <string>

#include <gtest/gtest.h>

namespace {

using parley::handshake::acceptForKey;
using parley::handshake::isValidKey;

TEST(AcceptKey, AnswersTheSampleOfTheRfc) {
  EXPECT_EQ(acceptForKey("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(AcceptKey, IsMadeFromTheSpellingOfTheKey) {
  // Both decode to the same 16 bytes.
  EXPECT_NE(acceptForKey("AQIDBAUGBwgJCgsMDQ4PEC=="), acceptForKey("AQIDBAUGBwgJCgsMDQ4PEA=="));
}

TEST(AcceptKey, TakesTheNonCanonicalSampleOfTheStandard) {
  EXPECT_TRUE(isValidKey("AQIDBAUGBwgJCgsMDQ4PEC=="));
  EXPECT_TRUE(isValidKey("AQIDBAUGBwgJCgsMDQ4PEA=="));
  EXPECT_TRUE(isValidKey("dGhlIHNhbXBsZSBub25jZQ=="));
}

TEST(AcceptKey, RefusesWhatDoesNotDecodeToSixteenBytes) {
  for (const char* key :
       {"", "x", "dGhlIHNhbXBsZSBub25jZQ",
        "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ===", "dGhlIHNhbXBsZSBub25j",
        "dGhlIHNhbXBsZSBub25jZWE=", "dGhlIHNhbXBsZSBub25jZWFi", "dGhlIHNhbXBsZSBub25jZ!==",
        "dGhlIHNh XBsZSBub25jZQ==", "dGhl-HNhbXBsZSBub25jZQ==", "========================"}) {
    EXPECT_FALSE(isValidKey(key)) << key;
  }
  EXPECT_FALSE(isValidKey(std::string(10000, 'A')));
  EXPECT_FALSE(isValidKey(std::string(24, '\0')));
}

}  // namespace
