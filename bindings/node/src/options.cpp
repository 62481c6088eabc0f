#include "options.hpp"

namespace parley::node {

namespace {

template <typename E, std::size_t N>
using Words = std::array<std::pair<std::string_view, E>, N>;

constexpr Words<TlsVersion, 2> kTlsVersions{{
    {"TLSv1.2", TlsVersion::Tls12},
    {"TLSv1.3", TlsVersion::Tls13},
}};
constexpr Words<TlsOptions::Verification, 2> kVerifications{{
    {"full", TlsOptions::Verification::Full},
    {"dangerously-off", TlsOptions::Verification::DangerouslyOff},
}};
constexpr Words<TlsOptions::Resumption, 2> kResumptions{{
    {"on", TlsOptions::Resumption::On},
    {"off", TlsOptions::Resumption::Off},
}};
constexpr Words<ProxyMode, 3> kProxyModes{{
    {"environment", ProxyMode::Environment},
    {"none", ProxyMode::None},
    {"explicit", ProxyMode::Explicit},
}};
constexpr Words<Compression::Mode, 2> kCompressionModes{{
    {"on", Compression::Mode::On},
    {"off", Compression::Mode::Off},
}};
constexpr Words<Compression::Level, 2> kCompressionLevels{{
    {"fast", Compression::Level::Fast},
    {"best", Compression::Level::Best},
}};
constexpr Words<ConnectingLimit, 2> kConnectingLimits{{
    {"one-per-address", ConnectingLimit::OnePerAddress},
    {"none", ConnectingLimit::None},
}};
constexpr Words<BlockedPorts, 3> kBlockedPorts{{
    {"throw", BlockedPorts::Throw},
    {"fail", BlockedPorts::FailAsync},
    {"allow", BlockedPorts::Allow},
}};
constexpr Words<InvalidText, 2> kInvalidTexts{{
    {"throw", InvalidText::Throw},
    {"replace", InvalidText::Replace},
}};
constexpr Words<OriginPolicy::Rule, 3> kOriginRules{{
    {"same-host", OriginPolicy::Rule::SameHost},
    {"allow-list", OriginPolicy::Rule::AllowList},
    {"any", OriginPolicy::Rule::Any},
}};
constexpr Words<SlowConsumer, 3> kSlowConsumers{{
    {"close", SlowConsumer::Close},
    {"drop-newest", SlowConsumer::DropNewest},
    {"wait", SlowConsumer::Wait},
}};
constexpr Words<TlsServerOptions::ClientCertificates, 3> kClientCertificates{{
    {"ignore", TlsServerOptions::ClientCertificates::Ignore},
    {"request", TlsServerOptions::ClientCertificates::Request},
    {"require", TlsServerOptions::ClientCertificates::Require},
}};
constexpr Words<TlsServerOptions::SessionTickets, 2> kSessionTickets{{
    {"on", TlsServerOptions::SessionTickets::On},
    {"off", TlsServerOptions::SessionTickets::Off},
}};

/// true, false, or an object with the details of what is then on.
void readCompression(const Members& members, Compression& to) {
  if (members.typeOf("compression") == napi_boolean) {
    bool isOn = false;
    members.read("compression", isOn);
    to.mode = isOn ? Compression::Mode::On : Compression::Mode::Off;
    return;
  }
  const auto details = members.object("compression");
  if (!details) return;
  to.mode = Compression::Mode::On;
  details->read("mode", to.mode, kCompressionModes);
  details->read("level", to.level, kCompressionLevels);
  details->read("threshold", to.threshold);
  details->read("serverNoContextTakeover", to.serverNoContextTakeover);
  details->read("clientNoContextTakeover", to.clientNoContextTakeover);
  details->read("serverMaxWindowBits", to.serverMaxWindowBits);
  details->read("clientMaxWindowBits", to.clientMaxWindowBits);
  details->read("releaseAfter", to.releaseAfter);
}

void readTls(const Members& members, TlsOptions& to) {
  members.read("caFile", to.caFile);
  members.read("caPem", to.caPem);
  members.read("crlFile", to.crlFile);
  members.read("pins", to.pins);
  members.read("verification", to.verification, kVerifications);
  members.read("certificateFile", to.certificateFile);
  members.read("keyFile", to.keyFile);
  members.read("keyPassword", to.keyPassword);
  members.read("serverName", to.serverName);
  members.read("alpn", to.alpn);
  members.read("minVersion", to.minVersion, kTlsVersions);
  members.read("resumption", to.resumption, kResumptions);
  members.read("keyLogFile", to.keyLogFile);
}

/// A URL, false for none, or an object.
void readProxy(const Members& members, ProxyOptions& to) {
  if (members.typeOf("proxy") == napi_string) {
    to.mode = ProxyMode::Explicit;
    members.read("proxy", to.url);
    return;
  }
  if (members.typeOf("proxy") == napi_boolean) {
    bool isUsed = true;
    members.read("proxy", isUsed);
    if (!isUsed) to.mode = ProxyMode::None;
    return;
  }
  const auto details = members.object("proxy");
  if (!details) return;
  if (details->has("url")) to.mode = ProxyMode::Explicit;
  details->read("mode", to.mode, kProxyModes);
  details->read("url", to.url);
  details->read("noProxy", to.noProxy);
}

std::vector<ResolveOverride> resolveOverrides(const Members& members) {
  std::vector<ResolveOverride> overrides;
  for (const Members& one : members.objects("resolve")) {
    ResolveOverride& made = overrides.emplace_back();
    one.read("host", made.host);
    one.read("port", made.port);
    one.read("addresses", made.addresses);
  }
  return overrides;
}

void readLimits(const Members& members, Options& to) {
  members.read("maxMessageSize", to.maxMessageSize);
  members.read("maxFragments", to.maxFragments);
  members.read("maxHandshakeSize", to.maxHandshakeSize);
  members.read("handshakeTimeout", to.handshakeTimeout);
  members.read("resolveTimeout", to.resolveTimeout);
  members.read("connectTimeout", to.connectTimeout);
  members.read("tlsTimeout", to.tlsTimeout);
  members.read("proxyTimeout", to.proxyTimeout);
  members.read("closeTimeout", to.closeTimeout);
  members.read("pingAfter", to.pingAfter);
  members.read("pingTimeout", to.pingTimeout);
  members.read("writeTimeout", to.writeTimeout);
  members.read("idleTimeout", to.idleTimeout);
}

void readOrigins(const Members& members, OriginPolicy& to) {
  const auto details = members.object("origins");
  if (!details) return;
  details->read("allowed", to.allowed);
  details->read("rule", to.rule, kOriginRules);
  details->read("hosts", to.hosts);
}

}  // namespace

Options socketOptions(const Members& members) {
  Options options;
  options.blockedPorts = BlockedPorts::FailAsync;
  options.invalidText = InvalidText::Replace;
  members.read("baseUrl", options.baseUrl);
  members.read("headers", options.headers);
  members.read("origin", options.origin);
  members.read("unixPath", options.unixPath);
  members.read("maxRedirects", options.maxRedirects);
  if (const auto tls = members.object("tls")) readTls(*tls, options.tls);
  readProxy(members, options.proxy);
  options.resolve = resolveOverrides(members);
  members.read("connectingLimit", options.connectingLimit, kConnectingLimits);
  readCompression(members, options.compression);
  members.read("blockedPorts", options.blockedPorts, kBlockedPorts);
  members.read("invalidText", options.invalidText, kInvalidTexts);
  readLimits(members, options);
  return options;
}

Route routeOptions(const Members& members) {
  Route route;
  route.invalidText = InvalidText::Replace;
  members.read("protocols", route.protocols);
  readOrigins(members, route.origins);
  readCompression(members, route.compression);
  members.read("maxMessageSize", route.maxMessageSize);
  members.read("maxFragments", route.maxFragments);
  members.read("maxBufferedAmount", route.maxBufferedAmount);
  members.read("slowConsumer", route.slowConsumer, kSlowConsumers);
  members.read("closeTimeout", route.closeTimeout);
  members.read("pingAfter", route.pingAfter);
  members.read("pingTimeout", route.pingTimeout);
  members.read("writeTimeout", route.writeTimeout);
  members.read("idleTimeout", route.idleTimeout);
  return route;
}

ServerOptions serverOptions(const Members& members) {
  ServerOptions options;
  members.read("maxHandshakeSize", options.maxHandshakeSize);
  members.read("handshakeTimeout", options.handshakeTimeout);
  members.read("maxConnections", options.maxConnections);
  return options;
}

TlsServerOptions tlsServerOptions(const Members& members) {
  TlsServerOptions options;
  for (const Members& one : members.objects("identities")) {
    TlsIdentity& identity = options.identities.emplace_back();
    one.read("certificateChainFile", identity.certificateChainFile);
    one.read("keyFile", identity.keyFile);
    one.read("keyPassword", identity.keyPassword);
  }
  members.read("clientCertificates", options.clientCertificates, kClientCertificates);
  members.read("clientCaFile", options.clientCaFile);
  members.read("minVersion", options.minVersion, kTlsVersions);
  members.read("sessionTickets", options.sessionTickets, kSessionTickets);
  members.read("keyLogFile", options.keyLogFile);
  return options;
}

}  // namespace parley::node
