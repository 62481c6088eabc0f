#pragma once

#include <parley/close_code.hpp>
#include <parley/event.hpp>
#include <parley/export.hpp>
#include <parley/failure.hpp>
#include <parley/headers.hpp>
#include <parley/loop.hpp>
#include <parley/tls.hpp>
#include <parley/websocket.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley {

class HttpConnection;
class RequestRecord;
class ServerCore;

/// An HTTP request, as handlers see it: a view, valid during the handler (an Upgrade that is kept
/// keeps its own). What it returns lives as long.
class PARLEY_EXPORT Request {
 public:
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  [[nodiscard]] std::string_view method() const noexcept;
  /// The path, percent-encoded as it came: "/chat/caf%C3%A9".
  [[nodiscard]] std::string_view path() const noexcept;
  /// What follows "?", without it; "" if there is none.
  [[nodiscard]] std::string_view query() const noexcept;
  [[nodiscard]] const Headers& headers() const noexcept;
  /// The decoded part of the path that `:name` of the route's pattern stands for; nullopt if the
  /// pattern has no such part.
  [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const noexcept;
  /// "127.0.0.1:54321", or "" for a unix socket.
  [[nodiscard]] std::string_view remoteAddress() const noexcept;

 private:
  friend class RequestRecord;
  explicit Request(const RequestRecord& record) noexcept : record_(&record) {}

  const RequestRecord* record_;
};

/// An answer to a plain request.
struct PARLEY_EXPORT Response {
  /// 200..599; anything else is sent as 500.
  int status = 200;
  /// Date is the server's; so are the fields that frame the message (Content-Length, Connection,
  /// Transfer-Encoding, Trailer, Keep-Alive): SyntaxError, and the client gets a 500.
  Headers headers = {};
  /// Left out of an answer to HEAD, and of a 204 and 304.
  std::string body = {};

  /// 200 with a Content-Type, for example text("hello", "text/html; charset=utf-8").
  static Response text(std::string body,
                       std::string_view contentType = "text/plain; charset=utf-8");
};

/// A handshake that waits for a decision: accept or reject it in the handler, or move it away and
/// do so later (within ServerOptions::handshakeTimeout, else it is answered 503). One that is
/// destroyed undecided is rejected with 503. Decide once: a second accept() or reject() throws
/// InvalidStateError. Loop's thread only. After a move only assignment and destruction are for it.
class PARLEY_EXPORT Upgrade {
 public:
  Upgrade(Upgrade&&) noexcept;
  Upgrade& operator=(Upgrade&&) noexcept;
  ~Upgrade();

  /// Lives as long as this object, also when it is moved.
  [[nodiscard]] const Request& request() const noexcept PARLEY_LIFETIMEBOUND;
  /// The sub-protocols that the client offers, the most wanted first.
  [[nodiscard]] const std::vector<std::string>& protocols() const noexcept PARLEY_LIFETIMEBOUND;
  /// Opens the connection. Route::onconnection follows as a task of the loop, then `open`.
  /// @param protocol one that was offered (SyntaxError else); by default the route's choice
  /// @param headers further fields of the answer; SyntaxError for those of the handshake
  /// @return the socket, OPEN; nullopt if the client has gone meanwhile, or the deadline has passed
  std::optional<WebSocket> accept(std::optional<std::string> protocol = std::nullopt,
                                  const Headers& headers = {});
  /// Refuses with an HTTP status of 300..599 (SyntaxError else); the connection is closed.
  /// @param body plain text, unless `headers` has a Content-Type
  /// @param headers further fields; SyntaxError for those that frame the message
  void reject(int status, std::string_view body = {}, const Headers& headers = {});

 private:
  friend class HttpConnection;
  struct State;
  explicit Upgrade(std::unique_ptr<State> state) noexcept;
  void checkUndecided() const;

