#include "server/http_date.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <initializer_list>

namespace parley::server {
namespace {

constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 7> kLongDays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

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

struct Fields {
  unsigned day = 0, month = 0, hour = 0, minute = 0, second = 0;
  int year = 0;
};

std::optional<std::chrono::sys_seconds> toTime(const Fields& fields) {
  using namespace std::chrono;
  const year_month_day date(year(fields.year), month(fields.month + 1), day(fields.day));
  // Second 60 is a leap second (RFC 9110 section 5.6.7); the clock knows none.
  if (!date.ok() || fields.hour > 23 || fields.minute > 59 || fields.second > 60) {
    return std::nullopt;
  }
  return sys_days(date) + hours(fields.hour) + minutes(fields.minute) +
         seconds(std::min(fields.second, 59U));
}

void readClock(Scanner& scanner, Fields& fields) {
  fields.hour = scanner.digits(2);
  scanner.literal(":");
  fields.minute = scanner.digits(2);
  scanner.literal(":");
  fields.second = scanner.digits(2);
}

std::optional<std::chrono::sys_seconds> parseFixdate(std::string_view text) {
  Scanner scanner(text);
  Fields fields;
  scanner.oneOf(kDays);
  scanner.literal(", ");
  fields.day = scanner.digits(2);
  scanner.literal(" ");
  fields.month = scanner.oneOf(kMonths);
  scanner.literal(" ");
  fields.year = static_cast<int>(scanner.digits(4));
  scanner.literal(" ");
  readClock(scanner, fields);
  scanner.literal(" GMT");
  return scanner.isComplete() ? toTime(fields) : std::nullopt;
}

/// "Sunday, 06-Nov-94 08:49:37 GMT": a year more than 50 years ahead is the last one of these two
/// digits (RFC 9110 section 5.6.7).
std::optional<std::chrono::sys_seconds> parseRfc850(std::string_view text,
                                                    std::chrono::sys_seconds now) {
  using namespace std::chrono;
  Scanner scanner(text);
  Fields fields;
  scanner.oneOf(kLongDays);
  scanner.literal(", ");
  fields.day = scanner.digits(2);
  scanner.literal("-");
  fields.month = scanner.oneOf(kMonths);
  scanner.literal("-");
  const int yearOfCentury = static_cast<int>(scanner.digits(2));
  scanner.literal(" ");
  readClock(scanner, fields);
  scanner.literal(" GMT");
  if (!scanner.isComplete()) return std::nullopt;
  const int thisYear = static_cast<int>(year_month_day(floor<days>(now)).year());
  fields.year = thisYear / 100 * 100 + 100 + yearOfCentury;
  while (fields.year > thisYear + 50) fields.year -= 100;
  return toTime(fields);
}

std::optional<std::chrono::sys_seconds> parseAsctime(std::string_view text) {
  Scanner scanner(text);
  Fields fields;
  scanner.oneOf(kDays);
  scanner.literal(" ");
  fields.month = scanner.oneOf(kMonths);
  scanner.literal(" ");
  fields.day = scanner.paddedDay();
  scanner.literal(" ");
  readClock(scanner, fields);
  scanner.literal(" ");
  fields.year = static_cast<int>(scanner.digits(4));
  return scanner.isComplete() ? toTime(fields) : std::nullopt;
}

}  // namespace

std::string formatHttpDate(std::chrono::sys_seconds time) {
  using namespace std::chrono;
  const sys_days date = floor<days>(time);
  const year_month_day ymd(date);
  const hh_mm_ss clock(time - date);
  std::array<char, 64> text{};
  const int size = std::snprintf(
      text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
      kDays[weekday(date).c_encoding()].data(), static_cast<unsigned>(ymd.day()),
      kMonths[static_cast<unsigned>(ymd.month()) - 1].data(), static_cast<int>(ymd.year()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()));
  return {text.data(), static_cast<std::size_t>(size)};
}

std::optional<std::chrono::sys_seconds> parseHttpDate(std::string_view text,
                                                      std::chrono::sys_seconds now) {
  if (const auto time = parseFixdate(text)) return time;
  if (const auto time = parseRfc850(text, now)) return time;
  return parseAsctime(text);
}

}  // namespace parley::server
