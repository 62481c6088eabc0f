#include "http/cookie_file.hpp"

#include "bytes/ascii.hpp"
#include "http/cookie_rules.hpp"
#include "http/host.hpp"
#include "http/text_lines.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <optional>

namespace parley::http {
namespace {

constexpr std::string_view kHttpOnly = "#HttpOnly_";
constexpr std::size_t kFields = 7;

/// Most readers of the format insist on the first line.
constexpr std::string_view kHead =
    "# Netscape HTTP Cookie File\n"
    "# https://curl.se/docs/http-cookies.html\n\n";

using Fields = std::array<std::string_view, kFields>;

/// An empty value may lack its tab.
std::optional<Fields> split(std::string_view line) noexcept {
  Fields fields;
  std::size_t count = 0;
  while (count < kFields) {
    const std::size_t tab = line.find('\t');
    fields[count++] = line.substr(0, tab);
    if (tab == std::string_view::npos) break;
    line.remove_prefix(tab + 1);
    if (count == kFields) return std::nullopt;
  }
  return count >= kFields - 1 ? std::optional(fields) : std::nullopt;
}

std::optional<bool> readFlag(std::string_view text) noexcept {
  if (bytes::equalsIgnoreCase(text, "TRUE")) return true;
  if (bytes::equalsIgnoreCase(text, "FALSE")) return false;
  return std::nullopt;
}

/// Digits, maybe with a minus; as large as the clock goes.
std::optional<std::chrono::sys_seconds> readExpiry(std::string_view text) noexcept {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  const bool isNegative = text.starts_with('-');
  if (isNegative) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    const std::int64_t digit = c - '0';
    value = value > (kMost - digit) / 10 ? kMost : value * 10 + digit;
  }
  return std::chrono::sys_seconds(std::chrono::seconds(isNegative ? -value : value));
}

/// Without brackets: what can be nothing else.
bool isIpv6(std::string_view text) noexcept {
  return std::count(text.begin(), text.end(), ':') >= 2 && !text.starts_with('.') &&
         text.find_first_not_of("0123456789ABCDEFabcdef:.") == std::string_view::npos;
}

/// As a URL has it: lower case, and brackets around an IPv6 address, which curl leaves out.
std::optional<std::string> readDomain(std::string_view text) {
  if (text.starts_with('.')) text.remove_prefix(1);
  if (text.starts_with('.')) return std::nullopt;
  std::string domain = isIpv6(text) ? "[" + std::string(text) + "]" : std::string(text);
  std::transform(domain.begin(), domain.end(), domain.begin(), bytes::toLower);
  const bool hasPort =
      domain.starts_with('[') ? !domain.ends_with(']') : domain.find(':') != std::string::npos;
  if (!isValidHost(domain) || hasPort) return std::nullopt;
  return domain;
}

std::string writtenDomain(const Cookie& cookie) {
  std::string_view domain = cookie.domain;
  if (domain.starts_with('[') && domain.ends_with(']')) {
    const std::string_view address = domain.substr(1, domain.size() - 2);
    if (isIpv6(address)) domain = address;
  }
  return (cookie.hostOnly ? "" : ".") + std::string(domain);
}

/// What would end the cookie in a Set-Cookie line, and begin another one in a Cookie field.
bool hasSemicolon(std::string_view text) noexcept {
  return text.find(';') != std::string_view::npos;
}

Result<Cookie, std::string_view> readCookie(std::string_view line) {
  using namespace std::string_view_literals;
  Cookie cookie;
  cookie.httpOnly = line.starts_with(kHttpOnly);
  if (cookie.httpOnly) line.remove_prefix(kHttpOnly.size());
  const auto fields = split(line);
  if (!fields) return "not the seven fields of a cookie, with a tab between them"sv;
  const auto& [domain, below, path, secure, expiry, name, value] = *fields;
  auto host = readDomain(domain);
  if (!host) return "the first field is not a domain"sv;
  cookie.domain = *std::move(host);
  const auto isBelow = readFlag(below);
  if (!isBelow) return "the second field is neither TRUE nor FALSE"sv;
  cookie.hostOnly = !*isBelow;
  if (!path.starts_with('/')) return "the third field is not a path"sv;
  if (hasControlCharacter(path)) return describe(CookieRefusal::ControlCharacter);
  cookie.path = path;
  const auto isSecure = readFlag(secure);
  if (!isSecure) return "the fourth field is neither TRUE nor FALSE"sv;
  cookie.secure = *isSecure;
  if (!expiry.empty()) {
    cookie.expires = readExpiry(expiry);
    if (!cookie.expires) return "the fifth field is not a number of seconds"sv;
    if (*cookie.expires == std::chrono::sys_seconds{}) cookie.expires.reset();
  }
  if (hasSemicolon(name) || hasSemicolon(value)) return "a semicolon in the name or the value"sv;
  if (const auto refusal = contentRefusal(name, value)) return describe(*refusal);
  cookie.name = name;
  cookie.value = value;
  if (const auto refusal = prefixRefusal(cookie)) return describe(*refusal);
  return cookie;
}

bool isComment(std::string_view line) noexcept {
  return bytes::trimOws(line).empty() || (line.starts_with('#') && !line.starts_with(kHttpOnly));
}

bool hasTab(const Cookie& cookie) noexcept {
  const auto has = [](std::string_view text) { return text.find('\t') != std::string_view::npos; };
  return has(cookie.name) || has(cookie.value) || has(cookie.path);
}

void appendField(std::string& text, std::string_view field) {
  text.append(field).push_back('\t');
}

void appendCookie(std::string& text, const Cookie& cookie) {
  if (cookie.httpOnly) text.append(kHttpOnly);
  appendField(text, writtenDomain(cookie));
  appendField(text, cookie.hostOnly ? "FALSE" : "TRUE");
  appendField(text, cookie.path);
  appendField(text, cookie.secure ? "TRUE" : "FALSE");
  const auto expiry = cookie.expires ? cookie.expires->time_since_epoch().count() : 0;
  appendField(text, std::to_string(expiry));
  appendField(text, cookie.name);
  text.append(cookie.value).push_back('\n');
}

}  // namespace

Result<std::vector<Cookie>, LineError> parseCookieFile(std::string_view text) {
  std::vector<Cookie> cookies;
  TextLines lines(text);
  while (const auto line = lines.next()) {
    if (isComment(*line)) continue;
    auto cookie = readCookie(*line);
    if (!cookie) return LineError{lines.number(), cookie.error()};
    cookies.push_back(*std::move(cookie));
  }
  return cookies;
}

std::string formatCookieFile(std::span<const Cookie> cookies) {
  std::string text(kHead);
  for (const Cookie& cookie : cookies) {
    if (!hasTab(cookie)) appendCookie(text, cookie);
  }
  return text;
}

}  // namespace parley::http
