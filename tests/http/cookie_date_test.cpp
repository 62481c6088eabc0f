#include "http/cookie_date.hpp"

#include "http/http_time.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace parley::http {
namespace {

using namespace std::string_literals;

struct Case {
  std::string text;
  CalendarTime time;
};

void expectAll(const std::vector<Case>& cases) {
  for (const Case& each : cases) {
    EXPECT_EQ(parseCookieDate(each.text), toSystemTime(each.time)) << each.text;
  }
}

TEST(CookieDate, TakesTheFormsOfTheStandards) {
  expectAll({
      {"Sun, 06 Nov 1994 08:49:37 GMT", {1994, 11, 6, 8, 49, 37}},
      {"Sunday, 06-Nov-94 08:49:37 GMT", {1994, 11, 6, 8, 49, 37}},
      {"Sun Nov  6 08:49:37 1994", {1994, 11, 6, 8, 49, 37}},
      {"Sun, 06-Nov-1994 08:49:37 GMT", {1994, 11, 6, 8, 49, 37}},
  });
}

TEST(CookieDate, TakesTheFormsThatServersInvented) {
  expectAll({
      {"Thu, 10-Dec-2009 13:57:02 GMT", {2009, 12, 10, 13, 57, 2}},
      {"Thursday, 10-Dec-09 13:57:2 GMT", {2009, 12, 10, 13, 57, 2}},
      {"Thu, 10 Dec 2009 13:57:02", {2009, 12, 10, 13, 57, 2}},
      {"Thu,10 Dec 2009 13:57:02 GMT", {2009, 12, 10, 13, 57, 2}},
      {"10 Dec 2009 13:57:02 EST", {2009, 12, 10, 13, 57, 2}},
      {"2009 Dec 10 13:57:02", {2009, 12, 10, 13, 57, 2}},
      {"13:57:02 10 2009 dec", {2009, 12, 10, 13, 57, 2}},
      {"December 10, 2009 at 13:57:02", {2009, 12, 10, 13, 57, 2}},
      {"10th DECEMBER 2009AD 13:57:02Z", {2009, 12, 10, 13, 57, 2}},
      {"10/dec/2009(13:57:02)", {2009, 12, 10, 13, 57, 2}},
      {"\"Thu, 10-Dec-2009 13:57:02 GMT\"", {2009, 12, 10, 13, 57, 2}},
      {"\tThu;10\tDec;2009\t13:57:02 ", {2009, 12, 10, 13, 57, 2}},
      {"Thu, 10 Dec 2009 1:2:3", {2009, 12, 10, 1, 2, 3}},
      {"Thu, 10 Dec 2009 01:02:03.456 GMT", {2009, 12, 10, 1, 2, 3}},
      {"Thu, 10 Dec 2009 01:02:03PM", {2009, 12, 10, 1, 2, 3}},
  });
}

TEST(CookieDate, PutsTwoDigitYearsBetween1970And2069) {
  expectAll({
      {"1 Jan 70 00:00:00", {1970, 1, 1, 0, 0, 0}},
      {"1 Jan 99 00:00:00", {1999, 1, 1, 0, 0, 0}},
      {"1 Jan 00 00:00:00", {2000, 1, 1, 0, 0, 0}},
      {"1 Jan 69 00:00:00", {2069, 1, 1, 0, 0, 0}},
      {"1 Jan 0069 00:00:00", {2069, 1, 1, 0, 0, 0}},
      {"1 Jan 1601 00:00:00", {1601, 1, 1, 0, 0, 0}},
      {"31 Dec 9999 23:59:59", {9999, 12, 31, 23, 59, 59}},
  });
}

TEST(CookieDate, TakesTheFirstOfEachPart) {
  expectAll({
      {"1 Jan 2030 01:02:03 2 Feb 2031 04:05:06", {2030, 1, 1, 1, 2, 3}},
      // The second number of two digits is a year, and any number is a day before it.
      {"10 11 Dec 13:57:02", {2011, 12, 10, 13, 57, 2}},
      {"Dec 09 2009 10 13:57:02", {2009, 12, 9, 13, 57, 2}},
      // What Date.prototype.toString() gives, with its year behind the zone.
      {"Thu Dec 10 13:57:02 GMT+0000 2009", {2000, 12, 10, 13, 57, 2}},
      // A word may begin like a month without being one.
      {"Thu, 10 marvellous 2009 Dec 13:57:02", {2009, 3, 10, 13, 57, 2}},
  });
}

TEST(CookieDate, RefusesWhatLacksAPart) {
  for (const char* text :
       {"", " ", "GMT", "tomorrow", "784111777", "Sun, 06 Nov 1994", "06 Nov 08:49:37",
        "06 1994 08:49:37", "Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49 GMT",
        "Sun, 06 Nov 1994 08-49-37 GMT", "2009-12-10T13:57:02Z", "06 Nvo 1994 08:49:37"}) {
    EXPECT_FALSE(parseCookieDate(text)) << text;
  }
}

TEST(CookieDate, RefusesWhatIsOutOfRange) {
  for (const char* text : {"0 Nov 1994 08:49:37", "32 Nov 1994 08:49:37", "31 Nov 1994 08:49:37",
                           "29 Feb 2023 08:49:37", "06 Nov 1600 08:49:37", "06 Nov 100 08:49:37",
                           "06 Nov 1994 24:00:00", "06 Nov 1994 00:60:00", "06 Nov 1994 00:00:60",
                           "06 Nov 19940 08:49:37", "006 Nov 1994 08:49:37",
                           "06 Nov 1994 008:49:37", "06 Nov 1994 08:49:370", "06 Nov 1994 :49:37",
                           "06 Nov 1994 08::37", "06 Nov 99999999999999999999 08:49:37"}) {
    EXPECT_FALSE(parseCookieDate(text)) << text;
  }
}

TEST(CookieDate, DelimitersAreThoseOfTheStandard) {
  for (int code = 0; code < 256; ++code) {
    const char c = static_cast<char>(code);
    const bool separates = code == 0x09 || (code >= 0x20 && code <= 0x2F) ||
                           (code >= 0x3B && code <= 0x40) || (code >= 0x5B && code <= 0x60) ||
                           (code >= 0x7B && code <= 0x7E);
    // Behind a number anything but a digit is let pass, before one it is not.
    const std::string text = "10 Dec "s + c + "2009 13:57:02";
    EXPECT_EQ(parseCookieDate(text).has_value(), separates) << code;
  }
}

TEST(CookieDate, EveryCutIsJudgedWithoutReadingPastIt) {
  const std::string text = "Sun, 06 Nov 1994 08:49:37 GMT";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    // An exact copy on the heap, so that the address sanitizer sees any byte too far.
    const std::vector<char> cut(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size));
    const auto time = parseCookieDate({cut.data(), cut.size()});
    EXPECT_EQ(time.has_value(), size >= 24) << size;
  }
}

TEST(CookieDate, MegabytesAreLinear) {
  constexpr std::size_t kLarge = std::size_t{4} << 20;
  for (const char c : {' ', '1', ':', 'a', '\x80'}) {
    EXPECT_FALSE(parseCookieDate(std::string(kLarge, c)));
  }
  std::string tokens;
  for (int i = 0; i < (1 << 20); ++i) tokens.append("1: ");
  EXPECT_FALSE(parseCookieDate(tokens));
}

}  // namespace
}  // namespace parley::http
