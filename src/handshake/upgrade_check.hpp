#pragma once

#include "http/message_head.hpp"

#include <parley/protocol/handshake_failure.hpp>
#include <parley/protocol/request.hpp>

#include <optional>

namespace parley::handshake {

/// The request that a parsed head describes, not yet judged as an upgrade.
[[nodiscard]] protocol::Request describeRequest(http::RequestHead head);

/// Does the request want a WebSocket, rightly or wrongly? Upgrade lists websocket, or there is a
/// Sec-WebSocket-Key: without Upgrade that is an opening whose hop-by-hop fields a proxy has
/// dropped, and calling it a plain request would hide the mistake.
[[nodiscard]] bool asksForWebSocket(const protocol::Request& request);

/// Judges such a request by RFC 6455 section 4.2.1 and, if it is good, sets `isUpgrade`,
/// `subprotocols` and `extensions`. The failure has the status and headers to answer with.
[[nodiscard]] std::optional<protocol::HandshakeFailure> checkUpgrade(protocol::Request& request);

}  // namespace parley::handshake
