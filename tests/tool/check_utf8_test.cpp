#include "cases/utf8_table.hpp"
#include "utf8_checker.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace parley::tool::check {
namespace {

TEST(CheckUtf8, AgreesWithTheTable) {
  for (const Utf8Row& row : validUtf8())
    EXPECT_EQ(firstUtf8Fault(row.bytes), std::nullopt) << row.what;
  for (const Utf8Row& row : invalidUtf8())
    EXPECT_NE(firstUtf8Fault(row.bytes), std::nullopt) << row.what;
}

TEST(CheckUtf8, NamesTheFirstBadByte) {
  EXPECT_EQ(firstUtf8Fault("ab\x80"), 2U);
  EXPECT_EQ(firstUtf8Fault("\xed\xa0\x80"), 1U);
  EXPECT_EQ(firstUtf8Fault("\xf4\x90\x80\x80"), 1U);
  EXPECT_EQ(firstUtf8Fault("\xe4\xb8 "), 2U);
  EXPECT_EQ(firstUtf8Fault("\xe4\xb8"), 2U) << "the end comes too early";
}

/// All sequences of up to four bytes of each class of RFC 3629 against the code points themselves.
TEST(CheckUtf8, AcceptsExactlyTheCodePoints) {
  std::set<std::string> encoded;
  for (char32_t point = 0; point <= 0x10FFFF; point += point < 0x11000 ? 1 : 0x0FD) {
    if (point >= 0xD800 && point <= 0xDFFF) continue;
    std::string bytes;
    if (point < 0x80) {
      bytes = {static_cast<char>(point)};
    } else if (point < 0x800) {
      bytes = {static_cast<char>(0xC0 | point >> 6), static_cast<char>(0x80 | (point & 0x3F))};
    } else if (point < 0x10000) {
      bytes = {static_cast<char>(0xE0 | point >> 12), static_cast<char>(0x80 | (point >> 6 & 0x3F)),
               static_cast<char>(0x80 | (point & 0x3F))};
    } else {
      bytes = {
          static_cast<char>(0xF0 | point >> 18), static_cast<char>(0x80 | (point >> 12 & 0x3F)),
          static_cast<char>(0x80 | (point >> 6 & 0x3F)), static_cast<char>(0x80 | (point & 0x3F))};
    }
    ASSERT_EQ(firstUtf8Fault(bytes), std::nullopt) << std::hex << static_cast<unsigned>(point);
    encoded.insert(bytes);
  }
  for (unsigned first = 0; first < 256; ++first) {
    for (unsigned second = 0; second < 256; ++second) {
      const std::string bytes = {static_cast<char>(first), static_cast<char>(second)};
      const bool isTwo = encoded.contains(bytes) || (first < 0x80 && second < 0x80);
      ASSERT_EQ(!firstUtf8Fault(bytes), isTwo) << first << ' ' << second;
      for (unsigned third = 0x70; third < 256 && first >= 0xE0 && first < 0xF0; ++third) {
        const std::string three = bytes + static_cast<char>(third);
        ASSERT_EQ(!firstUtf8Fault(three), encoded.contains(three)) << first << ' ' << second;
      }
    }
  }
}

}  // namespace
}  // namespace parley::tool::check
