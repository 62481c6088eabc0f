#include "server/server_core.hpp"

#include "client/socket_core.hpp"
#include "loop/event_loop.hpp"
#include "server/http_connection.hpp"
#include "transport/system_error.hpp"

#include <parley/dom_exception.hpp>
#include <parley/protocol/handshake.hpp>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <utility>

namespace parley {

using transport::TransportError;

namespace {

/// Connections over ServerOptions::maxConnections that are told so at a time; more are just closed.
constexpr std::size_t kRefusals = 64;
/// How often another port is tried if the system's choice for IPv4 is taken in IPv6.
constexpr int kPortAttempts = 16;

protocol::HandshakeLimits limitsOf(const ServerOptions& options) {
  protocol::HandshakeLimits limits;
  limits.headBytes = options.maxHandshakeSize;
  // Who allows a larger head means larger fields, too.
  limits.fieldBytes = std::max(limits.fieldBytes, options.maxHandshakeSize / 2);
  limits.startLineBytes = std::max(limits.startLineBytes, options.maxHandshakeSize / 2);
  return limits;
}

Failure listenFailure(const TransportError& error, std::string_view subject) {
  Failure failure;
  failure.stage = Failure::Stage::Listen;
  if (error.systemError == 0) {
    failure.message = error.message;
    return failure;
  }
  failure.message = std::string(subject) + ": " + transport::describeErrno(error.systemError);
  failure.systemError = error.systemError;
  return failure;
}

/// Does the machine have no addresses of that family?
bool isWithoutFamily(const Failure& failure) noexcept {
  const int error = failure.systemError.value_or(0);
  return error == EAFNOSUPPORT || error == EADDRNOTAVAIL;
}

[[noreturn]] void throwPatternError(std::string_view pattern, server::PatternError error) {
  throw DOMException(DOMException::Name::SyntaxError, "pattern \"" + std::string(pattern) + "\" " +
                                                          std::string(server::describe(error)));
}

/// The message names the file.
Failure tlsFailure(const tls::Error& error, std::string_view subject) {
  Failure failure;
  failure.stage = Failure::Stage::Listen;
  failure.message = std::string(subject) + ": " + error.message;
  return failure;
}

std::string subjectOf(std::uint16_t port) {
  return "port " + std::to_string(port);
}

std::string subjectOf(std::string_view host, std::uint16_t port) {
  const bool isBareIpv6 = host.find(':') != std::string_view::npos && !host.starts_with('[');
  std::string subject;
  if (isBareIpv6) subject += '[';
  subject += host;
  if (isBareIpv6) subject += ']';
  return subject + ":" + std::to_string(port);
}

}  // namespace

ServerCore::ServerCore(Loop& loop, ServerOptions options)
    : loop_(loop),
      eventLoop_(loop.eventLoop()),
      options_(options),
      handshakeLimits_(limitsOf(options)) {
  checkThread();
  eventLoop_.retain();
  eventLoop_.add(*this);
}

ServerCore::~ServerCore() {
  eventLoop_.release();
}

void ServerCore::checkThread() const {
  if (eventLoop_.isCurrentThread()) return;
  throw DOMException(DOMException::Name::InvalidStateError,
                     "a Server is for the thread of its loop");
}

// ---- What it serves ----

void ServerCore::addRoute(std::string_view pattern, Route&& route) {
  protocol::checkCompression(route.compression);
  const auto added = routePatterns_.add(pattern);
  if (!added) throwPatternError(pattern, added.error());
  routes_.push_back(std::make_shared<SocketRoute>(weak_from_this(), std::move(route), &loop_));
}

void ServerCore::addPage(std::string_view pattern, Page&& page) {
  const auto added = pagePatterns_.add(pattern);
  if (!added) throwPatternError(pattern, added.error());
  pages_.push_back(std::make_unique<const Page>(std::move(page)));
}

std::optional<ServerCore::Found<SocketRoute>> ServerCore::findRoute(std::string_view path) const {
  auto match = routePatterns_.find(path);
  if (!match) return std::nullopt;
  SocketRoute* route = routes_[match->route].get();
  return Found<SocketRoute>{route, std::move(*match)};
}

std::optional<ServerCore::Found<const ServerCore::Page>> ServerCore::findPage(
    std::string_view path) const {
  auto match = pagePatterns_.find(path);
  if (!match) return std::nullopt;
  const Page* page = pages_[match->route].get();
  return Found<const Page>{page, std::move(*match)};
}

// ---- Listening ----

std::optional<Failure> ServerCore::add(const transport::ListenAddress& address,
                                       std::string_view subject,
                                       transport::AcceptHandler& handler) {
  if (isShuttingDown_) {
    Failure failure;
    failure.stage = Failure::Stage::Listen;
    failure.message = std::string(subject) + ": the server has been shut down";
    return failure;
  }
  auto listener = transport::listen(eventLoop_, address, handler);
  if (!listener) return listenFailure(listener.error(), subject);
  listeners_.push_back(std::move(listener).value());
  return std::nullopt;
}

std::optional<Failure> ServerCore::listen(std::uint16_t port) {
  return listen(port, *this);
}

std::optional<Failure> ServerCore::listen(std::string_view host, std::uint16_t port) {
  return listen(host, port, *this);
}

std::optional<Failure> ServerCore::listen(std::uint16_t port, transport::AcceptHandler& handler) {
  return addBoth("0.0.0.0", "::", port, subjectOf(port), handler);
}

std::optional<Failure> ServerCore::listen(std::string_view host, std::uint16_t port,
                                          transport::AcceptHandler& handler) {
  const std::string subject = subjectOf(host, port);
  // Browsers take either address for it (RFC 6761 section 6.3), so both have to be ours.
  if (host == "localhost") return addBoth("127.0.0.1", "::1", port, subject, handler);
  if (host == "::" || host == "[::]") return addBoth("0.0.0.0", "::", port, subject, handler);
  return add(transport::TcpAddress{.host = std::string(host), .port = port}, subject, handler);
}

/// One socket for each family, as one for both would show IPv4 peers as "::ffff:192.0.2.1". A
/// family that the machine does not have is done without.
std::optional<Failure> ServerCore::addBoth(const char* ipv4, const char* ipv6, std::uint16_t port,
                                           std::string_view subject,
                                           transport::AcceptHandler& handler) {
  std::optional<Failure> failure;
  for (int attempt = 0; attempt < kPortAttempts; ++attempt) {
    failure = add(transport::TcpAddress{.host = ipv4, .port = port}, subject, handler);
    const bool hasIpv4 = !failure;
    if (failure && !isWithoutFamily(*failure)) return failure;
    failure = add(transport::TcpAddress{.host = ipv6,
                                        .port = hasIpv4 ? listeners_.back()->port() : port,
                                        .ipVersions = transport::IpVersions::Ipv6Only},
                  subject, handler);
    if (!failure || (hasIpv4 && isWithoutFamily(*failure))) return std::nullopt;
    if (!hasIpv4) return failure;
    listeners_.pop_back();
    if (port != 0) return failure;
  }
  return failure;
}

std::optional<Failure> ServerCore::listenUnix(std::string_view path) {
  return add(transport::UnixAddress{std::string(path)}, "unix:" + std::string(path), *this);
}

template <typename Listen>
std::optional<Failure> ServerCore::addTls(const TlsServerOptions& options, std::string_view subject,
                                          Listen listen) {
  auto port = server::TlsPort::make(*this, options);
  if (!port) return tlsFailure(port.error(), subject);
  tlsPorts_.push_back(std::move(*port));
  auto failure = listen(*tlsPorts_.back());
  if (failure) tlsPorts_.pop_back();
  return failure;
}

std::optional<Failure> ServerCore::listenTls(std::uint16_t port, const TlsServerOptions& options) {
  return addTls(options, subjectOf(port), [&](auto& handler) { return listen(port, handler); });
}

std::optional<Failure> ServerCore::listenTls(std::string_view host, std::uint16_t port,
                                             const TlsServerOptions& options) {
  return addTls(options, subjectOf(host, port),
                [&](auto& handler) { return listen(host, port, handler); });
}

std::optional<Failure> ServerCore::reloadTls() {
  std::vector<server::TlsPort::Context> contexts;
  for (const auto& port : tlsPorts_) {
    auto context = port->load();
    if (!context) return tlsFailure(context.error(), "reload");
    contexts.push_back(std::move(*context));
  }
  for (std::size_t i = 0; i < contexts.size(); ++i) tlsPorts_[i]->use(std::move(contexts[i]));
  return std::nullopt;
}

std::uint16_t ServerCore::port() const noexcept {
  for (const auto& listener : listeners_) {
    if (const std::uint16_t port = listener->port()) return port;
  }
  return 0;
}

// ---- Connections and sockets ----

std::optional<Failure> ServerCore::adopt(int descriptor, std::span<const std::byte> received) {
  auto transport = transport::adopt(eventLoop_, descriptor);
  if (!transport) {
    return listenFailure(transport.error(), "descriptor " + std::to_string(descriptor));
  }
  admit(std::move(transport).value(), nullptr, {received.begin(), received.end()});
  return std::nullopt;
}

void ServerCore::admit(transport::TransportPtr transport, server::TlsPort::Context context,
                       std::vector<std::byte> received) {
  const auto self = shared_from_this();
  ++counters_.connections;
  const bool isFull = connections_.size() - refusing_ + openSockets() >= options_.maxConnections;
  if (isFull && refusing_ >= kRefusals) {
    ++counters_.rejected;
    return;
  }
  const auto connection = std::make_shared<HttpConnection>(self, std::move(transport));
  connections_.insert(connection);
  if (context) connection->secure(std::move(context));
  if (isFull) {
    ++refusing_;
    connection->refuse();
  } else {
    connection->start(std::move(received));
  }
}

void ServerCore::remove(HttpConnection& connection) noexcept {
  if (connections_.erase(connection.shared_from_this()) == 0) return;
  if (connection.isRefused()) --refusing_;
  finishShutdown();
}

WebSocket ServerCore::adopt(SocketRoute& route, transport::TransportPtr transport,
                            protocol::Negotiated&& negotiated, std::string url) {
  ++counters_.accepted;
  WebSocket socket = SocketCore::adopt(eventLoop_, std::move(transport), std::move(negotiated),
                                       route.config(), std::move(url), &route);
  route.sockets().add(SocketCore::of(socket));
  return socket;
}

std::vector<WebSocket> ServerCore::sockets(std::string_view pattern) const {
  if (!pattern.empty()) {
    const auto index = routePatterns_.indexOf(pattern);
    if (index) return routes_[*index]->sockets().sockets();
    throw DOMException(DOMException::Name::SyntaxError,
                       "no route \"" + std::string(pattern) + "\"");
  }
  std::vector<WebSocket> all;
  for (const auto& route : routes_) {
    std::vector<WebSocket> some = route->sockets().sockets();
    std::move(some.begin(), some.end(), std::back_inserter(all));
  }
  return all;
}

std::size_t ServerCore::openSockets() const noexcept {
  std::size_t count = 0;
  for (const auto& route : routes_) count += route->sockets().size();
  return count;
}

ServerCounters ServerCore::counters() const noexcept {
  ServerCounters counters = counters_;
  counters.open = openSockets();
  return counters;
}

// ---- The end ----

void ServerCore::shutDown(std::chrono::milliseconds deadline, std::function<void()> done) {
  const auto self = shared_from_this();
  if (done) done_.push_back(std::move(done));
  const protocol::Time due = later(eventLoop_.updateNow(), deadline);
  if (!shutdownDue_ || due < *shutdownDue_) {
    shutdownDue_ = due;
    loop::EventLoop::cancel(*this);
    eventLoop_.schedule(*this, due);
  }
  if (!std::exchange(isShuttingDown_, true)) {
    listeners_.clear();
    const Connections connections = connections_;  // they leave while we go
    for (const auto& connection : connections) connection->beginShutdown();
    for (const WebSocket& socket : sockets({})) SocketCore::of(socket).goingAway();
  }
  finishShutdown();
}

void ServerCore::onDeadline(protocol::Time) {
  const auto self = shared_from_this();
  dropConnections();
  for (const WebSocket& socket : sockets({})) SocketCore::of(socket).cut();
  finishShutdown();
}

void ServerCore::dropConnections() {
  const Connections connections = connections_;
  for (const auto& connection : connections) connection->drop();
}

void ServerCore::finishShutdown() {
  if (!isShuttingDown_ || isStopped_ || isDrained_) return;
  if (!connections_.empty() || openSockets() != 0) return;
  isDrained_ = true;
  loop::EventLoop::cancel(*this);
  eventLoop_.queueTask([core = weak_from_this()] {
    if (const auto self = core.lock()) self->runDone();
  });
}

void ServerCore::runDone() {
  if (isStopped_) return;
  isDrained_ = false;  // for another call of shutDown()
  std::vector<std::function<void()>> done = std::exchange(done_, {});
  for (const auto& callback : done) {
    if (!isStopped_) eventLoop_.runTask(callback);
  }
}

void ServerCore::stop() {
  isStopped_ = true;
  isShuttingDown_ = true;
  LoopObject::unlink();
  loop::EventLoop::cancel(*this);
  listeners_.clear();
  dropConnections();
  for (const WebSocket& socket : sockets({})) SocketCore::of(socket).abandon();
  const auto dropped = std::exchange(done_, {});
}

/// The sockets hear of it themselves, and send Close 1001.
void ServerCore::onLoopDestroyed() {
  const auto self = shared_from_this();
  isShuttingDown_ = true;
  listeners_.clear();
  dropConnections();
  const auto dropped = std::exchange(done_, {});
}

}  // namespace parley
