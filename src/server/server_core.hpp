#pragma once

#include "loop/deadline_wheel.hpp"
#include "loop/loop_object.hpp"
#include "server/router.hpp"
#include "server/socket_route.hpp"
#include "server/tls_port.hpp"
#include "transport/listener.hpp"

#include <parley/protocol/negotiated.hpp>
#include <parley/protocol/server_handshake.hpp>
#include <parley/server.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

namespace parley {

namespace loop {
class EventLoop;
}

/// What a Server refers to. Counted: a connection that is at work holds it, so that a handler may
/// destroy the Server. Loop's thread only.
class ServerCore final : public std::enable_shared_from_this<ServerCore>,
                         private transport::AcceptHandler,
                         private loop::LoopObject,
                         private loop::Deadline {
 public:
  using PageHandler = std::function<Response(const Request&)>;
  /// What answers plain requests.
  using Page = std::variant<PageHandler, std::filesystem::path>;
  template <typename T>
  struct Found {
    T* what;
    server::RouteMatch match;
  };

  ServerCore(Loop& loop, ServerOptions options);
  ~ServerCore() override;

  // ---- For Server ----

  /// Throws InvalidStateError on another thread than the loop's.
  void checkThread() const;
  void addRoute(std::string_view pattern, Route&& route);
  void addPage(std::string_view pattern, Page&& page);
  [[nodiscard]] std::optional<Failure> listen(std::uint16_t port);
  [[nodiscard]] std::optional<Failure> listen(std::string_view host, std::uint16_t port);
  [[nodiscard]] std::optional<Failure> listenTls(std::uint16_t port,
                                                 const TlsServerOptions& options);
  [[nodiscard]] std::optional<Failure> listenTls(std::string_view host, std::uint16_t port,
                                                 const TlsServerOptions& options);
  [[nodiscard]] std::optional<Failure> listenUnix(std::string_view path);
  [[nodiscard]] std::optional<Failure> adopt(int descriptor, std::span<const std::byte> received);
  [[nodiscard]] std::optional<Failure> reloadTls();
  [[nodiscard]] std::uint16_t port() const noexcept;
  void shutDown(std::chrono::milliseconds deadline, std::function<void()> done);
  /// Cuts everything; no handler runs any more. Once.
  void stop();
  [[nodiscard]] std::vector<WebSocket> sockets(std::string_view pattern) const;
  [[nodiscard]] ServerCounters counters() const noexcept;
  [[nodiscard]] Loop& loop() const noexcept { return loop_; }

  // ---- For its listeners ----

  /// A new connection.
  /// @param context for TLS; nullptr: without
  /// @param received what was read of it before
  void admit(transport::TransportPtr transport, server::TlsPort::Context context,
             std::vector<std::byte> received = {});

  // ---- For its connections ----

  [[nodiscard]] loop::EventLoop& eventLoop() const noexcept { return eventLoop_; }
  [[nodiscard]] const ServerOptions& options() const noexcept { return options_; }
  [[nodiscard]] const protocol::HandshakeLimits& handshakeLimits() const noexcept {
    return handshakeLimits_;
  }
  [[nodiscard]] bool isShuttingDown() const noexcept { return isShuttingDown_; }
  [[nodiscard]] bool isStopped() const noexcept { return isStopped_; }
  [[nodiscard]] ServerCounters& counted() noexcept { return counters_; }
  [[nodiscard]] std::optional<Found<SocketRoute>> findRoute(std::string_view path) const;
  [[nodiscard]] std::optional<Found<const Page>> findPage(std::string_view path) const;
  /// Makes a socket of an accepted upgrade.
  WebSocket adopt(SocketRoute& route, transport::TransportPtr transport,
                  protocol::Negotiated&& negotiated, std::string url);
  /// `connection` is done, or has become a socket.
  void remove(HttpConnection& connection) noexcept;
  void onSocketClosed() { finishShutdown(); }

 private:
  using Connections = std::unordered_set<std::shared_ptr<HttpConnection>>;

  void onAccepted(transport::TransportPtr transport) override {
    admit(std::move(transport), nullptr);
  }
  // They wait in the kernel's backlog; the listener tries again by itself.
  void onAcceptPaused(const transport::TransportError&) override {}
  void onLoopDestroyed() override;
  void onDeadline(protocol::Time now) override;

  std::optional<Failure> listen(std::uint16_t port, transport::AcceptHandler& handler);
  std::optional<Failure> listen(std::string_view host, std::uint16_t port,
                                transport::AcceptHandler& handler);
  std::optional<Failure> add(const transport::ListenAddress& address, std::string_view subject,
                             transport::AcceptHandler& handler);
  std::optional<Failure> addBoth(const char* ipv4, const char* ipv6, std::uint16_t port,
                                 std::string_view subject, transport::AcceptHandler& handler);
  template <typename Listen>
  std::optional<Failure> addTls(const TlsServerOptions& options, std::string_view subject,
                                Listen listen);
  [[nodiscard]] std::size_t openSockets() const noexcept;
  void dropConnections();
  void finishShutdown();
  void runDone();

  Loop& loop_;
  loop::EventLoop& eventLoop_;  // counted
  const ServerOptions options_;
  protocol::HandshakeLimits handshakeLimits_;
  ServerCounters counters_;

  server::Router routePatterns_;
  std::vector<std::shared_ptr<SocketRoute>> routes_;  // also owned by their sockets
  server::Router pagePatterns_;
  std::vector<std::unique_ptr<const Page>> pages_;  // behind pointers: handlers may add more

  std::vector<std::unique_ptr<server::TlsPort>> tlsPorts_;
  std::vector<transport::ListenerPtr> listeners_;  // go first: their handlers are TlsPorts
  Connections connections_;                        // those that are no sockets, yet or any more
  std::size_t refusing_ = 0;

  bool isShuttingDown_ = false;
  bool isStopped_ = false;
  bool isDrained_ = false;  // the task that calls done_ is queued
  std::optional<protocol::Time> shutdownDue_;
  std::vector<std::function<void()>> done_;
};

}  // namespace parley
