#include "server/http_date.hpp"

#include <gtest/gtest.h>

namespace parley::server {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

// The example of RFC 9110 section 5.6.7.
constexpr sys_seconds kExample{seconds(784111777)};
constexpr sys_seconds kNow{seconds(1795000000)};  // in November 2026

TEST(HttpDate, FormatsTheFixedForm) {
  EXPECT_EQ(formatHttpDate(kExample), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(formatHttpDate(sys_seconds{}), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(formatHttpDate(sys_seconds{seconds(1709164800)}), "Thu, 29 Feb 2024 00:00:00 GMT");
  EXPECT_EQ(formatHttpDate(sys_seconds{seconds(-1)}), "Wed, 31 Dec 1969 23:59:59 GMT");
}

TEST(HttpDate, ParsesAllThreeForms) {
  EXPECT_EQ(parseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT", kNow), kExample);
  EXPECT_EQ(parseHttpDate("Sunday, 06-Nov-94 08:49:37 GMT", kNow), kExample);
  EXPECT_EQ(parseHttpDate("Sun Nov  6 08:49:37 1994", kNow), kExample);
  EXPECT_EQ(parseHttpDate("Wed Nov 16 08:49:37 1994", kNow), kExample + std::chrono::days(10));
}

TEST(HttpDate, ReadsWhatItFormats) {
  for (std::int64_t time = -1; time < 4102444800; time += 86399 * 37) {
    const sys_seconds date{seconds(time)};
    ASSERT_EQ(parseHttpDate(formatHttpDate(date), kNow), date) << time;
  }
}

TEST(HttpDate, TwoDigitYearIsAtMostFiftyYearsAhead) {
  EXPECT_EQ(formatHttpDate(*parseHttpDate("Sunday, 01-Jan-76 00:00:00 GMT", kNow)),
            "Wed, 01 Jan 2076 00:00:00 GMT");
  EXPECT_EQ(formatHttpDate(*parseHttpDate("Saturday, 01-Jan-77 00:00:00 GMT", kNow)),
            "Sat, 01 Jan 1977 00:00:00 GMT");
}

TEST(HttpDate, TakesALeapSecond) {
  EXPECT_EQ(parseHttpDate("Sat, 31 Dec 2016 23:59:60 GMT", kNow),
            parseHttpDate("Sat, 31 Dec 2016 23:59:59 GMT", kNow));
}

TEST(HttpDate, RefusesWhatIsNoDate) {
  for (const char* text :
       {"", "yesterday", "Sun, 06 Nov 1994 08:49:37", "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:00 GMT", "Sun, 31 Feb 1994 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT", "sun, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT ", "Sun, 06 Nov -994 08:49:37 GMT", "784111777"}) {
    EXPECT_EQ(parseHttpDate(text, kNow), std::nullopt) << text;
  }
}

TEST(HttpDate, RefusesEveryCutOfADate) {
  const std::string date = "Sun, 06 Nov 1994 08:49:37 GMT";
  for (std::size_t size = 0; size < date.size(); ++size) {
    EXPECT_EQ(parseHttpDate(date.substr(0, size), kNow), std::nullopt) << size;
  }
}

}  // namespace
}  // namespace parley::server
