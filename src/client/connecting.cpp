#include "client/connecting.hpp"

#include "client/connection_failure.hpp"
#include "tls/hashes.hpp"

#include <utility>

namespace parley {

namespace {

using Stage = Failure::Stage;

/// The rules that are about `port`. Precondition: checkOptions().
std::vector<transport::ResolveOverride> overridesOf(const Options& options, std::uint16_t port) {
  std::vector<transport::ResolveOverride> result;
  for (const ResolveOverride& rule : options.resolve) {
    transport::ResolveOverride& made = result.emplace_back();
    made.host = rule.host;
    made.port = rule.port.value_or(port);
    for (const std::string& text : rule.addresses) {
      if (auto address = transport::SocketAddress::parse(text, port)) {
        made.addresses.push_back(*address);
      }
    }
  }
  return result;
}

transport::ConnectOptions connectOptions(const Options& options, std::uint16_t port,
                                         const Proxy* proxy) {
  transport::ConnectOptions result;
  result.resolveTimeout = options.resolveTimeout;
  result.connectTimeout = options.connectTimeout;
  // A proxy is no server that the rule is about: it is one for many.
  result.connectingLimit = proxy ? ConnectingLimit::None : options.connectingLimit;
  result.resolveOverrides = overridesOf(options, port);
  return result;
}

std::string_view schemeOf(ProxyKind kind) noexcept {
  switch (kind) {
    case ProxyKind::Http:
      return "http://";
    case ProxyKind::Https:
      return "https://";
    case ProxyKind::Socks5:
      return "socks5://";
    case ProxyKind::Socks5h:
      return "socks5h://";
  }
  return {};
}

bool isHttp(ProxyKind kind) noexcept {
  return kind == ProxyKind::Http || kind == ProxyKind::Https;
}

}  // namespace

Connecting::Connecting(ConnectingOwner& owner, loop::EventLoop& loop, const Url& url,
                       const Options& options)
    : owner_(owner),
      loop_(loop),
      url_(url),
      options_(options),
      choice_(options.unixPath ? std::optional<Proxy>()
                               : chooseProxy(url, options.proxy, processEnvironment)),
      targetAddress_(loop, *this) {
  // So that no outcome is told from within a call of the owner's.
  loop.requestFlush(*this);
}

Connecting::~Connecting() = default;

void Connecting::onFlush() {
  if (!choice_) return fail({.stage = Stage::Proxy, .message = choice_.error().message});
  const std::optional<Proxy>& proxy = *choice_;
  if (!proxy) return dial();
  log("through the proxy " + proxyName());
  target_ = url_.hostname();
  if (options_.connectingLimit == ConnectingLimit::None) return resolveTarget();
  // RFC 6455 section 4.1, step 2: where the proxy looks names up, each is taken for a host of its
  // own.
  enter(Step::InLine);
  lineJoined_ = loop_.updateNow();
  auto slot = transport::ConnectingSlots::ofProcess().take(
      transport::SlotKey::ofName(url_.hostname(), port()), loop_, *this);
  if (slot) onSlot(std::move(*slot));
}

void Connecting::onSlot(transport::ConnectingSlot slot) {
  timeInLine_ += loop_.updateNow() - lineJoined_;
  slot_ = std::move(slot);
  resolveTarget();
}

// ---- Addresses ----

void Connecting::resolveTarget() {
  if ((*choice_)->kind != ProxyKind::Socks5) return dial();
  enter(Step::Resolving, options_.resolveTimeout);
  if (auto address = targetAddress_.find(target_, port(), overridesOf(options_, port()))) {
    onTargetAddress(std::move(*address));
  }
}

void Connecting::onTargetAddress(std::string address) {
  target_ = std::move(address);
  dial();
}

void Connecting::onNoTargetAddress(const std::string& reason) {
  fail({.stage = Stage::Resolve,
        .message = "no address for host '" + std::string(url_.hostname()) + "': " + reason});
}

void Connecting::dial() {
  enter(Step::Dialling);
  const Proxy* const proxy = *choice_ ? &**choice_ : nullptr;
  transport::TcpTarget peer{std::string(url_.hostname()), port()};
  if (proxy) peer = {proxy->host, proxy->port};
  auto options = connectOptions(options_, peer.port, proxy);
  transport::ConnectTarget target = std::move(peer);
  if (options_.unixPath) target = transport::UnixTarget{*options_.unixPath};
  connector_ = transport::connect(loop_, std::move(target), *this, std::move(options));
}

void Connecting::onConnected(transport::TransportPtr transport, transport::ConnectingSlot slot) {
  timeInLine_ += std::exchange(connector_, nullptr)->timeInLine();
  if (options_.connectLog) log("connected to " + transport->description());
  if (!*choice_) {
    slot_ = std::move(slot);
    return secure(std::move(transport));
  }
  if ((*choice_)->kind == ProxyKind::Https) return secureProxy(std::move(transport));
  openTunnel(std::move(transport));
}

void Connecting::onConnectFailed(const transport::ConnectFailure& failure) {
  const bool isProxy = choice_ && *choice_;
  Failure result = failureOf(failure, isProxy ? (*choice_)->host : std::string(url_.hostname()));
  if (isProxy) result.message = "proxy " + proxyName() + ": " + result.message;
  fail(std::move(result));
}

// ---- The proxy ----

void Connecting::secureProxy(transport::TransportPtr transport) {
  enter(Step::SecuringProxy, options_.tlsTimeout);
  // What is pinned, and who we are, is for the server.
  TlsOptions tls = options_.tls;
  tls.pins.clear();
  tls.serverName.reset();
  tls.certificateFile.reset();
  tls.keyFile.reset();
  startTls(std::move(transport), tls, (*choice_)->host, (*choice_)->port);
}

void Connecting::openTunnel(transport::TransportPtr transport) {
  enter(Step::Tunnelling, options_.proxyTimeout);
  if (tunnel_) return tunnel_->continueOver(std::move(transport));
  const Proxy& proxy = **choice_;
  transport::TunnelRequest request;
  if (isHttp(proxy.kind)) {
    request.target = handshake::HttpTunnelRequest{
        .host = target_, .port = port(), .credentials = proxy.credentials, .hashes = tls::hashes()};
  } else {
    request.target = handshake::Socks5Request{.host = target_,
                                              .port = port(),
                                              .names = proxy.kind == ProxyKind::Socks5
                                                           ? handshake::Socks5Names::Local
                                                           : handshake::Socks5Names::Proxy,
                                              .credentials = proxy.credentials};
  }
  tunnel_ = transport::openTunnel(loop_, std::move(transport), std::move(request), *this);
}

void Connecting::onTunnelReconnect() {
  log("the proxy asks for credentials over a new connection");
  dial();
}

void Connecting::onTunnelOpen(transport::TransportPtr transport) {
  tunnel_.reset();
  log("tunnel to " + target_ + ":" + std::to_string(port()) + " open");
  secure(std::move(transport));
}

void Connecting::onTunnelFailed(transport::TunnelFailure&& failure) {
  fail(failureOf(std::move(failure)));
}

// ---- TLS ----

void Connecting::secure(transport::TransportPtr transport) {
  if (url_.scheme() != "wss") return finish(std::move(transport));
  enter(Step::Securing, options_.tlsTimeout);
  startTls(std::move(transport), options_.tls, std::string(url_.hostname()), port());
}

void Connecting::startTls(transport::TransportPtr transport, const TlsOptions& options,
                          const std::string& host, std::uint16_t port) {
  tls_ =
      transport::secure(loop_, std::move(transport),
                        tls::ClientSettings{.options = options, .host = host, .port = port}, *this);
}

void Connecting::onSecured(transport::TransportPtr transport, const tls::Agreement& agreement) {
  tls_.reset();
  const bool isResumed = agreement.session == tls::Agreement::Session::Resumed;
  log(agreement.version + ", " + agreement.cipher + (isResumed ? ", resumed" : ""));
  if (step_ == Step::SecuringProxy) return openTunnel(std::move(transport));
  finish(std::move(transport));
}

void Connecting::onTlsFailed(const transport::TransportError& error) {
  Failure failure = failureOf(error, Stage::Tls);
  if (step_ == Step::SecuringProxy) {
    failure.message = "proxy " + proxyName() + ": " + failure.message;
  }
  fail(std::move(failure));
}

// ---- The end ----

void Connecting::enter(Step step, const std::optional<std::chrono::milliseconds>& timeout) {
  step_ = step;
  loop::EventLoop::cancel(*this);
  if (timeout) loop_.schedule(*this, protocol::later(loop_.updateNow(), *timeout));
}

void Connecting::finish(transport::TransportPtr transport) {
  loop::EventLoop::cancel(*this);
  owner_.onConnected(std::move(transport), std::move(slot_));
}

void Connecting::fail(Failure&& failure) {
  loop::EventLoop::cancel(*this);
  owner_.onConnectingFailed(std::move(failure));
}

void Connecting::onDeadline(protocol::Time) {
  switch (step_) {
    case Step::Resolving:
      return fail(tookTooLong(Stage::Resolve, "finding the address of " + target_,
                              *options_.resolveTimeout, "resolveTimeout"));
    case Step::Tunnelling:
      if (auto refusal = tunnel_->takeRefusal()) return fail(failureOf(std::move(*refusal)));
      return fail(tookTooLong(Stage::Proxy, "opening a tunnel through the proxy " + proxyName(),
                              *options_.proxyTimeout, "proxyTimeout"));
    case Step::SecuringProxy:
      return fail(tookTooLong(Stage::Tls, "the TLS handshake with the proxy " + proxyName(),
                              *options_.tlsTimeout, "tlsTimeout"));
    case Step::Securing:
      return fail(tookTooLong(Stage::Tls, "the TLS handshake with " + std::string(url_.hostname()),
                              *options_.tlsTimeout, "tlsTimeout"));
    case Step::InLine:
    case Step::Dialling:
      return;  // these have deadlines of their own, or none
  }
}

Failure Connecting::givenUp() const {
  Failure failure;
  switch (step_) {
    case Step::Resolving:
      failure.stage = Stage::Resolve;
      break;
    case Step::InLine:
    case Step::Dialling:
      failure.stage = Stage::Connect;
      if (connector_) failure.attempts = attemptsOf(connector_->tried());
      break;
    case Step::Tunnelling:
      failure.stage = Stage::Proxy;
      break;
    case Step::SecuringProxy:
    case Step::Securing:
      failure.stage = Stage::Tls;
      break;
  }
  return failure;
}

protocol::Duration Connecting::timeInLine() const {
  protocol::Duration time = timeInLine_;
  if (step_ == Step::InLine) time += loop_.now() - lineJoined_;
  if (connector_) time += connector_->timeInLine();
  return time;
}

void Connecting::log(const std::string& line) {
  if (!options_.connectLog) return;
  loop_.runTask([&] { options_.connectLog(line); });
}

/// Without the credentials.
std::string Connecting::proxyName() const {
  const Proxy& proxy = **choice_;
  return std::string(schemeOf(proxy.kind)) + proxy.host + ":" + std::to_string(proxy.port);
}

}  // namespace parley
