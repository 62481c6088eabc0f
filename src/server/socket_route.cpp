#include "server/socket_route.hpp"

#include "server/server_core.hpp"

#include <utility>

namespace parley {
namespace {

WhenFull whenFull(SlowConsumer policy) noexcept {
  switch (policy) {
    case SlowConsumer::Close:
      return WhenFull::Close;
    case SlowConsumer::DropNewest:
      return WhenFull::DropNewest;
    case SlowConsumer::Wait:
      return WhenFull::Wait;
  }
  return WhenFull::Close;
}

}  // namespace

SocketRoute::SocketRoute(std::weak_ptr<ServerCore> core, Route&& route, Loop* loop)
    : core_(std::move(core)), route_(std::move(route)) {
  config_.limits.maxMessageSize = route_.maxMessageSize;
  config_.limits.maxFragments = route_.maxFragments;
  config_.limits.pingAfter = route_.pingAfter;
  config_.limits.pingTimeout = route_.pingTimeout;
  config_.limits.writeTimeout = route_.writeTimeout;
  config_.limits.idleTimeout = route_.idleTimeout;
  config_.limits.closeTimeout = route_.closeTimeout;
  config_.compression = route_.compression;
  setUp(config_.handlers);
  config_.binaryType = route_.binaryType;
  config_.invalidText = route_.invalidText;
  config_.maxBufferedAmount = route_.maxBufferedAmount;
  config_.whenFull = whenFull(route_.slowConsumer);
  config_.loop = loop;
}

void SocketRoute::setUp(SharedHandlers& handlers) {
  handlers.onopen = std::move(route_.onopen);
  handlers.onmessage = std::move(route_.onmessage);
  handlers.onerror = std::move(route_.onerror);
  handlers.ondrain = std::move(route_.ondrain);
  if (!route_.onclose) return;
  // A socket that fires `error` has left our list, so if that handler destroys the server, `close`
  // has to be held back here.
  handlers.onclose = [this, onclose = std::move(route_.onclose)](const CloseEvent& event) {
    if (core()) onclose(event);
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
