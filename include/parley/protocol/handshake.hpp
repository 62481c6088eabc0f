#pragma once

/// The opening handshake of both ends, and what an application may not say in it.

#include <parley/export.hpp>
#include <parley/headers.hpp>
#include <parley/protocol/client_handshake.hpp>
#include <parley/protocol/handshake_failure.hpp>
#include <parley/protocol/negotiated.hpp>
#include <parley/protocol/request.hpp>
#include <parley/protocol/server_handshake.hpp>

#include <cstdint>
#include <string_view>

namespace parley::protocol {

/// Where header fields of an application go.
enum class HeaderUse : std::uint8_t {
  Opening,   ///< a client's request or a server's 101
  Response,  ///< any other response of a server
};

/// Is this field the library's own? In an opening: Host, Upgrade, Connection, Content-Length,
/// Transfer-Encoding, TE, Trailer, Expect, Keep-Alive, Proxy-Connection and Sec-WebSocket-*; in a
/// response: Connection, Content-Length, Transfer-Encoding, Trailer, Keep-Alive.
[[nodiscard]] PARLEY_EXPORT bool isReservedHeader(std::string_view name, HeaderUse use) noexcept;

/// Call it before a handshake is made from an application's headers: a field that the handshake
/// would have to skip is a mistake that the application should hear of.
/// @throws DOMException `SyntaxError` naming the first reserved field
PARLEY_EXPORT void checkApplicationHeaders(const Headers& headers, HeaderUse use);

}  // namespace parley::protocol
