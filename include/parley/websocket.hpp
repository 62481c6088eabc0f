#pragma once

#include <parley/blob.hpp>
#include <parley/close_code.hpp>
#include <parley/compression.hpp>
#include <parley/event.hpp>
#include <parley/event_target.hpp>
#include <parley/export.hpp>
#include <parley/failure.hpp>
#include <parley/loop.hpp>
#include <parley/options.hpp>
#include <parley/prepared_message.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley {

class SocketCore;

/// The `protocols` argument: nothing, one sub-protocol name, or a list of them, the most wanted
/// first.
class PARLEY_EXPORT Protocols {
 public:
  Protocols() noexcept;
  Protocols(const char* name);         // NOLINT: DOMString or sequence
  Protocols(std::string_view name);    // NOLINT
  Protocols(const std::string& name);  // NOLINT
  Protocols(std::initializer_list<std::string_view> names);
  Protocols(std::vector<std::string> names);  // NOLINT
  Protocols(const Protocols& other);
  Protocols(Protocols&& other) noexcept;
  Protocols& operator=(const Protocols& other);
  Protocols& operator=(Protocols&& other) noexcept;
  ~Protocols();

  [[nodiscard]] const std::vector<std::string>& names() const noexcept PARLEY_LIFETIMEBOUND {
    return names_;
  }

 private:
  std::vector<std::string> names_;
};

/// `readyState` (WebSockets section 3.1). Converts to the standard's number; WebSocket::OPEN and
/// the others name it, too.
enum ReadyState : std::uint16_t { CONNECTING = 0, OPEN = 1, CLOSING = 2, CLOSED = 3 };

/// `binaryType`: what the data of a binary message is.
enum class BinaryType : std::uint8_t { Blob, ArrayBuffer };

/// The event handler attributes of a WebSocket.
enum class EventHandlerName : std::uint8_t { Open, Message, Error, Close, Drain, MessagePart };

/// An event handler attribute such as `onmessage`: assign a callable, or nullptr to remove it. It
/// keeps the place among the listeners that it got when it was first set (HTML section 8.1.8.1). A
/// part of a WebSocket, not an object to keep. To be used on the loop's thread (InvalidStateError
/// elsewhere). Once the socket is CLOSED and its handlers are released, what is set is dropped.
template <typename E, EventHandlerName Name>
class PARLEY_EXPORT EventHandler {
 public:
  EventHandler(const EventHandler&) = delete;
  EventHandler& operator=(const EventHandler&) = delete;

  template <typename F>
  requires std::invocable<F&, const E&>
  const EventHandler& operator=(F handler) const {
    set(std::function<void(const E&)>(std::move(handler)));
    return *this;
  }
  const EventHandler& operator=(std::nullptr_t) const {
    set(nullptr);
    return *this;
  }
  /// Is a handler set?
  [[nodiscard]] explicit operator bool() const noexcept { return isSet(); }

 private:
  friend class WebSocket;
  explicit EventHandler(SocketCore* core) noexcept : core_(core) {}
  void set(std::function<void(const E&)> handler) const;
  [[nodiscard]] bool isSet() const noexcept;

  SocketCore* core_;
};

/// The browser's WebSocket (WHATWG WebSockets, section 3): the same members, events, exceptions and
/// order of things, on both ends of the wire. What follows "Ours" is an addition that a browser
/// does not have.
///
/// A WebSocket is a reference, as in JavaScript: copies name the same socket and `==` tells. While
/// a copy exists the socket lives; when the last one goes, an open socket starts the closing
/// handshake without a code and none of its handlers runs again (so what a handler captured by
/// reference can go with it). A handler that captures the socket by value keeps it alive until it
/// is closed; then all handlers are released. A server keeps its sockets until they are closed.
///
/// send(), close() and the getters may be called from any thread; constructors, handlers and
/// listeners are for the thread of the loop. Handlers run as tasks of the loop, one at a time, in
/// the order of the wire, never inside a call that you made.
///
/// As with a pointer, a const WebSocket is one that names the same socket for ever, and not a
/// socket that can't be used: `event.target().send("hello")`.
///
/// Misuse throws DOMException; what the peer or the network does arrives as events, and failure()
/// says why.
///
/// @code
/// parley::WebSocket socket("wss://example.com/chat", {"chat.v2", "chat.v1"});
/// socket.onopen = [&](const parley::Event&) { socket.send("hello"); };
/// socket.onmessage = [&](const parley::MessageEvent& event) {
///   std::cout << event.data().text() << '\n';
///   socket.close(1000, "done");
/// };
/// parley::run();
/// @endcode
class PARLEY_EXPORT WebSocket {
 public:
  static constexpr ReadyState CONNECTING = ReadyState::CONNECTING;
  static constexpr ReadyState OPEN = ReadyState::OPEN;
  static constexpr ReadyState CLOSING = ReadyState::CLOSING;
  static constexpr ReadyState CLOSED = ReadyState::CLOSED;

