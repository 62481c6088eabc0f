#pragma once

#include "value.hpp"

#include <parley/options.hpp>
#include <parley/server.hpp>

namespace parley::node {

/// The options of a WebSocket. The standard's choices are the defaults here, not those that help a
/// native caller: a blocked port fails asynchronously, and ill-formed text is replaced.
[[nodiscard]] Options socketOptions(const Members& members);
[[nodiscard]] Route routeOptions(const Members& members);
[[nodiscard]] ServerOptions serverOptions(const Members& members);
[[nodiscard]] TlsServerOptions tlsServerOptions(const Members& members);

}  // namespace parley::node
