#include "server/socket_route.hpp"

#include "server/route_config.hpp"
#include "server/server_core.hpp"

#include <utility>

namespace parley {
SocketRoute::SocketRoute(std::weak_ptr<ServerCore> core, Route&& route, Loop* loop)
    : core_(std::move(core)), route_(std::move(route)), config_(configOf(route_, loop)) {
  auto& onclose = config_.handlers.onclose;
  if (!onclose) return;
  // A socket that fires `error` has left our list, so if that handler destroys the server, `close`
  // has to be held back here.
  onclose = [this, shared = std::move(onclose)](const CloseEvent& event) {
    if (this->core()) shared(event);
  };
}

std::shared_ptr<ServerCore> SocketRoute::core() const noexcept {
  auto core = core_.lock();
  return core && !core->isStopped() ? core : nullptr;
}

void SocketRoute::onSocketClosed(SocketCore&) {
  if (const auto server = core()) server->onSocketClosed();
}
void SocketRoute::onMessageDropped(SocketCore&) {
  if (const auto server = core()) server->counted().droppedMessages++;
}
void SocketRoute::onClosedSlow(SocketCore&) {
  if (const auto server = core()) server->counted().closedSlow++;
}

}  // namespace parley
