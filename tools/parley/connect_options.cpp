#include "connect_options.hpp"

#include <parley/cookie_jar.hpp>
#include <parley/dom_exception.hpp>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <utility>

namespace parley::tool {

namespace {

[[noreturn]] void throwUsage(std::string message) {
  throw DOMException(DOMException::Name::SyntaxError, std::move(message));
}

void addHeaders(Options& options, const ConnectSettings& settings) {
  for (const std::string& header : settings.headers) {
    const std::size_t colon = header.find(':');
    if (colon == std::string::npos) throwUsage("--header: '" + header + "' has no colon");
    options.headers.append(header.substr(0, colon), header.substr(colon + 1));
  }
}

TlsOptions tlsOptions(const ConnectSettings& settings) {
  TlsOptions tls;
  tls.caFile = settings.caFile;
  tls.crlFile = settings.crlFile;
  tls.certificateFile = settings.certificateFile;
  tls.keyFile = settings.keyFile;
  tls.pins = settings.pins;
  if (settings.insecure) tls.verification = TlsOptions::Verification::DangerouslyOff;
  return tls;
}

ProxyOptions proxyOptions(const ConnectSettings& settings) {
  ProxyOptions proxy;
  if (!settings.proxy) return proxy;
  proxy.mode = settings.proxy->empty() ? ProxyMode::None : ProxyMode::Explicit;
  proxy.url = *settings.proxy;
  return proxy;
}

/// "HOST:PORT:ADDRESS[,ADDRESS...]". An IPv6 host is in brackets; the addresses may be.
ResolveOverride resolveRule(std::string_view rule) {
  const std::size_t hostEnd = rule.find(':', rule.starts_with('[') ? rule.find(']') : 0);
  const std::size_t portEnd = hostEnd == rule.npos ? rule.npos : rule.find(':', hostEnd + 1);
  const std::string complaint =
      "--resolve: '" + std::string(rule) + "' is not HOST:PORT:ADDRESS[,ADDRESS...]";
  if (portEnd == rule.npos) throwUsage(complaint);
  ResolveOverride result;
  result.host = rule.substr(0, hostEnd);
  const std::string_view port = rule.substr(hostEnd + 1, portEnd - hostEnd - 1);
  std::uint16_t number = 0;
  const auto parsed = std::from_chars(port.data(), port.data() + port.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != port.data() + port.size()) throwUsage(complaint);
  result.port = number;
  for (std::string_view rest = rule.substr(portEnd + 1); !rest.empty();) {
    const std::size_t comma = rest.find(',');
    result.addresses.emplace_back(rest.substr(0, comma));
    rest = comma == rest.npos ? std::string_view() : rest.substr(comma + 1);
  }
  if (result.host.empty() || result.addresses.empty()) throwUsage(complaint);
  return result;
}

std::shared_ptr<CookieJar> cookieJar(const std::string& file) {
  if (file.empty()) return nullptr;
  auto jar = std::make_shared<CookieJar>();
  // The first time there is none yet.
  if (!std::filesystem::exists(file)) return jar;
  if (const auto error = jar->load(file)) throwUsage("--cookie-jar: " + error->message);
  return jar;
}

}  // namespace

Options optionsFor(const ConnectSettings& settings) {
  Options options;
  addHeaders(options, settings);
  if (!settings.origin.empty()) options.origin = settings.origin;
  if (!settings.unixPath.empty()) options.unixPath = settings.unixPath;
  options.handshakeTimeout = std::chrono::seconds(settings.timeoutSeconds);
  // A person or a script that names a port means it.
  options.blockedPorts = BlockedPorts::Allow;
  options.tls = tlsOptions(settings);
  options.proxy = proxyOptions(settings);
  for (const std::string& rule : settings.resolve) options.resolve.push_back(resolveRule(rule));
  options.cookies = cookieJar(settings.cookieJar);
  options.maxRedirects = static_cast<std::uint32_t>(settings.maxRedirects);
  return options;
}

std::optional<std::string> keepCookies(const ConnectSettings& settings, const Options& options) {
  if (!options.cookies) return std::nullopt;
  const auto failure = options.cookies->save(settings.cookieJar);
  if (!failure) return std::nullopt;
  return "--cookie-jar: " + failure->message;
}

}  // namespace parley::tool
