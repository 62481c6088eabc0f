#include "bytes/ascii.hpp"
#include "fuzz/exact_copy.hpp"
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/target.hpp"
#include "http/cookie_date.hpp"
#include "http/cookie_parser.hpp"
#include "http/cookie_rules.hpp"
#include "http/http_time.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

// Oracles: a parser that splits the line first; parse(write(x)) is x; the views are parts of the
// line.

namespace parley::fuzz {

namespace {

using http::SetCookie;

std::string trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  return std::string(text.substr(begin, text.find_last_not_of(" \t") + 1 - begin));
}

/// All of it, with copies instead of views: what a line says.
struct Parsed {
  std::string name{};
  std::string value{};
  std::optional<std::chrono::sys_seconds> expires{};
  std::optional<std::chrono::seconds> maxAge{};
  std::string domain{};
  std::optional<std::string> path{};
  bool secure = false;
  bool httpOnly = false;
  SameSite sameSite = SameSite::Unspecified;

  bool operator==(const Parsed&) const = default;
};

std::optional<std::chrono::seconds> referenceMaxAge(const std::string& text) {
  const bool isNegative = !text.empty() && text[0] == '-';
  const std::string digits = text.substr(isNegative ? 1 : 0);
  if (digits.empty() || digits.find_first_not_of("0123456789") != digits.npos) return std::nullopt;
  const std::chrono::seconds most = kMaxCookieAge;
  if (isNegative) return std::chrono::seconds(0);
  const std::size_t zeros = std::min(digits.find_first_not_of('0'), digits.size());
  if (digits.size() - zeros > 15) return most;
  return std::min(std::chrono::seconds(std::stoll("0" + digits.substr(zeros))), most);
}

void applyReference(Parsed& cookie, const std::string& name, std::string value) {
  const auto is = [&](const char* known) { return bytes::equalsIgnoreCase(name, known); };
  if (is("expires")) {
    if (const auto time = http::parseCookieDate(value)) cookie.expires = time;
  } else if (is("max-age")) {
    if (const auto age = referenceMaxAge(value)) cookie.maxAge = age;
  } else if (is("domain")) {
    cookie.domain = value.substr(value.starts_with('.') ? 1 : 0);
  } else if (is("path")) {
    cookie.path = value;
  } else if (is("secure")) {
    cookie.secure = true;
  } else if (is("httponly")) {
    cookie.httpOnly = true;
  } else if (is("samesite")) {
    const auto says = [&](const char* known) { return bytes::equalsIgnoreCase(value, known); };
    cookie.sameSite = says("none")     ? SameSite::None
                      : says("lax")    ? SameSite::Lax
                      : says("strict") ? SameSite::Strict
                                       : SameSite::Unspecified;
  }
}

/// The parts between semicolons, as (name, value) around the first "=".
std::vector<std::pair<std::optional<std::string>, std::string>> partsOf(std::string_view line) {
  std::vector<std::pair<std::optional<std::string>, std::string>> parts;
  std::size_t at = 0;
  while (at <= line.size()) {
    const std::size_t end = std::min(line.find(';', at), line.size());
    const std::string_view part = line.substr(at, end - at);
    const std::size_t equals = part.find('=');
    if (equals == part.npos) {
      parts.emplace_back(std::nullopt, trimmed(part));
    } else {
      parts.emplace_back(trimmed(part.substr(0, equals)), trimmed(part.substr(equals + 1)));
    }
    at = end + 1;
  }
  return parts;
}

std::optional<Parsed> reference(std::string_view line) {
  for (const char c : line) {
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F) return std::nullopt;
  }
  const auto parts = partsOf(line);
  Parsed cookie;
  cookie.name = parts[0].first.value_or("");
  cookie.value = parts[0].second;
  if (http::contentRefusal(cookie.name, cookie.value)) return std::nullopt;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::string& name = parts[i].first ? *parts[i].first : parts[i].second;
    const std::string value = parts[i].first ? parts[i].second : "";
    if (value.size() <= kMaxCookieAttributeSize) applyReference(cookie, name, value);
  }
  return cookie;
}

std::optional<Parsed> parse(std::string_view line) {
  const ExactCopy copy(asBytes(line));
  const std::string_view text = asText(copy.bytes());
  const auto cookie = http::parseSetCookie(text);
  if (!cookie) return std::nullopt;
  const auto isPart = [&](std::string_view view) {
    return view.empty() ||
           (view.data() >= text.data() && view.data() + view.size() <= text.data() + text.size());
  };
  require(isPart(cookie->name) && isPart(cookie->value) && isPart(cookie->domain) &&
              isPart(cookie->path.value_or("")),
          "views are parts of the line");
  Parsed parsed{std::string(cookie->name), std::string(cookie->value), cookie->expires,
                cookie->maxAge, std::string(cookie->domain)};
  if (cookie->path) parsed.path.emplace(*cookie->path);
  parsed.secure = cookie->secure;
  parsed.httpOnly = cookie->httpOnly;
  parsed.sameSite = cookie->sameSite;
  return parsed;
}

std::string dateOf(std::chrono::sys_seconds time) {
  const http::CalendarTime parts = http::toCalendarTime(time);
  const auto digits = [](auto number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return digits(parts.day) + " " + std::string(http::kMonthNames[parts.month - 1]) + " " +
         std::to_string(parts.year) + " " + digits(parts.hour) + ":" + digits(parts.minute) + ":" +
         digits(parts.second);
}

std::string write(const Parsed& cookie) {
  static constexpr std::array<const char*, 4> kSameSite{"Other", "None", "Lax", "Strict"};
  std::string line = cookie.name + "=" + cookie.value;
  if (cookie.expires) line += "; Expires=" + dateOf(*cookie.expires);
  if (cookie.maxAge) line += ";Max-Age=" + std::to_string(cookie.maxAge->count());
  if (!cookie.domain.empty()) line += "; domain=." + cookie.domain;
  if (cookie.path) line += "; PATH=" + *cookie.path;
  if (cookie.secure) line += "; Secure";
  if (cookie.httpOnly) line += "; HttpOnly = x";
  return line + "; SameSite=" + kSameSite[static_cast<std::size_t>(cookie.sameSite)];
}

}  // namespace

void setCookie(Bytes data) {
  const std::string_view line = asText(data);
  const auto parsed = parse(line);
  require(parsed == reference(line), "the parser is the reference");
  // One more dot than the longest domain there is room for.
  if (!parsed || parsed->domain.size() == kMaxCookieAttributeSize) return;
  require(parse(write(*parsed)) == parsed, "parse(write(x)) is x");
}

}  // namespace parley::fuzz