  /// Starts to connect on the calling thread's own loop (`Loop::current()`), and returns at once
  /// with readyState CONNECTING.
  /// @param url absolute ws:, wss:, http: or https: URL (the latter two become ws: and wss:), or
  /// relative to
  ///   `options.baseUrl`; no fragment
  /// @param protocols sub-protocols, the most wanted first; the server must select one if there are
  /// any
  /// @throws DOMException SyntaxError for a URL or protocol that is malformed, repeated or of
  /// another scheme, and for header fields
  ///   that are the handshake's own; SecurityError for a blocked port, unless
  ///   `options.blockedPorts` says otherwise
  explicit WebSocket(std::string_view url, const Protocols& protocols = {});
  explicit WebSocket(std::string_view url, const Protocols& protocols, const Options& options);
  /// The same on `loop`, which must be the calling thread's (else InvalidStateError).
  WebSocket(Loop& loop, std::string_view url, const Protocols& protocols = {});
  WebSocket(Loop& loop, std::string_view url, const Protocols& protocols, const Options& options);
  WebSocket(const WebSocket& other) noexcept;
  /// `other` is left empty: only assignment, destruction and operator bool are for it.
  WebSocket(WebSocket&& other) noexcept;
  WebSocket& operator=(const WebSocket& other) noexcept;
  WebSocket& operator=(WebSocket&& other) noexcept;
  ~WebSocket();

  /// Do both name the same socket?
  friend bool operator==(const WebSocket& a, const WebSocket& b) noexcept {
    return a.core() == b.core();
  }
  /// False after a move.
  [[nodiscard]] explicit operator bool() const noexcept { return core() != nullptr; }

  // ---- Attributes ----

  /// The URL, serialised: scheme ws or wss, host lower-cased and in punycode, default port dropped.
  /// At a server, the URL that was asked for, by the request's Host and target.
  [[nodiscard]] std::string url() const;
  [[nodiscard]] ReadyState readyState() const noexcept;
  /// Bytes of application data that send() took and the network has not: no framing. Within a task
  /// it only rises; it keeps what was unsent when the connection closes, and each send() after that
  /// adds to it.
  [[nodiscard]] std::uint64_t bufferedAmount() const noexcept;
  /// The extensions in use, as the server selected them; "" before `open`.
  [[nodiscard]] std::string extensions() const;
  /// The sub-protocol that the server selected; "" if none, and before `open`.
  [[nodiscard]] std::string protocol() const;
  /// What binary messages are delivered as from now on. Default Blob, as the standard has it.
  /// bytes() and take() of a message work with either.
  [[nodiscard]] BinaryType binaryType() const noexcept;
  void setBinaryType(BinaryType type) const;
  /// "blob" or "arraybuffer"; any other string is ignored, as the standard says.
  void setBinaryType(std::string_view type) const;

  // ---- Methods ----

  /// Queues a message. The data is captured at the call.
  /// In CLOSING and CLOSED nothing is sent, nothing is thrown, and bufferedAmount() rises all the
  /// same.
  /// @throws DOMException InvalidStateError while CONNECTING; SyntaxError for ill-formed text (see
  /// Options::invalidText)
  void send(std::string_view text) const;
  void send(const char* text) const;
  void send(std::u16string_view text) const;
  void send(std::span<const std::byte> bytes) const;
  /// One that is in a file is read and sent piece by piece, as the network takes it, in frames of
  /// 256 KiB and not compressed; what is sent later waits behind it. If it can't be read to its end
  /// the connection fails (1011, see failure()).
  void send(const Blob& blob) const;
  /// Takes the bytes over without a copy.
  void send(ArrayBuffer&& bytes) const;
  void send(const ArrayBuffer& bytes) const;

  /// Starts the closing handshake after the messages already sent; while CONNECTING, fails the
  /// connection.
  /// @param code 1000 or 3000..4999; without one, and without a reason, the Close frame is empty
  /// @param reason at most 123 bytes of UTF-8; with a reason and no code, 1000 is sent
  /// @throws DOMException InvalidAccessError for another code; SyntaxError for a longer reason or
  /// one that is ill-formed; both in any
  ///   state, the code first
  void close(std::optional<CloseCode> code = std::nullopt, std::string_view reason = {}) const;
  void close(std::optional<CloseCode> code, std::u16string_view reason) const;

