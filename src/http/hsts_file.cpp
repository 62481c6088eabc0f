#include "http/hsts_file.hpp"

#include "bytes/ascii.hpp"
#include "http/domain_match.hpp"
#include "http/host.hpp"
#include "http/http_time.hpp"
#include "http/text_lines.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace parley::http {
namespace {

constexpr std::string_view kHead = "# HSTS hosts: https://curl.se/docs/hsts.html\n";
constexpr std::string_view kUnlimited = "unlimited";

/// What "unlimited" stands for: the last second of the last year with four digits.
constexpr std::chrono::sys_seconds kEndOfTime =
    std::chrono::sys_days(std::chrono::year(9999) / 12 / 31) + std::chrono::seconds(86399);

std::optional<unsigned> takeDigits(std::string_view& text, std::size_t count) noexcept {
  if (text.size() < count) return std::nullopt;
  unsigned value = 0;
  for (const char c : text.substr(0, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool takeMark(std::string_view& text, char mark) noexcept {
  if (!text.starts_with(mark)) return false;
  text.remove_prefix(1);
  return true;
}

/// "20271231 23:59:59"
std::optional<std::chrono::sys_seconds> readTime(std::string_view text) {
  if (text == kUnlimited) return kEndOfTime;
  const auto year = takeDigits(text, 4);
  const auto month = takeDigits(text, 2);
  const auto day = takeDigits(text, 2);
  if (!year || !month || !day || !takeMark(text, ' ')) return std::nullopt;
  const auto hour = takeDigits(text, 2);
  if (!hour || !takeMark(text, ':')) return std::nullopt;
  const auto minute = takeDigits(text, 2);
  if (!minute || !takeMark(text, ':')) return std::nullopt;
  const auto second = takeDigits(text, 2);
  if (!second || !text.empty()) return std::nullopt;
  return toSystemTime({.year = static_cast<int>(*year),
                       .month = *month,
                       .day = *day,
                       .hour = *hour,
                       .minute = *minute,
                       .second = *second});
}

/// As HstsHost has it.
std::optional<std::string> readHost(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  std::string host(text);
  std::transform(host.begin(), host.end(), host.begin(), bytes::toLower);
  const bool hasPort = host.find(':') != std::string::npos;
  if (!isValidHost(host) || isAddress(host) || hasPort || host.ends_with('.')) return std::nullopt;
  return host;
}

Result<HstsHost, std::string_view> readLine(std::string_view line) {
  using namespace std::string_view_literals;
  const std::size_t end = line.find_first_of(" \t");
  if (end == std::string_view::npos) return "not a host and a time in quotes"sv;
  std::string_view name = line.substr(0, end);
  std::string_view time = bytes::trimOws(line.substr(end));
  if (time.size() < 2 || !time.starts_with('"') || !time.ends_with('"')) {
    return "not a host and a time in quotes"sv;
  }
  HstsHost host;
  host.includeSubDomains = takeMark(name, '.');
  auto canonical = readHost(name);
  if (!canonical) return "the host is not a name"sv;
  host.host = *std::move(canonical);
  const auto expires = readTime(time.substr(1, time.size() - 2));
  if (!expires) return "the time is not like \"20271231 23:59:59\""sv;
  host.expires = *expires;
  return host;
}

void appendDigits(std::string& text, unsigned value, std::size_t count) {
  const std::string digits = std::to_string(value);
  text.append(count - std::min(count, digits.size()), '0').append(digits);
}

void appendTime(std::string& text, std::chrono::sys_seconds time) {
  if (time >= kEndOfTime) {
    text.append(kUnlimited);
    return;
  }
  const CalendarTime parts = toCalendarTime(time);
  appendDigits(text, static_cast<unsigned>(parts.year), 4);
  appendDigits(text, parts.month, 2);
  appendDigits(text, parts.day, 2);
  text.push_back(' ');
  appendDigits(text, parts.hour, 2);
  text.push_back(':');
  appendDigits(text, parts.minute, 2);
  text.push_back(':');
  appendDigits(text, parts.second, 2);
}

}  // namespace

Result<std::vector<HstsHost>, LineError> parseHstsFile(std::string_view text) {
  std::vector<HstsHost> hosts;
  TextLines lines(text);
  while (const auto line = lines.next()) {
    const std::string_view content = bytes::trimOws(*line);
    if (content.empty() || content.starts_with('#')) continue;
    auto host = readLine(content);
    if (!host) return LineError{lines.number(), host.error()};
    hosts.push_back(*std::move(host));
  }
  return hosts;
}

std::string formatHstsFile(std::span<const HstsHost> hosts) {
  std::string text(kHead);
  for (const HstsHost& host : hosts) {
    if (host.includeSubDomains) text.push_back('.');
    text.append(host.host).append(" \"");
    appendTime(text, host.expires);
    text.append("\"\n");
  }
  return text;
}

}  // namespace parley::http
