#pragma once

/// The opening handshake of both ends, and what an application may not say in it.

#include <parley/compression.hpp>
#include <parley/export.hpp>
#include <parley/headers.hpp>
#include <parley/protocol/client_handshake.hpp>
#include <parley/protocol/handshake_failure.hpp>
#include <parley/protocol/negotiated.hpp>
#include <parley/protocol/request.hpp>
#include <parley/protocol/server_handshake.hpp>

#include <cstdint>
#include <string>
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

/// The `Sec-WebSocket-Extensions` offer of a client with these options, for
/// ClientRequest::extensions; empty if compression is off. By default
/// "permessage-deflate; client_max_window_bits", as browsers have it.
[[nodiscard]] PARLEY_EXPORT std::string offerExtensions(const Compression& compression);

/// The answer of a server with these options to what a client offered (`Request::extensions`), for
/// ServerHandshake::AcceptOptions::extensions: to the first offer that it can keep to. Empty: none.
[[nodiscard]] PARLEY_EXPORT std::string selectExtensions(const Compression& compression,
                                                         std::string_view offered);

/// @throws DOMException `SyntaxError` if a number is out of its range
PARLEY_EXPORT void checkCompression(const Compression& compression);

}  // namespace parley::protocol
