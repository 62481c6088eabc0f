#include "url/hex_digit.hpp"

#include <string_view>

#include <gtest/gtest.h>

namespace parley::url {
namespace {

TEST(HexDigit, KnowsTheTwentyTwoDigitsAndNoOther) {
  int known = 0;
  for (int c = -128; c < 128; ++c) known += hexDigit(static_cast<char>(c)) ? 1 : 0;
  EXPECT_EQ(known, 22);
  unsigned value = 0;
  for (const char c : std::string_view("0123456789abcdef")) EXPECT_EQ(hexDigit(c), value++);
  value = 10;
  for (const char c : std::string_view("ABCDEF")) EXPECT_EQ(hexDigit(c), value++);
}

}  // namespace
}  // namespace parley::url
