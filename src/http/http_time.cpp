#include "http/http_time.hpp"

namespace parley::http {

std::optional<std::chrono::sys_seconds> toSystemTime(const CalendarTime& time) noexcept {
  using namespace std::chrono;
  // The types of <chrono> keep the low eight bits of these two.
  if (time.month > 12 || time.day > 31) return std::nullopt;
  const year_month_day date(year(time.year), month(time.month), day(time.day));
  if (!date.ok() || time.hour > 23 || time.minute > 59 || time.second > 59) return std::nullopt;
  return sys_days(date) + hours(time.hour) + minutes(time.minute) + seconds(time.second);
}

CalendarTime toCalendarTime(std::chrono::sys_seconds time) noexcept {
  using namespace std::chrono;
  const sys_days date = floor<days>(time);
  const year_month_day parts(date);
  const hh_mm_ss clock(time - date);
  return {.year = static_cast<int>(parts.year()),
          .month = static_cast<unsigned>(parts.month()),
          .day = static_cast<unsigned>(parts.day()),
          .hour = static_cast<unsigned>(clock.hours().count()),
          .minute = static_cast<unsigned>(clock.minutes().count()),
          .second = static_cast<unsigned>(clock.seconds().count())};
}

}  // namespace parley::http
