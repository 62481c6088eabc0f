#pragma once

#include <parley/array_buffer.hpp>
#include <parley/close_code.hpp>
#include <parley/compression.hpp>
#include <parley/export.hpp>
#include <parley/prepared_message.hpp>
#include <parley/protocol/buffer_pool.hpp>
#include <parley/protocol/connection_event.hpp>
#include <parley/protocol/deflate_agreement.hpp>
#include <parley/protocol/entropy.hpp>
#include <parley/protocol/limits.hpp>
#include <parley/protocol/role.hpp>
#include <parley/protocol/time.hpp>
#include <parley/protocol/waiting_output.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace parley::frame {
enum class Opcode : std::uint8_t;
struct FrameHeader;
struct SimpleHeader;
}  // namespace parley::frame

namespace parley::protocol {

class IncomingMessage;
class LargeMessage;
class MaskKeys;
class MessageCompression;
class OutputQueue;
enum class ConnectionState : std::uint8_t;
enum class ConnectionStep : std::uint8_t;
struct Closing;

/// An open WebSocket connection (RFC 6455 sections 5 to 7) without I/O, clock, thread or
/// randomness: bytes and time in, bytes and events out. It is built from a `Negotiated` value, so a
/// connection that is not open yet can't be used.
///
/// The law: give it one input, then drain output, events, disposition and deadline, in that order,
/// until nothing moves:
/// @code
/// void drain(Connection& connection, std::span<std::byte> input, Time now) {
///   do {
///     handle(connection.receive(input, now));  // advances `input`, stops at the first event
///   } while (!input.empty() || connection.hasMore());
///   connection.eventHandled();
///   OutputPiece pieces[8];
///   while (std::size_t count = connection.output(pieces)) {
///     const std::size_t taken = write({pieces, count});
///     connection.outputTaken(taken);
///     if (taken < totalSize({pieces, count})) {
///       connection.retainOutput();             // and wait until the transport is writable
///       break;
///     }
///   }
///   if (auto closed = connection.closed()) handleClosed(*closed);
///   follow(connection.disposition());
///   arm(connection.deadline());
/// }
/// @endcode
///
/// Not thread-safe. Never throws for what a peer sends.
class PARLEY_EXPORT Connection {
 public:
  /// @param role `Negotiated::role`; give `Negotiated::leftover` to receive() first.
  /// @param limits must outlive the connection, as must `entropy` and `pool`.
  /// @param entropy drawn from once per frame of a client, never by a server.
  /// @param now the current time; keep-alive and idle deadlines count from it.
  /// @param compression what `Negotiated::deflate` says and how to use it; nullopt if that is.
  Connection(Role role, const ConnectionLimits& limits, Entropy& entropy, BufferPool& pool,
             Time now, const std::optional<ConnectionCompression>& compression = std::nullopt);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  // ---- In: what the transport and the clock bring ----

  /// Takes received bytes, in place: they are unmasked where they stand. Advances `input` past what
  /// was consumed and stops after the first event. With an event of type `None` all of `input` has
  /// been consumed. Views in the event point into `input` or into memory of the connection, which
  /// the next receive(), receivedDirectly(), directBuffer() or eventHandled() releases; those of a
  /// message that was compressed may point into memory of the pool, until the next receive() of any
  /// connection with it. No other call does: a handler may send what it was given, close or fail
  /// the connection.
  [[nodiscard]] ConnectionEvent receive(std::span<std::byte>& input, Time now);
  /// Is the next of `input`, which receive() left, a whole message in one frame? Its text may still
  /// turn out not to be UTF-8.
  [[nodiscard]] bool hasMessageAtHand(std::span<const std::byte> input) const noexcept;
  /// After an event of type LargeMessage: the message comes in parts as it arrives, each a view as
  /// in a message of one frame, with a character cut anywhere; what that event had is the first
  /// part. The last one comes when the whole message is known to be well-formed. Without this call
  /// it comes as one Message.
  void receiveInParts() noexcept;
  /// There may be an event without further input: call receive(), with an empty `input` if need be.
  [[nodiscard]] bool hasMore() const noexcept;
  /// Where the next bytes are best read to: the rest of a large frame's payload in the message's
  /// own memory, or empty for "anywhere". After reading n bytes to its front call
  /// receivedDirectly(n). Dies at the next call.
  [[nodiscard]] std::span<std::byte> directBuffer() noexcept;
  /// The first `size` bytes of directBuffer() have been read. Events as in receive().
  [[nodiscard]] ConnectionEvent receivedDirectly(std::size_t size, Time now);
  /// The last event has been handled and its views are no longer needed: lets go of the memory of a
  /// message that was not moved out. Call it when no more input is there; otherwise the next
  /// receive(), receivedDirectly() or directBuffer() does it, and an idle connection would keep its
  /// last large message until then.
  void eventHandled() noexcept;
  /// Nothing is read until resumeReading(): what the peer sends meanwhile, a Pong among it, is not
  /// seen, so that the keep-alive waits, too.
  void pauseReading() noexcept;
  void resumeReading(Time now) noexcept;
  /// The peer will send no more (FIN). Ends the connection: clean if the closing handshake is
  /// complete.
  void endOfInput(Time now);
  /// The transport failed (reset, TLS alert ...). Ends the connection, clean under the same rule.
  void transportLost(Time now);
  /// Call when deadline() has been reached; early calls are harmless.
  void deadlinePassed(Time now);

