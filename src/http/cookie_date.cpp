#include "http/cookie_date.hpp"

#include "bytes/ascii.hpp"
#include "http/http_time.hpp"

#include <cstddef>

namespace parley::http {
namespace {

constexpr bool isDelimiter(char c) noexcept {
  const auto code = static_cast<unsigned char>(c);
  return code == 0x09 || (code >= 0x20 && code <= 0x2F) || (code >= 0x3B && code <= 0x40) ||
         (code >= 0x5B && code <= 0x60) || (code >= 0x7B && code <= 0x7E);
}

constexpr bool isDigit(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// The digits that `token` begins with, taken from it: nullopt unless there are that many. What
/// follows them is no digit, so it is the "[ non-digit *OCTET ]" that ends each of the productions.
std::optional<unsigned> takeNumber(std::string_view& token, std::size_t least, std::size_t most) {
  std::size_t size = 0;
  unsigned value = 0;
  while (size < token.size() && isDigit(token[size])) {
    if (size == most) return std::nullopt;
    value = value * 10 + static_cast<unsigned>(token[size++] - '0');
  }
  if (size < least) return std::nullopt;
  token.remove_prefix(size);
  return value;
}

bool takeColon(std::string_view& token) noexcept {
  if (!token.starts_with(':')) return false;
  token.remove_prefix(1);
  return true;
}

struct TimeOfDay {
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
};

std::optional<TimeOfDay> readTime(std::string_view token) {
  const auto hour = takeNumber(token, 1, 2);
  if (!hour || !takeColon(token)) return std::nullopt;
  const auto minute = takeNumber(token, 1, 2);
  if (!minute || !takeColon(token)) return std::nullopt;
  const auto second = takeNumber(token, 1, 2);
  if (!second) return std::nullopt;
  return TimeOfDay{*hour, *minute, *second};
}

std::optional<unsigned> readMonth(std::string_view token) {
  for (unsigned i = 0; i < kMonthNames.size(); ++i) {
    if (bytes::equalsIgnoreCase(token.substr(0, 3), kMonthNames[i])) return i + 1;
  }
  return std::nullopt;
}

/// What the tokens were taken for; the first of each kind counts.
struct Found {
  std::optional<TimeOfDay> time;
  std::optional<unsigned> day;
  std::optional<unsigned> month;
  std::optional<unsigned> year;

  void add(std::string_view token) {
    if (!time && (time = readTime(token))) return;
    std::string_view digits = token;
    if (!day && (day = takeNumber(digits, 1, 2))) return;
    if (!month && (month = readMonth(token))) return;
    digits = token;
    if (!year) year = takeNumber(digits, 2, 4);
  }
};

/// Section 5.1.1, steps 3 and 4.
int fullYear(unsigned year) noexcept {
  if (year >= 70 && year <= 99) return static_cast<int>(year + 1900);
  if (year <= 69) return static_cast<int>(year + 2000);
  return static_cast<int>(year);
}

}  // namespace

std::optional<std::chrono::sys_seconds> parseCookieDate(std::string_view text) noexcept {
  Found found;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t start = at;
    while (at < text.size() && !isDelimiter(text[at])) ++at;
    if (at > start) found.add(text.substr(start, at - start));
    ++at;
  }
  if (!found.time || !found.day || !found.month || !found.year) return std::nullopt;
  const int year = fullYear(*found.year);
  if (year < 1601) return std::nullopt;  // section 5.1.1, step 5
  return toSystemTime({.year = year,
                       .month = *found.month,
                       .day = *found.day,
                       .hour = found.time->hour,
                       .minute = found.time->minute,
                       .second = found.time->second});
}

}  // namespace parley::http
