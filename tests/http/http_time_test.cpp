#include "http/http_time.hpp"

#include <tuple>
#include <vector>

#include <gtest/gtest.h>

namespace parley::http {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

auto parts(const CalendarTime& time) {
  return std::tuple(time.year, time.month, time.day, time.hour, time.minute, time.second);
}

TEST(HttpTime, CountsSecondsOfAnyYear) {
  EXPECT_EQ(toSystemTime({}), sys_seconds{});
  EXPECT_EQ(toSystemTime({1994, 11, 6, 8, 49, 37}), sys_seconds{seconds(784111777)});
  EXPECT_EQ(toSystemTime({1969, 12, 31, 23, 59, 59}), sys_seconds{seconds(-1)});
  EXPECT_EQ(toSystemTime({1601, 1, 1, 0, 0, 0}), sys_seconds{seconds(-11644473600)});
  EXPECT_EQ(toSystemTime({9999, 12, 31, 23, 59, 59}), sys_seconds{seconds(253402300799)});
}

TEST(HttpTime, TakesTheLeapDayOfALeapYearOnly) {
  EXPECT_TRUE(toSystemTime({2024, 2, 29, 0, 0, 0}));
  EXPECT_TRUE(toSystemTime({2000, 2, 29, 0, 0, 0}));
  EXPECT_FALSE(toSystemTime({2023, 2, 29, 0, 0, 0}));
  EXPECT_FALSE(toSystemTime({1900, 2, 29, 0, 0, 0}));
}

TEST(HttpTime, RefusesWhatNoCalendarAndNoClockShows) {
  const std::vector<CalendarTime> wrong = {{2024, 0, 1, 0, 0, 0},   {2024, 13, 1, 0, 0, 0},
                                           {2024, 1, 0, 0, 0, 0},   {2024, 1, 32, 0, 0, 0},
                                           {2024, 4, 31, 0, 0, 0},  {2024, 1, 1, 24, 0, 0},
                                           {2024, 1, 1, 0, 60, 0},  {2024, 1, 1, 0, 0, 60},
                                           {2024, 1, 300, 0, 0, 0}, {2024, 257, 1, 0, 0, 0}};
  for (const CalendarTime& time : wrong) {
    EXPECT_FALSE(toSystemTime(time)) << testing::PrintToString(parts(time));
  }
}

TEST(HttpTime, TakesApartWhatItPutTogether) {
  for (std::int64_t count = -11644473600; count < 253402300799; count += 86399LL * 997) {
    const sys_seconds time{seconds(count)};
    ASSERT_EQ(toSystemTime(toCalendarTime(time)), time) << count;
  }
  EXPECT_EQ(parts(toCalendarTime(sys_seconds{seconds(784111777)})),
            std::tuple(1994, 11U, 6U, 8U, 49U, 37U));
}

}  // namespace
}  // namespace parley::http
