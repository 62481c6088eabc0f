#pragma once

#include "environment.hpp"
#include "napi.hpp"

#include <parley/server.hpp>

#include <cstdint>
#include <memory>
#include <optional>

namespace parley::node {

/// What a route does beside its options.
struct RouteHandling {
  /// JavaScript decides on each handshake.
  bool isDecided = false;
  /// Of the sub-protocols that a client offers, the first is selected, as `ws` does.
  bool selectsFirst = false;
};

/// A parley::Server and the JavaScript object in front of it, which owns this. The object is kept
/// alive from start() until the server is shut down or destroyed.
class ServerHandle {
 public:
  ServerHandle(std::shared_ptr<Environment> environment, napi_value object,
               const ServerOptions& options);
  ServerHandle(const ServerHandle&) = delete;
  ServerHandle& operator=(const ServerHandle&) = delete;
  ~ServerHandle();

  [[nodiscard]] std::uint32_t id() const noexcept { return id_; }
  /// Precondition: not forgotten.
  [[nodiscard]] Server& server() noexcept { return *server_; }
  [[nodiscard]] bool isForgotten() const noexcept { return !server_; }
  void addRoute(std::string_view pattern, Route&& route, RouteHandling handling);
  void hold(bool isHeld);
  void shutDown(std::chrono::milliseconds deadline);
  /// Cuts what is open; nothing is delivered any more.
  void forget();

 private:
  void upgrade(std::uint32_t route, Upgrade&& upgrade);
  void connected(std::uint32_t route, const WebSocket& socket, const Request& request);
  [[nodiscard]] napi_value requestValue(const Request& request) const;
  [[nodiscard]] napi_env napi() const noexcept { return environment_->napi(); }
  [[nodiscard]] napi_value object() const;

  std::shared_ptr<Environment> environment_;
  std::unique_ptr<Server> server_;
  napi_ref object_ = nullptr;
  std::uint32_t id_;
  std::uint32_t routes_ = 0;
  bool isHeld_ = false;
};

/// An Upgrade that JavaScript has to decide on. Owned by the environment's slot.
class PendingUpgrade {
 public:
  PendingUpgrade(Environment& environment, Upgrade&& upgrade)
      : environment_(environment),
        upgrade_(std::move(upgrade)),
        id_(environment.upgrades.add(*this)) {}
  PendingUpgrade(const PendingUpgrade&) = delete;
  PendingUpgrade& operator=(const PendingUpgrade&) = delete;
  ~PendingUpgrade() { environment_.upgrades.remove(id_); }

  [[nodiscard]] std::uint32_t id() const noexcept { return id_; }
  [[nodiscard]] Upgrade& upgrade() noexcept { return upgrade_; }

 private:
  Environment& environment_;
  Upgrade upgrade_;
  std::uint32_t id_;
};

}  // namespace parley::node
