#pragma once

#include <parley/export.hpp>
#include <parley/headers.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::protocol {

/// The rule that an opening handshake broke. One enumerator per rule; `category()` folds them.
enum class HandshakeError : std::uint8_t {
  // Local: nothing was written.
  InvalidRequest,  ///< host, target, origin, a subprotocol or a header of ours cannot be sent

  // Either end, about the message head.
  ConnectionClosed,          ///< the peer ended its side before the head was complete
  MalformedHead,             ///< not HTTP/1.x by RFC 9112: line ends, names, folding, start line
  AmbiguousLength,           ///< Content-Length repeated, malformed or beside Transfer-Encoding
  HeadTooLarge,              ///< over HandshakeLimits::headBytes
  TooManyLines,              ///< over HandshakeLimits::lines
  FieldTooLarge,             ///< over HandshakeLimits::fieldBytes
  StartLineTooLong,          ///< over HandshakeLimits::startLineBytes
  UnsupportedVersion,        ///< HTTP other than 1.0 and 1.1, or an upgrade over HTTP/1.0
  UnsupportedCoding,         ///< a Transfer-Encoding other than chunked
  MissingUpgrade,            ///< no Upgrade, or one that does not say websocket
  MissingConnectionUpgrade,  ///< Connection does not list upgrade
  MalformedExtensions,       ///< Sec-WebSocket-Extensions does not parse

  // The client about a response.
  UnexpectedStatus,      ///< any final status but 101; the failure shows status, headers and body
  TooManyInformational,  ///< over HandshakeLimits::informationalResponses
  MissingAccept,         ///< no Sec-WebSocket-Accept
  RepeatedAccept,        ///< more than one of them
  WrongAccept,           ///< it does not answer our key
  UnofferedExtension,    ///< an extension that we did not offer
  RepeatedExtension,     ///< one extension accepted twice
  InvalidExtensionParameters,  ///< permessage-deflate accepted with parameters that are no answer
                               ///< to our offer
  MissingSubprotocol,          ///< we offered some and none, or an empty one, was selected
  UnofferedSubprotocol,        ///< selected one that we did not offer, or we offered none
  RepeatedSubprotocol,         ///< more than one Sec-WebSocket-Protocol

  // The server about a request.
  MissingHost,                  ///< HTTP/1.1 without Host, or an upgrade with an empty one
  InvalidHost,                  ///< Host repeated or not host[:port]
  UnsupportedTarget,            ///< neither origin-form nor absolute-form
  WrongMethod,                  ///< an upgrade with a method other than GET
  UpgradeWithBody,              ///< an upgrade that announces a body
  UnsupportedWebSocketVersion,  ///< Sec-WebSocket-Version missing or not 13
  RepeatedWebSocketVersion,
  MissingKey,           ///< no Sec-WebSocket-Key
  RepeatedKey,          ///< more than one of them
  InvalidKey,           ///< it does not decode to 16 bytes
  InvalidSubprotocols,  ///< Sec-WebSocket-Protocol is not a list of distinct tokens
};

/// What a caller may do about it.
enum class HandshakeCategory : std::uint8_t {
  InvalidRequest,    ///< our own options are wrong: fix them
  ConnectionClosed,  ///< lost on the way: may be tried again
  Refused,           ///< the server answered, and the answer was no: see httpStatus
  TooLarge,          ///< a limit was exceeded
  Protocol,          ///< the peer broke HTTP or RFC 6455
};

[[nodiscard]] PARLEY_EXPORT HandshakeCategory category(HandshakeError error) noexcept;
/// The enumerator's name, "WrongAccept". Lives for ever.
[[nodiscard]] PARLEY_EXPORT std::string_view toString(HandshakeError error) noexcept;

/// Why an opening handshake did not succeed.
struct HandshakeFailure {
  HandshakeError error;
  /// One sentence for a developer's log; ASCII. May name what the peer sent, never our secrets.
  std::string message = {};
  /// Client: the status that was received, if any. Server: the status to answer with.
  std::optional<std::uint16_t> httpStatus;
  /// Client: the headers that were received. Server: what the answer must carry (Allow, ...).
  Headers headers = {};
  /// Client: the first HandshakeLimits::refusalBodyBytes of a refusal's body, without its transfer
  /// coding. Server: empty.
  std::string body = {};
};

/// What a peer may make us hold before the connection is open. All in bytes unless said otherwise.
struct HandshakeLimits {
  std::size_t headBytes = std::size_t{16} * 1024;  ///< of one message head with all its line ends
  std::size_t lines = 128;                         ///< lines of one head; a number
  std::size_t fieldBytes = std::size_t{8} * 1024;  ///< of one header line without its line end
  std::size_t startLineBytes = std::size_t{8} * 1024;    ///< of a request or status line
  std::size_t informationalResponses = 16;               ///< 1xx before the final one; a number
  std::size_t refusalBodyBytes = std::size_t{4} * 1024;  ///< kept of a refusal's body
};

}  // namespace parley::protocol
