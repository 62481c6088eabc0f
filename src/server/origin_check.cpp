#include "server/origin_check.hpp"

#include "bytes/ascii.hpp"
#include "http/host.hpp"

#include <algorithm>
#include <optional>

namespace parley::server {
namespace {

/// A tuple origin (RFC 6454 section 4). Views into what was parsed.
struct Origin {
  std::string_view scheme;
  std::string_view host;
  std::string_view port;  // empty: the scheme's default
};

struct HostAndPort {
  std::string_view host;
  std::string_view port;  // empty: none given
};

HostAndPort splitPort(std::string_view authority) noexcept {
  const std::size_t colon = authority.rfind(':');
  const std::size_t bracket = authority.rfind(']');  // an IPv6 address has colons of its own
  if (colon == std::string_view::npos || (bracket != std::string_view::npos && colon < bracket)) {
    return {authority, {}};
  }
  return {authority.substr(0, colon), authority.substr(colon + 1)};
}

std::string_view defaultPort(std::string_view scheme) noexcept {
  if (bytes::equalsIgnoreCase(scheme, "http") || bytes::equalsIgnoreCase(scheme, "ws")) return "80";
  if (bytes::equalsIgnoreCase(scheme, "https") || bytes::equalsIgnoreCase(scheme, "wss")) {
    return "443";
  }
  return {};
}

std::string_view portOr(std::string_view port, std::string_view fallback) noexcept {
  return port.empty() ? fallback : port;
}

/// scheme "://" host [":" port] and nothing else (RFC 6454 section 6.2): no path, no user
/// information, and so neither "null" nor a list.
std::optional<Origin> parseOrigin(std::string_view text) noexcept {
  const std::size_t separator = text.find("://");
  if (separator == std::string_view::npos || separator == 0) return std::nullopt;
  const std::string_view authority = text.substr(separator + 3);
  if (!http::isValidHost(authority)) return std::nullopt;
  const auto [host, port] = splitPort(authority);
  return Origin{text.substr(0, separator), host, port};
}

bool equals(const Origin& a, const Origin& b) noexcept {
  return bytes::equalsIgnoreCase(a.scheme, b.scheme) && bytes::equalsIgnoreCase(a.host, b.host) &&
         portOr(a.port, defaultPort(a.scheme)) == portOr(b.port, defaultPort(b.scheme));
}

bool isListed(const OriginPolicy& policy, std::string_view text) {
  const std::optional<Origin> origin = parseOrigin(text);
  return std::any_of(policy.allowed.begin(), policy.allowed.end(), [&](const std::string& allowed) {
    if (allowed == text) return true;  // also "null", for those who say so
    const std::optional<Origin> other = parseOrigin(allowed);
    return origin && other && equals(*origin, *other);
  });
}

/// Which port a Host field without one means is the scheme's matter. Over TLS it is that of https,
/// so that a page that came in the clear, and may be anybody's, is of another host. Else the only
/// scheme that we know of is the origin's: behind a proxy that ends TLS, ours is not the browser's.
bool isSameHost(std::string_view text, std::string_view host, Wire wire) noexcept {
  const std::optional<Origin> origin = parseOrigin(text);
  if (!origin || !http::isValidHost(host)) return false;
  const std::string_view fallback = defaultPort(origin->scheme);
  if (fallback.empty()) return false;  // an extension's name is no host
  const auto [name, port] = splitPort(host);
  return bytes::equalsIgnoreCase(origin->host, name) &&
         portOr(origin->port, fallback) ==
             portOr(port, wire == Wire::Tls ? defaultPort("https") : fallback);
}

bool isKnownHost(const OriginPolicy& policy, std::string_view host) {
  if (policy.hosts.empty()) return true;
  const HostAndPort asked = splitPort(host);
  return std::any_of(policy.hosts.begin(), policy.hosts.end(), [&](const std::string& known) {
    const HostAndPort parts = splitPort(known);
    return bytes::equalsIgnoreCase(parts.host, asked.host) &&
           (parts.port.empty() || parts.port == asked.port);
  });
}

}  // namespace

OriginVerdict checkOrigin(const OriginPolicy& policy, const Headers& headers, std::string_view host,
                          Wire wire) {
  if (!isKnownHost(policy, host)) return OriginVerdict::Refused;
  const std::size_t count = headers.count("Origin");
  if (count == 0) return OriginVerdict::Allowed;  // no browser: section 10.2 guards against pages
  if (count > 1) return OriginVerdict::Refused;
  const std::string_view origin = *headers.get("Origin");
  bool isAllowed = false;
  switch (policy.rule) {
    case OriginPolicy::Rule::SameHost:
      isAllowed = isSameHost(origin, host, wire) || isListed(policy, origin);
      break;
    case OriginPolicy::Rule::AllowList:
      isAllowed = isListed(policy, origin);
      break;
    case OriginPolicy::Rule::Any:
      isAllowed = true;
      break;
  }
  return isAllowed ? OriginVerdict::Allowed : OriginVerdict::Refused;
}

}  // namespace parley::server
