#include "server/http_date.hpp"

#include "http/http_time.hpp"

#include <array>
#include <cstdio>

namespace parley::server {
namespace {

constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 7> kLongDays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};

/// Reads a date from its front; once something did not fit, nothing fits any more.
class Scanner {
 public:
  explicit Scanner(std::string_view text) noexcept : rest_(text) {}

  void literal(std::string_view text) noexcept {
    if (!rest_.starts_with(text)) return fail();
    rest_.remove_prefix(text.size());
  }

  /// Which of the names it begins with.
  template <std::size_t N>
  unsigned oneOf(const std::array<std::string_view, N>& names) noexcept {
    for (unsigned i = 0; i < N; ++i) {
      if (!rest_.starts_with(names[i])) continue;
      rest_.remove_prefix(names[i].size());
      return i;
    }
    fail();
    return 0;
  }

  unsigned digits(std::size_t count) noexcept {
    if (rest_.size() < count) return fail(), 0;
    unsigned value = 0;
    for (const char c : rest_.substr(0, count)) {
      if (c < '0' || c > '9') return fail(), 0;
      value = value * 10 + static_cast<unsigned>(c - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }

  /// asctime pads the day of the month with a blank.
  unsigned paddedDay() noexcept {
    if (!rest_.starts_with(' ')) return digits(2);
    rest_.remove_prefix(1);
    return digits(1);
  }

  [[nodiscard]] bool isComplete() const noexcept { return fits_ && rest_.empty(); }

 private:
  void fail() noexcept { fits_ = false; }

  std::string_view rest_;
  bool fits_ = true;
};

void readClock(Scanner& scanner, http::CalendarTime& time) {
  time.hour = scanner.digits(2);
  scanner.literal(":");
  time.minute = scanner.digits(2);
  scanner.literal(":");
  time.second = scanner.digits(2);
  // Second 60 is a leap second (RFC 9110 section 5.6.7); the clock knows none.
  if (time.second == 60) time.second = 59;
}

std::optional<std::chrono::sys_seconds> parseFixdate(std::string_view text) {
  Scanner scanner(text);
  http::CalendarTime time;
  scanner.oneOf(kDays);
  scanner.literal(", ");
  time.day = scanner.digits(2);
  scanner.literal(" ");
  time.month = scanner.oneOf(http::kMonthNames) + 1;
  scanner.literal(" ");
  time.year = static_cast<int>(scanner.digits(4));
  scanner.literal(" ");
  readClock(scanner, time);
  scanner.literal(" GMT");
  return scanner.isComplete() ? http::toSystemTime(time) : std::nullopt;
}

/// "Sunday, 06-Nov-94 08:49:37 GMT": a year more than 50 years ahead is the last one of these two
/// digits (RFC 9110 section 5.6.7).
std::optional<std::chrono::sys_seconds> parseRfc850(std::string_view text,
                                                    std::chrono::sys_seconds now) {
  using namespace std::chrono;
  Scanner scanner(text);
  http::CalendarTime time;
  scanner.oneOf(kLongDays);
  scanner.literal(", ");
  time.day = scanner.digits(2);
  scanner.literal("-");
  time.month = scanner.oneOf(http::kMonthNames) + 1;
  scanner.literal("-");
  const int yearOfCentury = static_cast<int>(scanner.digits(2));
  scanner.literal(" ");
  readClock(scanner, time);
  scanner.literal(" GMT");
  if (!scanner.isComplete()) return std::nullopt;
  const int thisYear = static_cast<int>(year_month_day(floor<days>(now)).year());
  time.year = thisYear / 100 * 100 + 100 + yearOfCentury;
  while (time.year > thisYear + 50) time.year -= 100;
  return http::toSystemTime(time);
}

std::optional<std::chrono::sys_seconds> parseAsctime(std::string_view text) {
  Scanner scanner(text);
  http::CalendarTime time;
  scanner.oneOf(kDays);
  scanner.literal(" ");
  time.month = scanner.oneOf(http::kMonthNames) + 1;
  scanner.literal(" ");
  time.day = scanner.paddedDay();
  scanner.literal(" ");
  readClock(scanner, time);
  scanner.literal(" ");
  time.year = static_cast<int>(scanner.digits(4));
  return scanner.isComplete() ? http::toSystemTime(time) : std::nullopt;
}

}  // namespace

std::string formatHttpDate(std::chrono::sys_seconds time) {
  const std::chrono::weekday weekday(std::chrono::floor<std::chrono::days>(time));
  const http::CalendarTime parts = http::toCalendarTime(time);
  std::array<char, 64> text{};
  const int size = std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02u:%02u:%02u GMT",
                                 kDays[weekday.c_encoding()].data(), parts.day,
                                 http::kMonthNames[parts.month - 1].data(), parts.year, parts.hour,
                                 parts.minute, parts.second);
  return {text.data(), static_cast<std::size_t>(size)};
}

std::optional<std::chrono::sys_seconds> parseHttpDate(std::string_view text,
                                                      std::chrono::sys_seconds now) {
  if (const auto time = parseFixdate(text)) return time;
  if (const auto time = parseRfc850(text, now)) return time;
  return parseAsctime(text);
}

}  // namespace parley::server
