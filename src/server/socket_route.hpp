#pragma once

#include "client/socket_config.hpp"
#include "client/socket_list.hpp"
#include "client/socket_observer.hpp"

#include <parley/server.hpp>

#include <cstddef>
#include <memory>

namespace parley {

/// A route of a server and its sockets. Counted: it is the observer of its sockets, and one that is
/// just being closed may outlive the server. So each socket owns it, through its config.
class SocketRoute final : public std::enable_shared_from_this<SocketRoute>, public SocketObserver {
 public:
  SocketRoute(std::weak_ptr<ServerCore> core, Route&& route, Loop* loop);

  /// Without the handlers, which are in config().
  [[nodiscard]] const Route& route() const noexcept { return route_; }
  [[nodiscard]] std::shared_ptr<const SocketConfig> config() noexcept {
    return {shared_from_this(), &config_};
  }
  [[nodiscard]] SocketList& sockets() noexcept { return sockets_; }

 private:
  void onSocketClosed(SocketCore& socket) override;
  void onMessageDropped(SocketCore& socket) override;
  void onClosedSlow(SocketCore& socket) override;
  /// nullptr once it is stopped.
  [[nodiscard]] std::shared_ptr<ServerCore> core() const noexcept;

  const std::weak_ptr<ServerCore> core_;
  Route route_;
  SocketConfig config_;
  SocketList sockets_;
};

}  // namespace parley