  // ---- In: commands ----

  /// Sends a text message; `text` is copied, or borrowed if it is large (see `output`).
  /// False, and nothing is queued, if it is not valid UTF-8. Ignored (true) unless canSend().
  /// If compression was agreed on, a message from Compression::threshold on that gets smaller by it
  /// is compressed at once.
  [[nodiscard]] bool sendText(std::string_view text, const SendOptions& options = {});
  /// The same with memory that the connection takes over; it is released when it has been sent.
  [[nodiscard]] bool sendText(ArrayBuffer&& text, const SendOptions& options = {});
  /// Sends a binary message; `bytes` are copied, or borrowed if they are many (see `output`), or
  /// compressed as text is. Ignored unless canSend().
  void sendBinary(std::span<const std::byte> bytes, const SendOptions& options = {});
  /// The same with memory that the connection takes over; it is released when it has been sent.
  void sendBinary(ArrayBuffer&& bytes, const SendOptions& options = {});
  /// The same with memory that stays as it is while `owner` is held: nothing is copied, whatever
  /// the transport takes.
  void sendBinary(std::span<const std::byte> bytes, std::shared_ptr<const void> owner,
                  const SendOptions& options = {});
  /// Sends a message that is ready for many connections: copied, or shared if it is large. Ignored
  /// unless canSend().
  void send(const PreparedMessage& message, const SendOptions& options = {});
  /// Begins a binary message of `size` bytes, which providePayload() brings piece by piece: only
  /// one piece is in memory at a time. What is sent later waits behind it. It is not compressed.
  /// Ignored unless canSend().
  void startBinary(std::uint64_t size);
  /// Sends a Ping with up to 125 bytes of application data. Ignored unless canSend(). While output
  /// waits for the transport, a newer Ping replaces one that waits too.
  void ping(std::span<const std::byte> data, Time now);
  /// Starts the closing handshake after what is queued: an empty Close body without a code
  /// (section 7.1.2) or with one that may not stand on the wire. A `reason` alone gets 1000; of one
  /// above 123 bytes of UTF-8 whole characters are cut. Ignored unless canSend().
  void close(std::optional<CloseCode> code, std::string_view reason, Time now);
  /// Fails the connection (section 7.1.7): records the first cause, queues one Close frame unless
  /// one was sent, discards what still arrives. A cause without a code for the wire ends it at
  /// once. `OutgoingBufferFull` gives up the messages that wait. Ignored once both Close frames
  /// were exchanged.
  void fail(FailureCause cause, Time now);

  // ---- Out ----

