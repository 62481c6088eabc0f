#pragma once

#include "http/head_error.hpp"
#include "http/line_reader.hpp"

#include <parley/protocol/handshake_failure.hpp>

#include <string>
#include <string_view>

namespace parley::handshake {

/// Text of a peer, fit for a message: in quotes, cut at 64 characters, everything but visible ASCII
/// and the blank as \xNN.
[[nodiscard]] std::string quotePeerText(std::string_view text);

[[nodiscard]] protocol::HandshakeError handshakeErrorFor(http::HeadError error) noexcept;
[[nodiscard]] http::HeadLimits headLimits(const protocol::HandshakeLimits& limits) noexcept;

}  // namespace parley::handshake
