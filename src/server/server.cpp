#include "server/server_core.hpp"

#include <parley/server.hpp>

#include <utility>

namespace parley {

Server::Server(ServerOptions options) : Server(Loop::current(), options) {}
Server::Server(Loop& loop, ServerOptions options)
    : core_(std::make_shared<ServerCore>(loop, options)) {}
Server::~Server() {
  core_->stop();
}

Server& Server::route(std::string_view pattern, Route route) {
  core_->checkThread();
  core_->addRoute(pattern, std::move(route));
  return *this;
}

Server& Server::get(std::string_view pattern, std::function<Response(const Request&)> handler) {
  core_->checkThread();
  core_->addPage(pattern, std::move(handler));
  return *this;
}

Server& Server::files(std::string_view prefix, std::filesystem::path directory) {
  core_->checkThread();
  std::string pattern(prefix);
  if (!pattern.ends_with('/')) pattern += '/';
  core_->addPage(pattern + "*", std::move(directory));
  return *this;
}

std::optional<Failure> Server::listen(std::uint16_t port) {
  core_->checkThread();
  return core_->listen(port);
}

std::optional<Failure> Server::listen(std::string_view host, std::uint16_t port) {
  core_->checkThread();
  return core_->listen(host, port);
}

std::optional<Failure> Server::listenUnix(std::string_view path) {
  core_->checkThread();
  return core_->listenUnix(path);
}

std::optional<Failure> Server::listenTls(std::uint16_t port, const TlsServerOptions& options) {
  core_->checkThread();
  return core_->listenTls(port, options);
}

std::optional<Failure> Server::listenTls(std::string_view host, std::uint16_t port,
                                         const TlsServerOptions& options) {
  core_->checkThread();
  return core_->listenTls(host, port, options);
}

std::optional<Failure> Server::adopt(int descriptor, std::span<const std::byte> received) {
  core_->checkThread();
  return core_->adopt(descriptor, received);
}

std::optional<Failure> Server::reloadTls() {
  core_->checkThread();
  return core_->reloadTls();
}

std::uint16_t Server::port() const noexcept {
  return core_->port();
}

void Server::shutdown(std::chrono::milliseconds deadline, std::function<void()> done) {
  core_->checkThread();
  core_->shutDown(deadline, std::move(done));
}

std::vector<WebSocket> Server::sockets(std::string_view pattern) const {
  return core_->sockets(pattern);
}

ServerCounters Server::counters() const noexcept {
  return core_->counters();
}

Loop& Server::loop() const noexcept {
  return core_->loop();
}

}  // namespace parley