  /// True until a Close frame has been queued or the connection has failed or ended.
  [[nodiscard]] bool canSend() const noexcept;
  /// Fills `pieces` with what to write now, in order, and answers how many; 0 if there is nothing.
  /// Pieces stay valid until the next call on this connection or, for shared memory, on one with
  /// the same BufferPool. Messages leave in order; a Ping or Pong may slip between two frames.
  /// A message of 16 KiB or more that was not moved in is borrowed: its pieces, of a server, are
  /// the caller's memory.
  [[nodiscard]] std::size_t output(std::span<OutputPiece> pieces);
  /// All that is left to write waits for the next piece of a message that startBinary() began.
  [[nodiscard]] bool wantsPayload() const noexcept;
  /// That piece, of at least one byte; each leaves in frames of its own. Precondition:
  /// wantsPayload(), and no more than the message still lacks.
  void providePayload(ArrayBuffer&& piece);
  /// The transport took `size` bytes from the front of what the last output() gave. Answers by how
  /// much unsentPayload() has become less.
  std::uint64_t outputTaken(std::size_t size);
  /// Moves what is left out of shared and borrowed memory into the connection's own. Call it, if
  /// borrowsPayload(), before the caller of sendText() or sendBinary() gets control back.
  void retainOutput();
  /// The transport took less than it was offered: retainOutput(), and from now on it has
  /// ConnectionLimits::writeTimeout to take more.
  void outputBlocked(Time now);
  /// Is there output that the shared buffer does not hold? Without it outputSize() is below 64 KiB,
  /// and nothing is borrowed.
  [[nodiscard]] bool hasQueue() const noexcept { return static_cast<bool>(waiting_); }
  /// Is there anything to write?
  [[nodiscard]] bool hasOutput() const noexcept;
  /// About how many bytes there are to write: drain in the midst of a turn from 64 KiB on.
  [[nodiscard]] std::size_t outputSize() const noexcept;
  /// True when a large payload is borrowed from its caller: drain now, then retainOutput().
  [[nodiscard]] bool borrowsPayload() const noexcept;
  /// Application bytes (no headers, no masks, before compression) of messages queued so far and not
  /// yet taken by the transport; those of small messages count until the buffer that they share is
  /// taken. What an ended connection could not send stays counted.
  [[nodiscard]] std::uint64_t unsentPayload() const noexcept;
  /// Of these, what providePayload() has not brought.
  [[nodiscard]] std::uint64_t unprovidedPayload() const noexcept;

  /// The end of the connection, once it is there: exactly once, after all other events.
  [[nodiscard]] std::optional<ClosedEvent> closed();
  /// What should become of the transport: a level, not an edge.
  [[nodiscard]] Disposition disposition() const noexcept;
  /// When deadlinePassed() wants to be called; nullopt if never.
  [[nodiscard]] std::optional<Time> deadline() const noexcept;
  /// Round trip of the last answered Ping of keep-alive or ping().
  [[nodiscard]] std::optional<Duration> latency() const noexcept;

 private:
  // One file of src/protocol each.

  // connection_state.cpp
  void advance(ConnectionStep step) noexcept;

  // connection_receive.cpp
  ConnectionEvent receiveInPieces(std::span<std::byte>& input, Time now);
  ConnectionEvent receiveFrame(std::span<std::byte>& input, Time now);
  ConnectionEvent receivePayload(std::span<std::byte>& input, Time now);
  ConnectionEvent finishFrame(Time now, std::span<std::byte> part = {});
  ConnectionEvent receivePart(std::span<std::byte>& input, Time now);
  [[nodiscard]] ConnectionEvent largeMessageEvent() noexcept;
  [[nodiscard]] ConnectionEvent partEvent(std::span<std::byte> part) noexcept;
  ConnectionEvent handleControl(frame::Opcode opcode, std::span<std::byte> payload, Time now);
  ConnectionEvent handleClose(std::span<std::byte> payload, Time now);
  [[nodiscard]] bool isWholeMessage(std::span<const std::byte> input,
                                    frame::SimpleHeader& header) const noexcept;
  [[nodiscard]] IncomingMessage& incoming();
  void releaseIfIdle() noexcept;
  [[nodiscard]] bool isReading() const noexcept;
  [[nodiscard]] std::uint8_t allowedRsv() const noexcept;

  // connection_deflate.cpp
  [[nodiscard]] bool isWholeDeflated(const frame::FrameHeader& header,
                                     std::size_t available) const noexcept;
  ConnectionEvent receiveDeflated(const frame::FrameHeader& header, std::span<std::byte>& input,
                                  Time now);
  ConnectionEvent receiveLargeInflated(const frame::FrameHeader& header,
                                       std::span<const std::byte> inflated, std::size_t taken,
                                       std::span<std::byte>& input, Time now);
  ConnectionEvent receiveDeflatedPiece(std::span<std::byte>& input, Time now);
  [[nodiscard]] std::optional<FailureCause> startInflating(const frame::FrameHeader& header);
  [[nodiscard]] bool endInflating(Time now);

