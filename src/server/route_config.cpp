#include "server/route_config.hpp"

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

SocketConfig configOf(Route& route, Loop* loop) {
  SocketConfig config;
  config.limits.maxMessageSize = route.maxMessageSize;
  config.limits.largeMessageSize = route.largeMessageSize;
  config.limits.maxFragments = route.maxFragments;
  config.limits.pingAfter = route.pingAfter;
  config.limits.pingTimeout = route.pingTimeout;
  config.limits.writeTimeout = route.writeTimeout;
  config.limits.idleTimeout = route.idleTimeout;
  config.limits.closeTimeout = route.closeTimeout;
  config.compression = route.compression;
  config.handlers = {.onopen = std::move(route.onopen),
                     .onmessage = std::move(route.onmessage),
                     .onerror = std::move(route.onerror),
                     .onclose = std::move(route.onclose),
                     .ondrain = std::move(route.ondrain),
                     .onmessagepart = std::move(route.onmessagepart)};
  config.binaryType = route.binaryType;
  config.invalidText = route.invalidText;
  config.maxBufferedAmount = route.maxBufferedAmount;
  config.whenFull = whenFull(route.slowConsumer);
  config.loop = loop;
  return config;
}

}  // namespace parley
