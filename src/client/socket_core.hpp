#pragma once

#include "client/command_queue.hpp"
#include "client/listener_table.hpp"
#include "client/opening.hpp"
#include "client/ready_state.hpp"
#include "client/socket_config.hpp"
#include "client/socket_list.hpp"
#include "client/socket_observer.hpp"
#include "client/socket_topics.hpp"
#include "loop/loop_object.hpp"
#include "session/session.hpp"
#include "session/session_owner.hpp"
#include "transport/transport.hpp"

#include <parley/failure.hpp>
#include <parley/protocol/negotiated.hpp>
#include <parley/url.hpp>
#include <parley/websocket.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley {

namespace loop {
class EventLoop;
}

/// What a WebSocket refers to. Counted twice: `refs_` is its life, `handles_` the WebSockets that
/// name it; all handles together hold one reference. An unfinished connection holds another one, so
/// the loop keeps it until it is drained. When the last handle goes, no handler runs any more.
///
/// What any thread may do is said where it is; the rest is for the loop's thread.
class SocketCore final : public session::SessionOwner,
                         public OpeningOwner,
                         public loop::LoopObject {
 public:
  // ---- Making one ----

  /// A server's end, OPEN at once; its `open` event is the next task of the loop, before any
  /// message. With an observer (which must outlive the socket or abandon() it) the socket holds
  /// itself until it is CLOSED, as if there were a handle.
  [[nodiscard]] static WebSocket adopt(loop::EventLoop& loop, transport::TransportPtr transport,
                                       protocol::Negotiated&& negotiated,
                                       std::shared_ptr<const SocketConfig> config,
                                       std::string_view url, SocketObserver* observer);
  /// The same in two steps, for an end that has a handle before its handshake is done.
  [[nodiscard]] static WebSocket expect(loop::EventLoop& loop,
                                        std::shared_ptr<const SocketConfig> config,
                                        std::string_view url, std::string_view origin = {});
  void establish(transport::TransportPtr transport, protocol::Negotiated&& negotiated);
  /// The handshake that expect() waits for has failed.
  void refuse(Failure&& failure);
  /// A client: the WebSocket constructor. `transport` is used instead of a connection of its own if
  /// there is one.
  [[nodiscard]] static WebSocket connect(Loop& loop, std::string_view url,
                                         const Protocols& protocols, const Options& options,
                                         transport::TransportPtr transport = nullptr);

  /// The core that `socket` refers to.
  [[nodiscard]] static SocketCore& of(const WebSocket& socket) noexcept { return *socket.core(); }
  /// A new handle.
  [[nodiscard]] WebSocket handle() noexcept;

  // ---- For a server ----

  /// Starts the closing handshake with 1001; while CONNECTING, fails the connection.
  void goingAway();
  /// Drops the connection; `error` and `close` 1006 follow in a task.
  void cut() { terminate(); }
  /// Drops the connection, and the observer: no event follows.
  void abandon();
  [[nodiscard]] const std::shared_ptr<const SocketConfig>& config() const noexcept {
    return config_;
  }
  SocketListLinks links;

  // ---- For Topics ----

  [[nodiscard]] loop::EventLoop& eventLoop() const noexcept { return loop_; }
  /// What it has subscribed to: loop's thread. Made by the first call of makeTopics().
  [[nodiscard]] SocketTopics* topics() const noexcept {
    return occasional_ ? occasional_->topics.get() : nullptr;
  }
  [[nodiscard]] SocketTopics& makeTopics();

  // ---- Counting: any thread ----

  void retain() noexcept override { refs_.fetch_add(1, std::memory_order_relaxed); }
  void release() noexcept override;
  void acquireHandle() noexcept {
    if (handles_.fetch_add(1, std::memory_order_relaxed) == 0) retain();
  }
  void releaseHandle() noexcept;

  // ---- WebSocket's members ----

  // Any thread.
  [[nodiscard]] std::string url() const;
  [[nodiscard]] ReadyState readyState() const noexcept { return state_.get(); }
  [[nodiscard]] std::uint64_t bufferedAmount() const noexcept;
  [[nodiscard]] std::string extensions() const;
  [[nodiscard]] std::string protocol() const;
  [[nodiscard]] std::string remoteAddress() const;
  [[nodiscard]] BinaryType binaryType() const noexcept {
    return binaryType_.load(std::memory_order_relaxed);
  }
  void setBinaryType(BinaryType type) noexcept {
    binaryType_.store(type, std::memory_order_relaxed);
  }
  [[nodiscard]] std::optional<Failure> failure() const;
  [[nodiscard]] std::optional<std::chrono::milliseconds> latency() const noexcept;
  [[nodiscard]] Loop* loop() const noexcept;
  void send(std::string_view text, SendOptions options = {});
  void send(std::u16string_view text);
  void send(std::span<const std::byte> bytes, SendOptions options = {});
  void send(ArrayBuffer&& bytes, SendOptions options = {});
  void send(const Blob& blob);
  void send(const PreparedMessage& message, SendOptions options = {});
  void close(std::optional<CloseCode> code, std::string_view reason);
  void close(std::optional<CloseCode> code, std::u16string_view reason);
  void closeWith(CloseCode code, std::string_view reason);
  void ping(std::span<const std::byte> data);
  void terminate();

  /// Loop's thread.
  [[nodiscard]] bool hasMessageAtHand() const noexcept {
    return session_ && session_->hasMessageAtHand();
  }

  // Loop's thread, else InvalidStateError.
  void pause();
  void resume();
  void setHandler(EventHandlerName name, EventCallback callback);
  [[nodiscard]] bool hasHandler(EventHandlerName name) const noexcept;
  void addEventListener(std::string_view type, const EventListener& listener,
                        const AddEventListenerOptions& options);
  void removeEventListener(std::string_view type, const EventListener& listener, bool capture);
  bool dispatchEvent(Event& event);

 private:
  /// The packed texts of place_.
  enum class Place : std::uint8_t { Origin, Url };
  /// Those of agreement_.
  enum class Agreed : std::uint8_t { Protocol, Extensions, RemoteAddress };
  /// A reference that is given back.
  class Reference;
  /// What a socket has while it sends or receives what is not in memory.
  class Large;
  /// What most sockets never have, or only for a while.
  struct Occasional {
    std::unique_ptr<Opening> opening;
    std::unique_ptr<Large> large;
    std::unique_ptr<SocketTopics> topics;
    std::unique_ptr<transport::TransportError> transportError;
    std::unique_ptr<std::string> localError;  // why we failed the connection ourselves
  };
  /// A WebSocket that is not counted as a handle.
  union Target {
    explicit Target(SocketCore* core) noexcept : socket(core) {}
    Target(const Target&) = delete;
    Target& operator=(const Target&) = delete;
    ~Target() {}
    WebSocket socket;
  };
  enum class MessageFate : std::uint8_t { Send, OnlyCount };
  enum class Room : std::uint8_t {
    Free,
    Dropped,  ///< the message is to be forgotten
    Full,     ///< the message is only to be counted
  };

  SocketCore(loop::EventLoop& loop, std::shared_ptr<const SocketConfig> config,
             std::string_view url, std::string_view origin);
  ~SocketCore();

  // socket_core.cpp: its life
  void startOpening(const Protocols& protocols, const Options& options, const Url& url,
                    transport::TransportPtr transport);
  [[nodiscard]] bool makeSession(transport::TransportPtr transport,
                                 protocol::Negotiated& negotiated);
  void open(std::vector<std::byte> leftover);
  [[nodiscard]] bool mayChangeListeners() const;
  [[nodiscard]] bool isConnecting() const noexcept { return isHeld_ && !session_; }
  [[nodiscard]] ListenerTable& listeners();
  [[nodiscard]] Occasional& occasional();
  [[nodiscard]] std::unique_ptr<Opening> takeOpening() noexcept;
  [[nodiscard]] std::string agreed(Agreed what) const;
  void dropListeners();
  void handlesGone();
  void failConnecting(Failure&& failure);
  void finish(std::optional<Failure>&& failure, CloseEvent::Init&& close);
  void becomeClosed();
  void letGo();
  void onNegotiated(transport::TransportPtr transport, protocol::Negotiated&& negotiated) override;
  void onOpeningFailed(Failure&& failure) override;
  void onLoopDestroyed() override;

  // socket_events.cpp: what the session brings
  void onReadable(session::Session& session) override;
  Drain onSent(std::uint64_t bytes) noexcept override;
  ArrayBuffer nextPayload() override;
  void onClosingStarted() override;
  void onDrained() override;
  void onTransportFailed(const transport::TransportError& error) override;
  void onClosed(const protocol::ClosedEvent& closed) override;
  void deliver(const protocol::ConnectionEvent& received);
  void deliverControl(std::string_view type, const protocol::ConnectionEvent& received);
  [[nodiscard]] bool listensTo(EventHandlerName name) const noexcept {
    return listeners_ && listeners_->listensTo(name);
  }
  [[nodiscard]] MessageData::Kind kindOf(protocol::MessageKind kind) const noexcept;
  [[nodiscard]] std::string_view originText() const noexcept { return {place_.get(), originSize_}; }
  void fireOpen();
  void fireClosed(bool isFailed, CloseEvent::Init&& close);
  [[nodiscard]] EventDispatcher::Source source() const noexcept;
  [[nodiscard]] EventDispatcher::Source sourceAt(protocol::Time time) const noexcept {
    return {.target = &self_.socket,
            .timeStamp = static_cast<double>(time.time_since_epoch().count())};
  }
  [[nodiscard]] bool mayDispatch() const noexcept {
    return handles_.load(std::memory_order_relaxed) != 0;
  }
  template <typename E>
  void dispatch(EventHandlerName name, const std::function<void(const E&)>& shared, const E& event);

  // socket_large.cpp: what is not in memory
  [[nodiscard]] Large* large() const noexcept {
    return occasional_ ? occasional_->large.get() : nullptr;
  }
  [[nodiscard]] Large& makeLarge();
  [[nodiscard]] bool wantsParts() const noexcept {
    return config_->handlers.onmessagepart || listensTo(EventHandlerName::MessagePart);
  }
  void largeMessageBegins(const protocol::ConnectionEvent& received);
  void partReceived(const protocol::ConnectionEvent& received);
  void deliverPart(const protocol::ConnectionEvent& received, std::uint64_t offset);
  void deliverBlob();
  void sendFromFile(const Blob& blob);
  void followPause();
  void failLocally(const std::string& reason);

  // socket_send.cpp: what the application wants
  [[nodiscard]] bool isForeign() const noexcept;
  void countSent(std::uint64_t size) noexcept;
  /// On the loop's thread. One writer: no locked operation.
  void countSentHere(std::uint64_t size) noexcept {
    sentHere_.store(sentHere_.load(std::memory_order_relaxed) + size, std::memory_order_relaxed);
  }
  [[nodiscard]] MessageFate messageFate() const;
  void sendWellFormed(std::string&& text, SendOptions options);
  void transmitText(std::string_view text, SendOptions options);
  template <typename Bytes, typename... Owner>
  void transmitBinary(Bytes&& bytes, std::uint64_t size, SendOptions options, Owner&&... owner);
  void transmitBlob(const Blob& blob);
  template <typename F>
  bool transmit(F&& send);
  [[nodiscard]] Room roomFor(std::uint64_t size);
  [[nodiscard]] Room roomInQueue(std::uint64_t size);
  [[nodiscard]] bool fits(std::uint64_t size) const noexcept;
  void enqueue(Command&& command);
  /// What other threads have asked for. Before each call on the loop's own thread, so that calls
  /// keep their order when one thread tells another to go on.
  void runCommands() {
    if (CommandQueue* const queue = commands_.load(std::memory_order_acquire)) [[unlikely]]
      runCommandsOf(*queue);
  }
  void runCommandsOf(CommandQueue& queue);
  template <typename F>
  void runSend(std::uint64_t size, F&& send);
  void run(SendTextCommand& command);
  void run(SendBinaryCommand& command);
  void run(SendBlobCommand& command);
  void run(SendPreparedCommand& command);
  void run(PingCommand& command);
  void run(CloseCommand& command);
  void run(TerminateCommand& command);
  void startClosing(std::optional<CloseCode> code, std::string&& reason);
  void closeNow(std::optional<CloseCode> code, std::string_view reason);
  void terminateNow();

  std::atomic<std::uint32_t> refs_{1};
  std::atomic<std::uint32_t> handles_{0};
  loop::EventLoop& loop_;
  Target self_;  // what event.target() answers
  ReadyStateCell state_;
  std::atomic<BinaryType> binaryType_;
  bool isHeld_ = true;           // the connection's own reference: until it is CLOSED
  bool isHeldByServer_ = false;  // the handle that an observer stands for
  bool isPaused_ : 1 = false;
  bool isClosing_ : 1 = false;                // the closing handshake has begun, by either side
  bool isTerminated_ : 1 = false;             // by terminate()
  bool isFailing_ : 1 = false;                // failConnecting() was called
  mutable bool hasSeenBuffered_ : 1 = false;  // bufferedAmount() was above 0: `drain` is awaited
  const std::uint32_t originSize_;            // of place_: each message event tells the origin
  std::atomic<std::int32_t> latency_{-1};     // milliseconds; below 0: not known
  std::atomic<std::uint64_t> sentHere_{0};  // bytes that send() took; only the loop's thread writes
  std::atomic<std::uint64_t> sentElsewhere_{0};  // on other threads
  std::atomic<std::uint64_t> released_{0};  // bytes that the network took; only the loop's thread
  std::shared_ptr<const SocketConfig> config_;
  SocketObserver* observer_ = nullptr;
  std::optional<session::Session> session_;
  std::unique_ptr<ListenerTable> listeners_;
  std::unique_ptr<Occasional> occasional_;
  std::atomic<CommandQueue*> commands_{nullptr};
  std::atomic<const char*> agreement_{nullptr};  // packed, from OPEN on; never changes
  std::atomic<const Failure*> failure_{nullptr};
  const std::unique_ptr<const char[]> place_;  // packed; only a client has an origin
};

}  // namespace parley