  // connection_output.cpp
  [[nodiscard]] std::byte* roomFor(std::size_t size);
  void commit(std::size_t size, std::size_t payload) noexcept;
  void rollBack() noexcept;
  [[nodiscard]] OutputQueue& queue();
  void releaseQueueIfEmpty() noexcept;
  void unshareFrame();
  std::uint64_t waitingTaken(std::size_t size);
  std::uint64_t dropUnbegun() noexcept;
  void dropWaiting() noexcept;
  void sendControl(frame::Opcode opcode, std::span<const std::byte> data);
  void sendLarge(LargeMessage&& message);
  [[nodiscard]] bool mayDeflate(std::size_t size, const SendOptions& options) const noexcept;
  [[nodiscard]] bool sendDeflated(frame::Opcode opcode, std::span<const std::byte> message);
  void messageSent() noexcept;
  [[nodiscard]] std::uint32_t fragmentSize() const noexcept;
  void queueCloseFrame(std::span<const std::byte> body);
  [[nodiscard]] MaskKeys maskKeys() const noexcept;

  // connection_closing.cpp
  Closing& startClosing(Side first, Time now);
  void end() noexcept;
  void endAsFailed(FailureCause cause, Side first, Time now);
  [[nodiscard]] bool closingIsComplete() const noexcept;
  [[nodiscard]] bool closingMoves() noexcept;

  // keep_alive.cpp
  [[nodiscard]] std::optional<Time> openDeadline() const noexcept;
  void openDeadlinePassed(Time now);
  void pingDeadlinePassed(Time now);
  [[nodiscard]] bool pingIsUnanswered() const noexcept;
  [[nodiscard]] std::optional<Time> pingDeadline() const noexcept;
  [[nodiscard]] std::optional<Time> writeDeadline() const noexcept;
  void pongReceived(std::span<const std::byte> data, Time now) noexcept;
  void expectPong(std::span<const std::byte> data, Time now) noexcept;
  void pingTaken() noexcept;

  /// Where the keep-alive Ping is.
  enum class PingStage : std::uint8_t {
    None,      ///< none is on its way
    Queued,    ///< the transport has not taken it
    Delayed,   ///< as before, and the transport was full since
    Sent,      ///< taken in the turn in which it was queued
    SentLate,  ///< taken at a time that is not known
  };
  enum class Activity : std::uint8_t { None, Seen };
  enum class Reading : std::uint8_t { Running, Paused };
  /// Is lastReceived_ the time of the turn that goes on? Commands are not told the time.
  enum class TurnTime : std::uint8_t { Known, Unknown };

  using Latency = std::chrono::duration<std::int32_t, Duration::period>;

  const ConnectionLimits* limits_;
  Entropy* entropy_;
  OutputMemory* memory_;
  std::unique_ptr<IncomingMessage> incoming_;  // while a frame or message is incomplete
  WaitingOutput waiting_;                      // while output waits outside of the cork
  std::unique_ptr<Closing> closing_;           // from the first Close frame or failure on
  const std::unique_ptr<MessageCompression> compression_;  // if it was agreed on
  Time lastReceived_;
  Time lastMessage_;                // in either direction, as far as the time was known
  Time pingWaitsSince_;             // the keep-alive Ping
  Time pingedAt_;                   // the Ping whose Pong gives the latency
  Latency latency_{-1};             // below 0: not known
  std::uint32_t expectedPong_ = 0;  // digest of its data
  Role role_;
  ConnectionState state_;
  PingStage pingStage_ = PingStage::None;
  Activity outputTaken_ = Activity::None;  // since the keep-alive Ping was queued
  Activity untimedSend_ = Activity::None;  // since lastMessage_
  TurnTime turnTime_ = TurnTime::Known;
  Reading reading_ = Reading::Running;
  bool isPongExpected_ = false;
};

}  // namespace parley::protocol
