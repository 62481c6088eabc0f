#pragma once

#include <parley/compression.hpp>
#include <parley/export.hpp>
#include <parley/headers.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

namespace parley {

/// Which way bytes went, for a wire tap.
enum class WireDirection : std::uint8_t { Sent, Received };

/// What send() and close() do with text that is not well-formed: invalid UTF-8, or unpaired
/// surrogates in UTF-16.
enum class InvalidText : std::uint8_t {
  Throw,    ///< DOMException SyntaxError, as the old API documentation promises: a native caller
            ///< learns of its bug
  Replace,  ///< each becomes U+FFFD, as the living standard says
};

/// What the constructor does with the ports that Fetch blocks (section 2.9 "port blocking").
enum class BlockedPorts : std::uint8_t {
  Throw,      ///< DOMException SecurityError, as the old API documentation promises
  FailAsync,  ///< `error` and `close` 1006 later, as the living standard says
  Allow,      ///< for servers that live there
};

/// What a browser does not let you choose: the third argument of the WebSocket constructor. Every
/// member has the default that a browser has, or the safe one.
///
/// @code
/// parley::Options options;
/// options.headers.set("Authorization", "Bearer " + token);
/// options.handshakeTimeout = std::chrono::seconds(3);
/// parley::WebSocket socket("ws://localhost:9000/feed", {"feed.v1"}, options);
/// @endcode
struct PARLEY_EXPORT Options {
  // ---- What is asked for ----

  /// Base for relative URLs, as a page's address is in a browser. nullopt: relative URLs throw
  /// SyntaxError.
  std::optional<std::string> baseUrl{};
  /// Further header fields of the handshake. The handshake's own fields can't be set here: the
  /// constructor throws SyntaxError.
  Headers headers{};
  /// The Origin header field (RFC 6455 section 4.1, item 8); none by default, as this is no
  /// browser.
  std::optional<std::string> origin{};
  /// Connect to this unix socket instead of the URL's host and port; the URL still gives Host and
  /// target.
  std::optional<std::string> unixPath{};

  /// permessage-deflate: offered by default, as browsers do. Whether it is in use, extensions()
  /// tells.
  Compression compression{};

  // ---- Choices between the old documentation and the living standard ----

  BlockedPorts blockedPorts = BlockedPorts::Throw;
  InvalidText invalidText = InvalidText::Throw;

  // ---- Limits ----

  /// Largest message received, bytes; larger ones fail the connection (1009). Default 128 MiB.
  std::uint64_t maxMessageSize = std::uint64_t{128} << 20;
  /// Most fragments of one message (1009). Default 131072.
  std::uint32_t maxFragments = 131072;
  /// Largest head of the server's answer, bytes. Default 16 KiB.
  std::size_t maxHandshakeSize = std::size_t{16} << 10;

  // ---- Deadlines ----

  /// From the constructor to the open event: resolution, TCP and handshake together. Default 10 s.
  std::chrono::milliseconds handshakeTimeout = std::chrono::seconds(10);
  /// From the start of the closing handshake to the close event. Default 10 s.
  std::chrono::milliseconds closeTimeout = std::chrono::seconds(10);
  /// Silence after which a Ping is sent; any received byte counts as life. nullopt: never. Default
  /// 20 s.
  std::optional<std::chrono::milliseconds> pingAfter = std::chrono::seconds(20);
  /// Time that the peer has for any byte after the Ping left. Default 20 s.
  std::chrono::milliseconds pingTimeout = std::chrono::seconds(20);
  /// Longest time without a message in either direction; then Close 1001. nullopt (default): for
  /// ever.
  std::optional<std::chrono::milliseconds> idleTimeout{};

  // ---- Looking on ----

  /// Called on the loop with every run of bytes that goes over the wire, handshake included, before
  /// it is interpreted. For logs and tools (see protocol/wire_inspector.hpp); costs nothing when
  /// empty. Must not touch the socket.
  std::function<void(WireDirection, std::span<const std::byte>)> wireTap{};
};

}  // namespace parley
