#include "http/cookie_parser.hpp"

#include "http/cookie_date.hpp"

#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

namespace parley::http {
namespace {

using namespace std::string_literals;
using std::chrono::seconds;

SetCookie parsed(std::string_view line) {
  const auto cookie = parseSetCookie(line);
  if (cookie) return *cookie;
  ADD_FAILURE() << line << ": " << describe(cookie.error());
  return {};
}

auto pairOf(std::string_view line) {
  const SetCookie cookie = parsed(line);
  return std::pair(cookie.name, cookie.value);
}

TEST(CookieParser, ReadsAllThatALineMaySay) {
  const SetCookie cookie = parsed(
      "SID=31d4d96e407aad42; Path=/chat; Domain=.Example.com; Secure; HttpOnly; SameSite=Lax; "
      "Expires=Wed, 09 Jun 2027 10:18:14 GMT; Max-Age=3600; Priority=High");
  EXPECT_EQ(cookie.name, "SID");
  EXPECT_EQ(cookie.value, "31d4d96e407aad42");
  EXPECT_EQ(cookie.path, "/chat");
  EXPECT_EQ(cookie.domain, "Example.com");
  EXPECT_TRUE(cookie.secure);
  EXPECT_TRUE(cookie.httpOnly);
  EXPECT_EQ(cookie.sameSite, SameSite::Lax);
  EXPECT_EQ(cookie.expires, parseCookieDate("Wed, 09 Jun 2027 10:18:14 GMT"));
  EXPECT_EQ(cookie.maxAge, seconds(3600));
}

TEST(CookieParser, AbsentAttributesAreAbsent) {
  const SetCookie cookie = parsed("a=b");
  EXPECT_EQ(cookie.path, std::nullopt);
  EXPECT_EQ(cookie.domain, "");
  EXPECT_FALSE(cookie.secure);
  EXPECT_FALSE(cookie.httpOnly);
  EXPECT_EQ(cookie.sameSite, SameSite::Unspecified);
  EXPECT_EQ(cookie.expires, std::nullopt);
  EXPECT_EQ(cookie.maxAge, std::nullopt);
}

TEST(CookieParser, SplitsNameAndValueAtTheFirstEqualsSign) {
  using Pair = std::pair<std::string_view, std::string_view>;
  EXPECT_EQ(pairOf("a=b"), Pair("a", "b"));
  EXPECT_EQ(pairOf("a=b=c; Secure"), Pair("a", "b=c"));
  EXPECT_EQ(pairOf(" \t a b \t=\t \"c d\" \t; Secure"), Pair("a b", "\"c d\""));
  EXPECT_EQ(pairOf("a="), Pair("a", ""));
  EXPECT_EQ(pairOf("=b"), Pair("", "b"));
  EXPECT_EQ(pairOf("==b"), Pair("", "=b"));
  EXPECT_EQ(pairOf("bare"), Pair("", "bare"));
  EXPECT_EQ(pairOf("bare; a=b"), Pair("", "bare"));
  EXPECT_EQ(pairOf("a=b,c=d"), Pair("a", "b,c=d"));
  EXPECT_EQ(pairOf("a=\"x;y\""), Pair("a", "\"x"));
  EXPECT_EQ(pairOf("caf\xC3\xA9=\xFF"), Pair("caf\xC3\xA9", "\xFF"));
  EXPECT_EQ(pairOf("Secure=1"), Pair("Secure", "1"));
}

TEST(CookieParser, RefusesWhatHasNeitherNameNorValue) {
  for (const char* line : {"", " ", "\t", "=", " = ", ";", "; a=b", "=; Secure", ";;;;"}) {
    const auto cookie = parseSetCookie(line);
    ASSERT_FALSE(cookie) << line;
    EXPECT_EQ(cookie.error(), CookieRefusal::Empty) << line;
  }
}

TEST(CookieParser, RefusesAControlCharacterAnywhere) {
  for (int code = 0; code < 256; ++code) {
    const bool isControl = (code < 0x20 && code != '\t') || code == 0x7F;
    for (const char* frame : {"?a=b", "a?=b", "a=?b", "a=b?", "a=b; Path=/?", "a=b; x?"}) {
      std::string line = frame;
      line[line.find('?')] = static_cast<char>(code);
      const auto cookie = parseSetCookie(line);
      EXPECT_EQ(!cookie && cookie.error() == CookieRefusal::ControlCharacter, isControl) << line;
    }
  }
}

TEST(CookieParser, NameAndValueHaveALimitButNotTheLine) {
  const std::string most = "n=" + std::string(kMaxCookieSize - 1, 'v');
  EXPECT_TRUE(parseSetCookie(most));
  EXPECT_TRUE(parseSetCookie(most + "; x=" + std::string(10000, 'y')));
  const auto more = parseSetCookie(most + "v");
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error(), CookieRefusal::TooLarge);
  // The blanks around do not count.
  EXPECT_TRUE(parseSetCookie(std::string(5000, ' ') + most + std::string(5000, ' ')));
}

TEST(CookieParser, SkipsAttributesThatAreTooLong) {
  const std::string most = "/" + std::string(kMaxCookieAttributeSize - 1, 'p');
  EXPECT_EQ(parsed("a=b; Path=" + most).path, most);
  EXPECT_EQ(parsed("a=b; Path=/x; Path=" + most + "p").path, "/x");
  EXPECT_EQ(parsed("a=b; Domain=" + std::string(1025, 'd')).domain, "");
  EXPECT_EQ(parsed("a=b; Max-Age=" + std::string(1025, '1')).maxAge, std::nullopt);
  EXPECT_FALSE(parsed("a=b; Secure=" + std::string(1025, 'x')).secure);
}

TEST(CookieParser, NamesOfAttributesHaveNoCaseAndFlagsNoValue) {
  const SetCookie cookie =
      parsed("a=b;PATH=/x;dOmAiN=d;SECURE=no;httponly=false;samesite=STRICT;max-age=1");
  EXPECT_EQ(cookie.path, "/x");
  EXPECT_EQ(cookie.domain, "d");
  EXPECT_TRUE(cookie.secure);
  EXPECT_TRUE(cookie.httpOnly);
  EXPECT_EQ(cookie.sameSite, SameSite::Strict);
  EXPECT_EQ(cookie.maxAge, seconds(1));
}

TEST(CookieParser, TheLastAttributeOfANameCounts) {
  EXPECT_EQ(parsed("a=b; Path=/x; Path=/y").path, "/y");
  EXPECT_EQ(parsed("a=b; Path=/x; Path").path, "");
  EXPECT_EQ(parsed("a=b; Domain=x; Domain=y").domain, "y");
  EXPECT_EQ(parsed("a=b; Domain=x; Domain=").domain, "");
  EXPECT_EQ(parsed("a=b; SameSite=Lax; SameSite=None").sameSite, SameSite::None);
  EXPECT_EQ(parsed("a=b; SameSite=Lax; SameSite=other").sameSite, SameSite::Unspecified);
  EXPECT_EQ(parsed("a=b; Max-Age=1; Max-Age=2").maxAge, seconds(2));
}

TEST(CookieParser, AnUnreadableDateOrAgeIsSkipped) {
  EXPECT_EQ(parsed("a=b; Max-Age=1; Max-Age=x").maxAge, seconds(1));
  EXPECT_EQ(parsed("a=b; Expires=1 Jan 2027 00:00:00; Expires=soon").expires,
            parseCookieDate("1 Jan 2027 00:00:00"));
  for (const char* age : {"", "-", "x", "1x", "1 0", "1.5", "+1", "0x10", "\"1\"", "--1", "1-"}) {
    EXPECT_EQ(parsed("a=b; Max-Age="s + age).maxAge, std::nullopt) << age;
  }
}

TEST(CookieParser, MaxAgeIsBetweenNothingAndTheLimit) {
  const std::vector<std::tuple<std::string, seconds>> cases = {
      {"0", seconds(0)},
      {"-1", seconds(0)},
      {"-99999999999999999999", seconds(0)},
      {"007", seconds(7)},
      {"34559999", seconds(34559999)},
      {"34560000", kMaxCookieAge},
      {"34560001", kMaxCookieAge},
      {"9223372036854775808", kMaxCookieAge},
      {std::string(1024, '9'), kMaxCookieAge}};
  for (const auto& [text, age] : cases) {
    EXPECT_EQ(parsed("a=b; Max-Age=" + text).maxAge, age) << text;
  }
}

TEST(CookieParser, OneDotInFrontOfADomainIsDropped) {
  EXPECT_EQ(parsed("a=b; Domain=.x").domain, "x");
  EXPECT_EQ(parsed("a=b; Domain=..x").domain, ".x");
  EXPECT_EQ(parsed("a=b; Domain=.").domain, "");
}

TEST(CookieParser, EveryCutIsJudgedWithoutReadingPastIt) {
  const std::string line = "a=b; Path=/x; Max-Age=10; Secure";
  for (std::size_t size = 0; size <= line.size(); ++size) {
    // An exact copy on the heap, so that the address sanitizer sees any byte too far.
    const std::vector<char> cut(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(size));
    const auto cookie = parseSetCookie({cut.data(), cut.size()});
    EXPECT_EQ(static_cast<bool>(cookie), size > 0);
    EXPECT_EQ(cookie && cookie->secure, size == line.size());
  }
}

// Sizes at which a reader that goes back would run into the time limit of this program.
TEST(CookieParser, MegabytesOfHostileInputAreLinear) {
  constexpr std::size_t kLarge = std::size_t{4} << 20;
  EXPECT_FALSE(parseSetCookie(std::string(kLarge, ';')));
  EXPECT_FALSE(parseSetCookie(std::string(kLarge, '=')));
  EXPECT_FALSE(parseSetCookie(std::string(kLarge, ' ')));
  EXPECT_FALSE(parseSetCookie(std::string(kLarge, 'a')));
  EXPECT_TRUE(parseSetCookie("a=b" + std::string(kLarge, ';')));
  EXPECT_TRUE(parseSetCookie("a=b;" + std::string(kLarge, '=')));
  EXPECT_TRUE(parseSetCookie("a=b;" + std::string(kLarge, ' ')));
  for (const char* attribute : {"; Domain=x", "; Path=/", "; Max-Age=9", "; Expires=1 Jan 2027"}) {
    std::string line = "a=b";
    while (line.size() < kLarge) line.append(attribute);
    EXPECT_TRUE(parseSetCookie(line)) << attribute;
  }
}

}  // namespace
}  // namespace parley::http
