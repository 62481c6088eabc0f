#pragma once

#include <parley/compression.hpp>
#include <parley/export.hpp>
#include <parley/headers.hpp>
#include <parley/proxy.hpp>
#include <parley/tls_options.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley {

class CookieJar;
class HstsStore;

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

/// May several sockets be CONNECTING to one address and port at a time?
enum class ConnectingLimit : std::uint8_t {
  OnePerAddress,  ///< no: one waits for the other (RFC 6455 section 4.1, step 2), in all loops of
                  ///< the process; it spares a server that is being started or is under attack
  None,           ///< yes: for load generators and tests
};

/// Addresses to be used for a host and port instead of what name resolution says.
struct PARLEY_EXPORT ResolveOverride {
  /// The host as the URL has it, or "*" for every one.
  std::string host{};
  /// nullopt: every port.
  std::optional<std::uint16_t> port{};
  /// IPv4 and IPv6 addresses, the most wanted first; a zone may follow ("fe80::1%eth0").
  std::vector<std::string> addresses{};
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

  /// Cookies that are sent along and kept of the answers (RFC 6265), shared by all sockets that
  /// have the same jar; see <parley/cookie_jar.hpp>. nullptr (default): none. A Cookie field in
  /// `headers` takes their place.
  std::shared_ptr<CookieJar> cookies{};
  /// Most redirects that are followed, counted over the whole opening. Default 0: a redirect fails
  /// the connection, as the standard says. A followed one never leads from wss: to ws:; to another
  /// origin it leaves Authorization, Cookie and the client certificate behind. url() stays what it
  /// was.
  std::uint32_t maxRedirects = 0;

  // ---- The way there ----

  /// Certificates and the like, for wss:. The peer is verified by default.
  TlsOptions tls{};
  /// Default: as the environment says (https_proxy, http_proxy, all_proxy, no_proxy).
  ProxyOptions proxy{};
  /// Hosts that are to be spoken with over TLS only (RFC 6797): a ws: URL of theirs is taken for
  /// wss:, and what servers say of it is kept; see <parley/hsts.hpp>. nullptr (default): none.
  std::shared_ptr<HstsStore> hsts{};
  std::vector<ResolveOverride> resolve{};
  ConnectingLimit connectingLimit = ConnectingLimit::OnePerAddress;
  /// permessage-deflate: offered by default, as browsers do. Whether it is in use, extensions()
  /// tells.
  Compression compression{};

  // ---- Choices between the old documentation and the living standard ----

  BlockedPorts blockedPorts = BlockedPorts::Throw;
  InvalidText invalidText = InvalidText::Throw;

  // ---- Limits ----

  /// Largest message received, bytes; larger ones fail the connection (1009). Default 128 MiB.
  std::uint64_t maxMessageSize = std::uint64_t{128} << 20;
  /// Messages above it are large, bytes: with `binaryType` Blob a binary one is received into a
  /// temporary file and arrives as a Blob that is in it (see MessageData); with a listener for
  /// "messagepart" it comes in parts. Default 16 MiB: what is smaller is faster in memory.
  std::uint64_t largeMessageSize = std::uint64_t{16} << 20;
  /// Most fragments of one message (1009). Default 131072.
  std::uint32_t maxFragments = 131072;
  /// Largest head of the server's answer, bytes. Default 16 KiB.
  std::size_t maxHandshakeSize = std::size_t{16} << 10;

  // ---- Deadlines ----

  /// From the constructor to the open event: everything below together, with all redirects. Default
  /// 10 s.
  std::chrono::milliseconds handshakeTimeout = std::chrono::seconds(10);
  /// To find the addresses of a name. nullopt (default): handshakeTimeout alone counts.
  std::optional<std::chrono::milliseconds> resolveTimeout{};
  /// For one address to answer; others are tried meanwhile (RFC 8305). nullopt (default): as above.
  std::optional<std::chrono::milliseconds> connectTimeout{};
  /// For one TLS handshake, of the server or of an https: proxy. nullopt (default): as above.
  std::optional<std::chrono::milliseconds> tlsTimeout{};
  /// For a proxy to open the tunnel. nullopt (default): as above.
  std::optional<std::chrono::milliseconds> proxyTimeout{};
  /// From the start of the closing handshake to the close event. Default 10 s; while messages that
  /// were sent before close() still leave, it begins anew each time that it is over.
  std::chrono::milliseconds closeTimeout = std::chrono::seconds(10);
  /// Silence after which a Ping is sent; any received byte counts as life. nullopt: never. Default
  /// 20 s.
  std::optional<std::chrono::milliseconds> pingAfter = std::chrono::seconds(20);
  /// Time that the peer has for any byte after the Ping left. Default 20 s.
  std::chrono::milliseconds pingTimeout = std::chrono::seconds(20);
  /// Longest time that the network may take nothing of what was sent; then the connection is lost.
  /// nullopt (default): for ever, as a peer may have paused for a reason.
  std::optional<std::chrono::milliseconds> writeTimeout{};
  /// Longest time without a message in either direction; then Close 1001. nullopt (default): for
  /// ever.
  std::optional<std::chrono::milliseconds> idleTimeout{};

  // ---- Looking on ----

  /// Called on the loop with every run of bytes that goes over the wire, handshake included, before
  /// it is interpreted. For logs and tools (see protocol/wire_inspector.hpp); costs nothing when
  /// empty. Must not touch the socket.
  std::function<void(WireDirection, std::span<const std::byte>)> wireTap{};
  /// Called on the loop with a line for each step on the way to the open connection: proxy,
  /// address, TLS, redirect. For logs and tools. Must not touch the socket.
  std::function<void(std::string_view)> connectLog{};
};

}  // namespace parley
