#pragma once

#include <parley/protocol/request.hpp>
#include <parley/protocol/server_handshake.hpp>

#include <cstdint>
#include <string>

namespace parley::handshake {

enum class AfterResponse : std::uint8_t { KeepAlive, Close };
enum class BodyUse : std::uint8_t { Send, OnlyLength };

/// The octets of a response that is not a 101. OnlyLength answers a HEAD.
[[nodiscard]] std::string writeResponse(const protocol::HttpResponse& response, AfterResponse after,
                                        BodyUse use);

/// The octets of the 101 for a valid upgrade (RFC 6455 section 4.2.2, step 5). The options were
/// checked against the request.
[[nodiscard]] std::string writeSwitch(const protocol::Request& request,
                                      const protocol::ServerHandshake::AcceptOptions& options);

}  // namespace parley::handshake
