#pragma once

#include "client/socket_config.hpp"

#include <parley/server.hpp>

namespace parley {

/// What the sockets of a route share. Moves the handlers of messages and events out of `route`.
/// @param loop what WebSocket::loop() answers
[[nodiscard]] SocketConfig configOf(Route& route, Loop* loop);

}  // namespace parley