  /// Adds a listener for events of `type`, unless the same one is there; null is ignored.
  void addEventListener(std::string_view type, const EventListener& listener,
                        const AddEventListenerOptions& options = {}) const;
  /// The DOM's older form: a boolean for `capture`.
  void addEventListener(std::string_view type, const EventListener& listener, bool capture) const;
  void removeEventListener(std::string_view type, const EventListener& listener,
                           bool capture = false) const;
  /// Calls the listeners for `event` now.
  /// @return false if the event is cancelable and a listener called preventDefault()
  /// @throws DOMException InvalidStateError if `event` is being dispatched already
  bool dispatchEvent(Event& event) const;

  // ---- Ours ----
  // Events of type `ping` and `pong`, for addEventListener() alone: MessageEvents with what such a
  // frame carried. A Ping is answered by itself.

  /// Why the connection failed; nullopt unless it did. Set before `error` fires.
  [[nodiscard]] std::optional<Failure> failure() const;
  /// send() with choices for this one message, for example never to compress it.
  void send(std::string_view text, SendOptions options) const;
  void send(std::span<const std::byte> bytes, SendOptions options) const;
  void send(ArrayBuffer&& bytes, SendOptions options) const;
  /// Sends a message that is made ready for many sockets.
  void send(const PreparedMessage& message, SendOptions options = {}) const;
  /// Sends a Ping with up to 125 bytes; longer data throws SyntaxError. Ignored unless OPEN.
  void ping(std::span<const std::byte> data = {}) const;
  /// Round trip time of the last answered Ping.
  [[nodiscard]] std::optional<std::chrono::milliseconds> latency() const noexcept;
  /// close() with any code that may stand in a Close frame, such as 1008 or 1011, which a page may
  /// not send but a server has a use for.
  /// @throws DOMException InvalidAccessError for another code (see CloseCode::isAllowedOnWire());
  /// SyntaxError as close()
  void closeWith(CloseCode code, std::string_view reason = {}) const;
  /// Drops the connection without a closing handshake; `error` and `close` 1006 follow.
  void terminate() const;
  /// In a handler of `message`: is the next message here already, so that its event follows at
  /// once? For those who gather messages before they look at them; what was gathered should be
  /// looked at when there is none, as it may be a Close frame that is next. Loop's thread only.
  [[nodiscard]] bool hasMessageAtHand() const noexcept;
  /// Stops reading, so that TCP slows the peer down; messages already received wait, too, and so
  /// does the keep-alive, whose answers are not read. Ends with resume() or close(). Loop's thread
  /// only.
  void pause() const;
  void resume() const;
  /// "127.0.0.1:54321", or a unix path; "" before the connection is made.
  [[nodiscard]] std::string remoteAddress() const;
  /// The loop that the handlers run on; nullptr if it is gone.
  [[nodiscard]] Loop* loop() const noexcept;

  // Each is a handler attribute. They share the one pointer that a WebSocket consists of. Ours are
  // `ondrain`: bytes had to wait for the network, or bufferedAmount() was seen above 0 on the
  // loop's thread, and now none wait, so that who sends up to an amount goes on here; and
  // `onmessagepart`: see MessagePartEvent.
  union {
    EventHandler<Event, EventHandlerName::Open> onopen;
    EventHandler<MessageEvent, EventHandlerName::Message> onmessage;
    EventHandler<Event, EventHandlerName::Error> onerror;
    EventHandler<CloseEvent, EventHandlerName::Close> onclose;
    EventHandler<Event, EventHandlerName::Drain> ondrain;
    EventHandler<MessagePartEvent, EventHandlerName::MessagePart> onmessagepart;
  };

 private:
  friend class SocketCore;
  friend struct std::hash<WebSocket>;
  /// Takes over a handle that `core` has counted already.
  explicit WebSocket(SocketCore* core) noexcept : onopen(core) {}
  [[nodiscard]] SocketCore* core() const noexcept { return onopen.core_; }
};

static_assert(sizeof(WebSocket) == sizeof(void*));

}  // namespace parley

template <>
struct std::hash<parley::WebSocket> {
  std::size_t operator()(const parley::WebSocket& socket) const noexcept {
    return std::hash<const void*>()(socket.core());
  }
};