  std::unique_ptr<State> state_;
};

/// Which pages may open a socket (RFC 6455 section 10.2). A request without an Origin field comes
/// from no browser and is let in; one with several is refused.
struct PARLEY_EXPORT OriginPolicy {
  enum class Rule : std::uint8_t {
    SameHost,   ///< Origin's host and port equal the Host field's, or the origin is in `allowed`:
                ///< the default
    AllowList,  ///< only what is in `allowed`
    Any,        ///< every page of the web: only for sockets that give nothing to whom the cookie
                ///< identifies
  };
  Rule rule = Rule::SameHost;
  /// Serialised origins, for example "https://example.com".
  std::vector<std::string> allowed = {};
  /// Hosts that a request may name in its Host field: "localhost", "[::1]" with any port, or
  /// "example.com:8443". A server for this machine alone should list them: a page whose name has
  /// been led to 127.0.0.1 (DNS rebinding) is of the same host as its requests. Empty (default):
  /// all.
  std::vector<std::string> hosts = {};
};

/// What happens when a peer reads more slowly than the application sends, at
/// Route::maxBufferedAmount.
enum class SlowConsumer : std::uint8_t {
  Close,       ///< Close 1013: the default; the peer learns that it lost the stream
  DropNewest,  ///< the message is dropped and counted
  Wait,        ///< queue on: memory is then the application's care
};

/// A place where WebSockets connect. Its handlers are shared by all its sockets and cost a socket
/// no memory; they run before listeners of the socket itself. `event.target()` is the socket.
struct PARLEY_EXPORT Route {
  /// Sub-protocols that the route speaks, the most wanted first: the first that the client offers
  /// is selected. If the client offers only others, none is selected (and a browser then fails the
  /// connection).
  std::vector<std::string> protocols = {};
  /// Chooses instead of `protocols`: one that was offered, or nullopt for none.
  std::function<std::optional<std::string>(const Request&, const std::vector<std::string>& offered)>
      selectProtocol = {};
  OriginPolicy origins = {};
  /// Decides on each handshake that passed the checks; unset: accept.
  std::function<void(Upgrade)> onupgrade = {};
  /// A socket was accepted; a task of the loop before its `open`. The place for listeners of its
  /// own and to read the request.
  std::function<void(const WebSocket&, const Request&)> onconnection = {};

  std::function<void(const Event&)> onopen = {};
  std::function<void(const MessageEvent&)> onmessage = {};
  std::function<void(const Event&)> onerror = {};
  std::function<void(const CloseEvent&)> onclose = {};
  std::function<void(const Event&)> ondrain = {};
  std::function<void(const MessagePartEvent&)> onmessagepart = {};

  /// What binary messages are delivered as. Default ArrayBuffer: a view, no copy.
  BinaryType binaryType = BinaryType::ArrayBuffer;
  InvalidText invalidText = InvalidText::Throw;
  /// permessage-deflate: Off by default, because it costs more CPU than all else that is done with
  /// a message, memory per connection, and care with secrets (see compression.hpp).
  Compression compression = {.mode = Compression::Mode::Off};
  /// Largest message received, bytes (1009). Default 16 MiB.
  std::uint64_t maxMessageSize = std::uint64_t{16} << 20;
  /// Messages above it are large: as Options::largeMessageSize. Default 16 MiB.
  std::uint64_t largeMessageSize = std::uint64_t{16} << 20;
  /// Most fragments of one message (1009).
  std::uint32_t maxFragments = 131072;
  /// Most bytes that may wait for one peer, not counting what is still in files. Default 64 MiB.
  std::uint64_t maxBufferedAmount = std::uint64_t{64} << 20;
  SlowConsumer slowConsumer = SlowConsumer::Close;
  /// From the start of the closing handshake to the close event. Default 10 s; while messages that
  /// were sent before close() still leave, it begins anew each time that it is over.
  std::chrono::milliseconds closeTimeout = std::chrono::seconds(10);
  /// Silence after which a Ping is sent; nullopt: never. Default 30 s.
  std::optional<std::chrono::milliseconds> pingAfter = std::chrono::seconds(30);
  /// Time that the peer has for any byte after the Ping left. Default 20 s.
  std::chrono::milliseconds pingTimeout = std::chrono::seconds(20);
  /// Longest time that the network may take nothing of what was sent; then the connection is lost.
  /// nullopt (default): for ever, as a peer may have paused for a reason.
  std::optional<std::chrono::milliseconds> writeTimeout = {};
  /// Longest time without a message in either direction; then Close 1001. nullopt (default): for
  /// ever.
  std::optional<std::chrono::milliseconds> idleTimeout = {};
};

struct PARLEY_EXPORT ServerOptions {
  /// Largest request head, bytes (431). Default 16 KiB.
  std::size_t maxHandshakeSize = std::size_t{16} << 10;
  /// From the start of a connection (or the end of the last request) to a complete head, the
  /// handshake of TLS included; and for an Upgrade to be decided. Also the longest time that the
  /// client of an answer takes nothing of it. Default 10 s.
  std::chrono::milliseconds handshakeTimeout = std::chrono::seconds(10);
  /// Most connections at a time, of all kinds; more are answered 503. Default: no limit but the
  /// system's.
  std::size_t maxConnections = SIZE_MAX;
};

/// What a server counts. Totals since it was made, except `open`.
struct PARLEY_EXPORT ServerCounters {
  std::uint64_t connections = 0;  ///< accepted by TCP or the unix socket
  std::uint64_t accepted = 0;     ///< handshakes that became WebSockets
  std::uint64_t rejected = 0;     ///< handshakes refused, heads that were unreadable or late, and
                                  ///< connections over maxConnections
  std::uint64_t requests = 0;     ///< plain HTTP requests answered
  std::uint64_t open = 0;         ///< WebSockets now
  std::uint64_t droppedMessages = 0;      ///< by SlowConsumer::DropNewest
  std::uint64_t closedSlow = 0;           ///< by SlowConsumer::Close
  std::uint64_t failedTlsHandshakes = 0;  ///< given up by either side, or late
};

/// A WebSocket and HTTP/1.1 server on a loop.
///
/// @code
/// parley::Server server;
/// server.route("/echo", {.onmessage = [](const parley::MessageEvent& event) {
///   event.target().send(event.data().text());
/// }});
/// if (auto failure = server.listen(9000)) { std::cerr << failure->message << '\n'; return 1; }
/// parley::run();
/// @endcode
///
/// To be used on the loop's thread (InvalidStateError elsewhere). Destroying it, which any handler
/// may do, cuts what is open, and no handler runs afterwards; shutdown() first for a graceful end.
/// It must not outlive the loop by more than its own destruction.
class PARLEY_EXPORT Server {
 public:
  /// On the calling thread's own loop.
  explicit Server(ServerOptions options = {});
  explicit Server(Loop& loop, ServerOptions options = {});
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  /// WebSockets at `pattern`: "/chat", "/chat/:room" (a part of the path by name), "/feed/*" (all
  /// below). The more exact pattern wins, whatever the order. SyntaxError for a malformed or
  /// repeated pattern. May also be added while running. A path may have a route, for upgrades, and
  /// a get() or files(), for plain requests; with a route alone these are answered 426.
  Server& route(std::string_view pattern, Route route);
  /// Plain requests (GET, HEAD) at `pattern`. An exception that leaves the handler is answered 500
  /// and reported as any other (Loop::onuncaught).
  Server& get(std::string_view pattern, std::function<Response(const Request&)> handler);
  /// Files of `directory` below `prefix`: index.html for a folder, types by extension, no file
  /// outside of it (404), no hidden ones. Read off the loop's thread; `directory` may come to exist
  /// later.
  Server& files(std::string_view prefix, std::filesystem::path directory);

