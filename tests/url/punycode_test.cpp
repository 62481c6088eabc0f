#include "url/punycode.hpp"

#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace parley::url {
namespace {

TEST(Punycode, EncodesAndDecodesKnownLabels) {
  const std::vector<std::pair<std::u32string, std::string>> known{
      {U"", ""},
      {U"abc", "abc-"},
      {U"\u00FC", "tda"},
      {U"b\u00FCcher", "bcher-kva"},
      {U"fa\u00DF", "fa-hia"},
      {U"\u2603", "n3h"},
      {U"\u4F60\u597D\u4F60\u597D", "6qqa088eba"},
      {U"\U0001F4A9", "ls8h"},
      {U"-\u2603-", "---fsx"},
  };
  for (const auto& [label, encoded] : known) {
    EXPECT_EQ(encodePunycode(label), encoded);
    EXPECT_EQ(decodePunycode(encoded), label) << encoded;
  }
}

TEST(Punycode, DecodesCapitalDigits) {
  EXPECT_EQ(decodePunycode("N3H"), U"\u2603");
}

TEST(Punycode, RefusesCutAndForeignText) {
  EXPECT_EQ(decodePunycode("8"), std::nullopt);     // the number goes on
  EXPECT_EQ(decodePunycode("n3h="), std::nullopt);  // no digit
  EXPECT_EQ(decodePunycode("-a"), std::nullopt);    // a delimiter with nothing before it
  EXPECT_EQ(decodePunycode("-"), std::nullopt);
  EXPECT_EQ(decodePunycode("\xC3-tda"), std::nullopt);  // basic code points are ASCII
}

TEST(Punycode, RefusesCodePointsAndNumbersOutOfRange) {
  EXPECT_EQ(decodePunycode("999999b"), std::nullopt);
  EXPECT_EQ(decodePunycode(std::string(100, '9')), std::nullopt);
}

TEST(Punycode, RoundTripsRandomLabels) {
  std::mt19937 random(20);  // fixed: a failure has to come back
  const std::vector<char32_t> limits{0x7F, 0xFF, 0x3000, 0xFFFF, 0x10FFFF};
  for (int round = 0; round < 2000; ++round) {
    std::u32string label;
    const auto size = random() % 40;
    for (std::size_t i = 0; i < size; ++i) {
      label += static_cast<char32_t>(1 + random() % limits[random() % limits.size()]);
    }
    EXPECT_EQ(decodePunycode(encodePunycode(label)), label);
  }
}

// With the algorithm as RFC 3492 writes it down this outlasts the time limit of a test: one pass
// for each code point.
TEST(Punycode, TakesALabelOfManyDifferentCodePointsInNearlyLinearTime) {
  std::u32string label;
  for (char32_t i = 0; i < 500'000; ++i) label += 0x80 + (i * 7919) % 1'000'003;
  const std::string encoded = encodePunycode(label);
  EXPECT_EQ(decodePunycode(encoded), label);
}

}  // namespace
}  // namespace parley::url
