#pragma once

#include "handshake/client_request.hpp"
#include "http/message_head.hpp"

#include <parley/protocol/handshake_failure.hpp>
#include <parley/protocol/negotiated.hpp>

namespace parley::handshake {

/// Judges a 101 by RFC 6455 section 4.1 (what the client must check) and by the stricter rule of
/// WebSockets section 3 for subprotocols. The result has no leftover yet.
[[nodiscard]] Result<protocol::Negotiated, protocol::HandshakeFailure> checkResponse(
    const http::ResponseHead& head, const PreparedRequest& request);

}  // namespace parley::handshake