  /// Opens a port on all interfaces, IPv6 and IPv4. Port 0: any free one, see port().
  /// @return why it failed, for example "port 9000: address already in use"; nullopt: it listens
  [[nodiscard]] std::optional<Failure> listen(std::uint16_t port);
  /// On one address or name: "127.0.0.1", "::1"; "localhost" is both of these.
  [[nodiscard]] std::optional<Failure> listen(std::string_view host, std::uint16_t port);
  /// On a unix socket; a stale file of that name is replaced, a live one is "address already in
  /// use".
  [[nodiscard]] std::optional<Failure> listenUnix(std::string_view path);
  /// As listen(), for TLS: sockets there have `wss:` URLs.
  /// @return why it failed, for example "port 443: certificateChainFile /etc/x.pem: no such file or
  /// directory"; nullopt: it listens
  [[nodiscard]] std::optional<Failure> listenTls(std::uint16_t port,
                                                 const TlsServerOptions& options);
  [[nodiscard]] std::optional<Failure> listenTls(std::string_view host, std::uint16_t port,
                                                 const TlsServerOptions& options);
  /// Takes over a connection that something else in the program accepted and began to read, for
  /// example another HTTP server that met with an upgrade: it is served as if it had come to a
  /// listener of ours, in a task of the loop.
  /// @param descriptor a connected stream socket, TCP or unix; what else watched or read it must
  ///   have stopped. It is the server's from now on; if this fails, it is closed
  /// @param received what was read of it so far, the request's head included; copied
  /// @return why not, for example "descriptor 7: bad file descriptor"; nullopt: it is served
  [[nodiscard]] std::optional<Failure> adopt(int descriptor, std::span<const std::byte> received);
  /// Reads all files of all TLS listeners again, for connections to come; those that are open stay
  /// as they are.
  /// @return which file is at fault; then nothing has changed
  [[nodiscard]] std::optional<Failure> reloadTls();
  /// The port of the first TCP listener, with or without TLS; 0 if there is none.
  [[nodiscard]] std::uint16_t port() const noexcept;

  /// Stops gracefully: no new connections are let in (those already there that ask for an upgrade
  /// get 503), open sockets get Close 1001, and at the deadline what is left is cut. Every socket
  /// has its `close` event. Another call may bring the deadline forward. listen() fails from now
  /// on.
  /// @param done called once, on the loop, when all is gone
  void shutdown(std::chrono::milliseconds deadline, std::function<void()> done = {});

  /// The open sockets, of `pattern`'s route or of all.
  /// SyntaxError if there is no such route.
  [[nodiscard]] std::vector<WebSocket> sockets(std::string_view pattern = {}) const;
  [[nodiscard]] ServerCounters counters() const noexcept;
  /// The loop it runs on.
  [[nodiscard]] Loop& loop() const noexcept;

 private:
  std::shared_ptr<ServerCore> core_;  // also held by its connections while one of them is at work
};

}  // namespace parley
