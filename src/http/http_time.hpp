#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string_view>

namespace parley::http {

/// January first, as RFC 9110 section 5.6.7 writes them; RFC 6265 section 5.1.1 takes any case.
inline constexpr std::array<std::string_view, 12> kMonthNames{
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// A day and a time of day in UTC, by their parts.
struct CalendarTime {
  int year = 1970;
  unsigned month = 1;  ///< 1..12
  unsigned day = 1;    ///< 1..31
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;  ///< 0..59: the clock knows no leap second
};

/// nullopt if there is no such day, or no such time in a day. Years -32767..32767.
[[nodiscard]] std::optional<std::chrono::sys_seconds> toSystemTime(
    const CalendarTime& time) noexcept;

/// The reverse, for the same years.
[[nodiscard]] CalendarTime toCalendarTime(std::chrono::sys_seconds time) noexcept;

}  // namespace parley::http
