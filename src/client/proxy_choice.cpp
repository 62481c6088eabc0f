#include "client/proxy_choice.hpp"

#include "client/proxy_exceptions.hpp"
#include "url/host.hpp"
#include "url/percent_encoding.hpp"

#include <parley/url.hpp>

#include <cstdlib>
#include <initializer_list>
#include <utility>
#include <vector>

namespace parley {

namespace {

constexpr std::uint16_t kSocksPort = 1080;  // RFC 1928 section 3

struct Scheme {
  std::string_view name;
  ProxyKind kind;
};
// "socks" is what desktops write into all_proxy; like browsers we take it for version 5.
constexpr Scheme kSchemes[] = {{"http", ProxyKind::Http},
                               {"https", ProxyKind::Https},
                               {"socks5", ProxyKind::Socks5},
                               {"socks5h", ProxyKind::Socks5h},
                               {"socks", ProxyKind::Socks5h}};

std::optional<ProxyKind> kindOf(std::string_view scheme) {
  for (const Scheme& known : kSchemes) {
    if (known.name == scheme) return known.kind;
  }
  return std::nullopt;
}

/// The URL parser has an opaque host for schemes that it does not know.
std::optional<std::string> hostOf(const Url& url) {
  if (url.isSpecial()) return std::string(url.hostname());
  return url::parseHost(url.hostname(), url::HostKind::Special);
}

std::optional<http::Credentials> credentialsOf(const Url& url) {
  if (url.username().empty() && url.password().empty()) return std::nullopt;
  return http::Credentials{url::percentDecode(url.username()), url::percentDecode(url.password())};
}

/// The text of the error goes behind the name of what holds the URL.
Result<Proxy, std::string_view> parseProxy(const std::string& text) {
  const bool hasScheme = text.find("://") != std::string::npos;
  const auto url = Url::parse(hasScheme ? text : "http://" + text);
  if (!url) return std::string_view("is no URL");
  const auto kind = kindOf(url->scheme());
  if (!kind) return std::string_view("has another scheme than http, https, socks5 and socks5h");
  // Most of all a "/", "?" or "#" in a password that is not percent-encoded: what stands before it
  // would be taken for the proxy.
  const bool endsWithPort = url->path().empty() || url->path() == "/";
  if (!endsWithPort || url->query() || url->fragment()) {
    return std::string_view("goes on behind host and port");
  }
  auto host = hostOf(*url);
  if (!host || host->empty()) return std::string_view("has no host");
  Proxy proxy{*kind, *std::move(host), url->effectivePort().value_or(kSocksPort),
              credentialsOf(*url)};
  if (proxy.port == 0) return std::string_view("has the port 0");
  if (proxy.credentials && !http::areSendable(*proxy.credentials)) {
    return std::string_view("has a control character in its credentials");
  }
  return proxy;
}

Result<std::optional<Proxy>, ProxyError> parsedProxy(std::string source, const std::string& text) {
  auto proxy = parseProxy(text);
  if (proxy) return std::optional(*std::move(proxy));
  std::string message = source + " " + std::string(proxy.error());
  return ProxyError{std::move(source), std::move(message)};
}

struct Variable {
  std::string_view name;
  std::string value;
};

/// The first of them that is set.
std::optional<Variable> firstSet(const EnvironmentLookup& environment,
                                 std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    // The httpoxy hole: a web server hands the Proxy field of a request to a CGI program as
    // HTTP_PROXY.
    if (name == "HTTP_PROXY" && environment("REQUEST_METHOD")) continue;
    auto value = environment(name);
    if (value && !value->empty()) return Variable{name, *std::move(value)};
  }
  return std::nullopt;
}

bool isException(const ProxyTarget& target, const std::vector<std::string>& list) {
  for (const std::string& entry : list) {
    if (isProxyException(target, entry)) return true;
  }
  return false;
}

Result<std::optional<Proxy>, ProxyError> proxyOfEnvironment(const Url& url,
                                                            const ProxyTarget& target,
                                                            const EnvironmentLookup& environment) {
  if (isLocalHost(target.host)) return std::optional<Proxy>();
  const auto exceptions = firstSet(environment, {"no_proxy", "NO_PROXY"});
  if (exceptions && isProxyException(target, exceptions->value)) return std::optional<Proxy>();
  const auto variable =
      url.scheme() == "wss"
          ? firstSet(environment, {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"})
          : firstSet(environment, {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"});
  if (!variable) return std::optional<Proxy>();
  return parsedProxy(std::string(variable->name), variable->value);
}

}  // namespace

Result<std::optional<Proxy>, ProxyError> chooseProxy(const Url& url, const ProxyOptions& options,
                                                     const EnvironmentLookup& environment) {
  const ProxyTarget target{url.hostname(), url.effectivePort().value_or(0)};
  const bool isDirect = options.mode == ProxyMode::None || isException(target, options.noProxy);
  if (isDirect) return std::optional<Proxy>();
  switch (options.mode) {
    case ProxyMode::None:
      break;
    case ProxyMode::Environment:
      return proxyOfEnvironment(url, target, environment);
    case ProxyMode::Explicit:
      return parsedProxy("Options::proxy", options.url);
  }
  return std::optional<Proxy>();
}

std::optional<std::string> processEnvironment(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

}  // namespace parley
