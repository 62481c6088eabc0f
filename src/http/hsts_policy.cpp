#include "http/hsts_policy.hpp"

#include "bytes/ascii.hpp"
#include "http/field_scanner.hpp"

#include <parley/hsts_host.hpp>

#include <algorithm>
#include <string>

namespace parley::http {
namespace {

struct Directive {
  std::string_view name;
  std::optional<std::string> value;
};

/// directive-name [ "=" ( token / quoted-string ) ], with blanks around each.
std::optional<Directive> readDirective(FieldScanner& scanner) {
  Directive directive{scanner.takeToken(), std::nullopt};
  if (directive.name.empty()) return std::nullopt;
  scanner.skipBlanks();
  if (!scanner.take('=')) return directive;
  scanner.skipBlanks();
  if (scanner.take('"')) {
    directive.value = scanner.takeQuotedRest();
    if (!directive.value) return std::nullopt;
  } else {
    directive.value = scanner.takeToken();
    if (directive.value->empty()) return std::nullopt;
  }
  scanner.skipBlanks();
  return directive;
}

/// Section 6.1.1: digits, in quotes or not.
std::optional<std::chrono::seconds> readMaxAge(const std::optional<std::string>& text) {
  constexpr std::chrono::seconds kMost = kMaxHstsAge;
  if (!text || text->empty()) return std::nullopt;
  std::chrono::seconds age{0};
  for (const char c : *text) {
    if (c < '0' || c > '9') return std::nullopt;
    age = std::min(age * 10 + std::chrono::seconds(c - '0'), kMost);
  }
  return age;
}

/// What was found so far; each at most once (section 6.1, rule 2).
struct Found {
  std::optional<std::chrono::seconds> maxAge;
  std::optional<Subdomains> subdomains;

  [[nodiscard]] bool add(const Directive& directive) {
    if (bytes::equalsIgnoreCase(directive.name, "max-age")) {
      return !maxAge && (maxAge = readMaxAge(directive.value));
    }
    if (bytes::equalsIgnoreCase(directive.name, "includeSubDomains")) {
      if (subdomains || directive.value) return false;  // section 6.1.2: it has no value
      subdomains = Subdomains::Included;
    }
    return true;
  }
};

}  // namespace

std::optional<HstsPolicy> parseHstsPolicy(std::string_view value) {
  Found found;
  FieldScanner scanner(value);
  while (true) {
    scanner.skipBlanks();
    if (scanner.atEnd()) break;
    if (scanner.take(';')) continue;
    const auto directive = readDirective(scanner);
    if (!directive || !found.add(*directive)) return std::nullopt;
    if (!scanner.atEnd() && !scanner.take(';')) return std::nullopt;
  }
  if (!found.maxAge) return std::nullopt;
  return HstsPolicy{*found.maxAge, found.subdomains.value_or(Subdomains::Excluded)};
}

}  // namespace parley::http
