#include "url/domain.hpp"

#include <string>

#include <gtest/gtest.h>

namespace parley::url {
namespace {

std::string ascii(std::string_view domain) {
  auto result = domainToAscii(domain);
  return result ? *result : "failure";
}

TEST(Domain, OnlyLowersWhatIsAscii) {
  EXPECT_EQ(ascii("Example.COM"), "example.com");
  EXPECT_EQ(ascii("XN--Pokxncvks"), "xn--pokxncvks");  // no Punycode, and in use all the same
  EXPECT_EQ(ascii("xn--"), "xn--");
  EXPECT_EQ(ascii(""), "");
  EXPECT_EQ(ascii("a..b."), "a..b.");
}

TEST(Domain, EncodesEachLabelThatNeedsIt) {
  EXPECT_EQ(ascii("B\xC3\xBC"
                  "cher.Example"),
            "xn--bcher-kva.example");
  EXPECT_EQ(ascii("\xE2\x98\x83.net"), "xn--n3h.net");
  EXPECT_EQ(ascii("fa\xC3\x9F.de"), "xn--fa-hia.de");
  EXPECT_EQ(ascii("\xF0\x9F\x92\xA9"), "xn--ls8h");
}

TEST(Domain, TakesTheOtherFullStopsForDots) {
  EXPECT_EQ(ascii("a\xE3\x80\x82"
                  "b\xEF\xBC\x8E"
                  "c\xEF\xBD\xA1"
                  "d"),
            "a.b.c.d");
}

TEST(Domain, KeepsEmptyLabels) {
  EXPECT_EQ(ascii("\xC3\xBC..a."), "xn--tda..a.");
}

TEST(Domain, CanBecomeEmpty) {
  EXPECT_EQ(ascii("\xC2\xAD"), "");
}

TEST(Domain, TakesEncodedLabelsBesideOthers) {
  EXPECT_EQ(ascii("xn--n3h.\xC3\xBC"), "xn--n3h.xn--tda");
  EXPECT_EQ(ascii("XN--N3H.\xC3\xBC"), "xn--n3h.xn--tda");
}

TEST(Domain, RefusesEncodedLabelsThatAreNotWhatMappingMakes) {
  EXPECT_EQ(ascii("xn--pokxncvks.\xC3\xBC"), "failure");  // no Punycode
  EXPECT_EQ(ascii("xn--.\xC3\xBC"), "failure");           // nothing encoded
  EXPECT_EQ(ascii("xn--abc-.\xC3\xBC"), "failure");       // ASCII encoded
  EXPECT_EQ(ascii("xn--wca.\xC3\xBC"), "failure");        // a capital U with diaeresis
  EXPECT_EQ(ascii("xn--u-ccb.\xC3\xBC"), "failure");      // u and a diaeresis, not composed
  EXPECT_EQ(ascii("xn--xn---3ra.\xC3\xBC"), "failure");   // the prefix encoded once more
  EXPECT_EQ(ascii("xn--\xC3\xBC"), "failure");            // the prefix before what is not ASCII
}

TEST(Domain, RefusesAnEncodedFullStop) {
  EXPECT_EQ(ascii("xn--ab-r13a.\xC3\xBC"), "failure");
}

TEST(Domain, RefusesALeadingMark) {
  EXPECT_EQ(ascii("\xCC\x81"
                  "a"),
            "failure");
}

TEST(Domain, RefusesMisplacedJoiners) {
  EXPECT_EQ(ascii("a\xE2\x80\x8D"
                  "b"),
            "failure");
  EXPECT_EQ(ascii("\xE0\xA4\x95\xE0\xA5\x8D\xE2\x80\x8D\xE0\xA4\xB7"), "xn--11b2ezcw70k");
}

TEST(Domain, AppliesTheBidiRuleToAllLabels) {
  EXPECT_EQ(ascii("\xD7\x90.a"), "xn--4db.a");
  EXPECT_EQ(ascii("\xD7\x90.1a"), "failure");
  EXPECT_EQ(ascii("\xD7\x90"
                  "a"),
            "failure");
}

TEST(Domain, HasNoLengthLimit) {
  std::string label;
  for (int i = 0; i < 100; ++i) label += "\xC3\xBC";
  const std::string result = ascii(label + "." + std::string(300, 'A'));
  EXPECT_TRUE(result.starts_with("xn--"));
  EXPECT_TRUE(result.ends_with("." + std::string(300, 'a')));
}

}  // namespace
}  // namespace parley::url
