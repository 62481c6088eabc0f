#include "http/cookie_rules.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace parley::http {
namespace {

using namespace std::string_literals;

TEST(CookieRules, NameAndValueHaveNoControlCharacterButTheTab) {
  for (int code = 0; code < 256; ++code) {
    const std::string text = "a"s + static_cast<char>(code) + "b";
    const bool isControl = (code < 0x20 && code != '\t') || code == 0x7F;
    EXPECT_EQ(contentRefusal(text, "v") == CookieRefusal::ControlCharacter, isControl) << code;
    EXPECT_EQ(contentRefusal("n", text) == CookieRefusal::ControlCharacter, isControl) << code;
  }
}

TEST(CookieRules, EitherNameOrValueMayBeEmpty) {
  EXPECT_EQ(contentRefusal("", ""), CookieRefusal::Empty);
  EXPECT_EQ(contentRefusal("a", ""), std::nullopt);
  EXPECT_EQ(contentRefusal("", "a"), std::nullopt);
}

TEST(CookieRules, NameAndValueTogetherHaveALimit) {
  EXPECT_EQ(contentRefusal("n", std::string(kMaxCookieSize - 1, 'v')), std::nullopt);
  EXPECT_EQ(contentRefusal("n", std::string(kMaxCookieSize, 'v')), CookieRefusal::TooLarge);
  EXPECT_EQ(contentRefusal(std::string(kMaxCookieSize, 'n'), ""), std::nullopt);
  EXPECT_EQ(contentRefusal(std::string(kMaxCookieSize, 'n'), "v"), CookieRefusal::TooLarge);
  EXPECT_EQ(contentRefusal("", std::string(kMaxCookieSize + 1, 'v')), CookieRefusal::TooLarge);
}

TEST(CookieRules, AValueWithoutANameMayNotPoseAsAPrefix) {
  for (const char* value : {"__Host-a=b", "__Secure-", "__host-", "__SECURE-a"}) {
    EXPECT_EQ(contentRefusal("", value), CookieRefusal::NamelessPrefix) << value;
    EXPECT_EQ(contentRefusal("n", value), std::nullopt) << value;
  }
  EXPECT_EQ(contentRefusal("", "__Host"), std::nullopt);
  EXPECT_EQ(contentRefusal("", "_Host-"), std::nullopt);
}

TEST(CookieRules, SecurePrefixNeedsSecure) {
  for (const char* name : {"__Secure-a", "__secure-a", "__SECURE-"}) {
    Cookie cookie{.name = name, .domain = "example.com", .path = "/a", .hostOnly = false};
    EXPECT_EQ(prefixRefusal(cookie), CookieRefusal::SecurePrefix) << name;
    cookie.secure = true;
    EXPECT_EQ(prefixRefusal(cookie), std::nullopt) << name;
  }
}

TEST(CookieRules, HostPrefixNeedsSecureTheRootAndNoDomain) {
  for (const char* name : {"__Host-a", "__host-a", "__HOST-"}) {
    const Cookie good{.name = name, .domain = "example.com", .secure = true};
    EXPECT_EQ(prefixRefusal(good), std::nullopt) << name;
    Cookie cookie = good;
    cookie.secure = false;
    EXPECT_EQ(prefixRefusal(cookie), CookieRefusal::HostPrefix) << name;
    cookie = good;
    cookie.hostOnly = false;
    EXPECT_EQ(prefixRefusal(cookie), CookieRefusal::HostPrefix) << name;
    cookie = good;
    cookie.path = "/a";
    EXPECT_EQ(prefixRefusal(cookie), CookieRefusal::HostPrefix) << name;
  }
}

TEST(CookieRules, OtherNamesPromiseNothing) {
  for (const char* name : {"", "a", "__Secure", "_Host-a", "Host-a", "a__Host-"}) {
    EXPECT_EQ(prefixRefusal({.name = name}), std::nullopt) << name;
    EXPECT_FALSE(hasHostPrefix(name)) << name;
  }
}

TEST(CookieRefusal, EveryOneHasWordsOfItsOwn) {
  std::set<std::string_view> texts;
  for (int i = 0; i <= static_cast<int>(CookieRefusal::NamelessPrefix); ++i) {
    const std::string_view text = describe(static_cast<CookieRefusal>(i));
    EXPECT_NE(text, "refused") << i;
    EXPECT_TRUE(texts.insert(text).second) << text;
  }
  EXPECT_EQ(describe(static_cast<CookieRefusal>(99)), "refused");
}

}  // namespace
}  // namespace parley::http
