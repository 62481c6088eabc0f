#include "http/cookie_date.hpp"

#include "bytes/ascii.hpp"
#include "fuzz/exact_copy.hpp"
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/target.hpp"
#include "http/http_time.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

// Oracles: RFC 6265 section 5.1.1 step by step, with a calendar that counts the days; the three
// forms in which HTTP writes a time.

namespace parley::fuzz {

namespace {

using Time = std::optional<std::chrono::sys_seconds>;

bool isDigit(char c) {
  return c >= '0' && c <= '9';
}

/// delimiter = %x09 / %x20-2F / %x3B-40 / %x5B-60 / %x7B-7E
bool isDelimiter(char c) {
  constexpr std::string_view kDelimiters = "\t !\"#$%&'()*+,-./;<=>?@[\\]^_`{|}~";
  return c != '\0' && kDelimiters.find(c) != std::string_view::npos;
}

std::vector<std::string> tokensOf(std::string_view text) {
  std::vector<std::string> tokens;
  std::string token;
  for (const char c : text) {
    if (!isDelimiter(c)) {
      token += c;
    } else if (!token.empty()) {
      tokens.push_back(std::move(token));
      token.clear();
    }
  }
  if (!token.empty()) tokens.push_back(token);
  return tokens;
}

/// The number that the text begins with, if it has so many digits; -1 otherwise.
int numberOf(const std::string& text, std::size_t least, std::size_t most) {
  std::size_t digits = 0;
  while (digits < text.size() && isDigit(text[digits])) ++digits;
  if (digits < least || digits > most) return -1;
  return std::stoi(text.substr(0, digits));
}

struct Parts {
  std::array<int, 3> time{-1, -1, -1};
  int day = -1;
  int month = -1;
  int year = -1;
};

bool takeTime(Parts& parts, const std::string& token) {
  const std::size_t first = token.find(':');
  const std::size_t second = first == token.npos ? first : token.find(':', first + 1);
  if (second == token.npos) return false;
  const std::string hour = token.substr(0, first);
  const std::string minute = token.substr(first + 1, second - first - 1);
  const std::array<int, 3> time{numberOf(hour, 1, 2), numberOf(minute, 1, 2),
                                numberOf(token.substr(second + 1), 1, 2)};
  // Between the colons there is nothing but digits.
  for (const std::string& field : {hour, minute}) {
    if (field.find_first_not_of("0123456789") != field.npos) return false;
  }
  if (time[0] < 0 || time[1] < 0 || time[2] < 0) return false;
  parts.time = time;
  return true;
}

int monthOf(const std::string& token) {
  constexpr std::string_view kMonths = "janfebmaraprmayjunjulaugsepoctnovdec";
  if (token.size() < 3) return -1;
  std::string start = token.substr(0, 3);
  for (char& c : start) c = bytes::toLower(c);
  const std::size_t at = kMonths.find(start);
  return at == kMonths.npos || at % 3 != 0 ? -1 : static_cast<int>(at / 3) + 1;
}

bool isLeap(int year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int daysOf(int year, int month) {
  constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return kDays[static_cast<std::size_t>(month - 1)] + (month == 2 && isLeap(year) ? 1 : 0);
}

Time timeOf(const Parts& parts) {
  const int year = parts.year < 70 ? parts.year + 2000 : parts.year + (parts.year < 100 ? 1900 : 0);
  if (parts.time[0] < 0 || parts.day < 1 || parts.month < 1 || parts.year < 0 || year < 1601 ||
      parts.day > daysOf(year, parts.month) || parts.time[0] > 23 || parts.time[1] > 59 ||
      parts.time[2] > 59) {
    return std::nullopt;
  }
  std::int64_t days = parts.day - 1;
  for (int month = 1; month < parts.month; ++month) days += daysOf(year, month);
  for (int each = 1970; each < year; ++each) days += isLeap(each) ? 366 : 365;
  for (int each = year; each < 1970; ++each) days -= isLeap(each) ? 366 : 365;
  return std::chrono::sys_seconds(std::chrono::seconds(
      ((days * 24 + parts.time[0]) * 60 + parts.time[1]) * 60 + parts.time[2]));
}

Time reference(std::string_view text) {
  Parts parts;
  for (const std::string& token : tokensOf(text)) {
    if (parts.time[0] < 0 && takeTime(parts, token)) continue;
    if (parts.day < 0 && (parts.day = numberOf(token, 1, 2)) >= 0) continue;
    if (parts.month < 0 && (parts.month = monthOf(token)) >= 0) continue;
    if (parts.year < 0) parts.year = numberOf(token, 2, 4);
  }
  return timeOf(parts);
}

Time parse(std::string_view text) {
  const ExactCopy copy(asBytes(text));
  return http::parseCookieDate(asText(copy.bytes()));
}

std::string digits(unsigned number, std::size_t width = 2, char fill = '0') {
  const std::string text = std::to_string(number);
  return std::string(width - std::min(width, text.size()), fill) + text;
}

/// RFC 9110 section 5.6.7: the form of today, that of RFC 850, and that of asctime().
void checkForms(const http::CalendarTime& time) {
  const Time expected = http::toSystemTime(time);
  const std::string month(http::kMonthNames[time.month - 1]);
  const auto year = static_cast<unsigned>(time.year);
  const std::string clock =
      digits(time.hour) + ":" + digits(time.minute) + ":" + digits(time.second);
  const std::string today = digits(time.day) + " " + month + " " + digits(year, 4) + " " + clock;
  require(parse("Sun, " + today + " GMT") == expected, "the form of RFC 9110");
  const std::string asctime =
      "Sun " + month + " " + digits(time.day, 2, ' ') + " " + clock + " " + digits(year, 4);
  require(parse(asctime) == expected, "the form of asctime()");
  if (year < 1970 || year > 2069) return;
  const std::string rfc850 =
      digits(time.day) + "-" + month + "-" + digits(year % 100) + " " + clock;
  require(parse("Sunday, " + rfc850 + " GMT") == expected, "the form of RFC 850");
}

}  // namespace

void cookieDate(Bytes data) {
  const std::string_view text = asText(data);
  const Time parsed = parse(text);
  require(parsed == reference(text), "the parser is the reference");
  if (parsed) checkForms(http::toCalendarTime(*parsed));
}

}  // namespace parley::fuzz
