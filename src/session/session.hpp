#pragma once

#include "loop/deadline_wheel.hpp"
#include "loop/loop_object.hpp"
#include "session/session_owner.hpp"
#include "transport/transport.hpp"

#include <parley/array_buffer.hpp>
#include <parley/close_code.hpp>
#include <parley/compression.hpp>
#include <parley/prepared_message.hpp>
#include <parley/protocol/connection.hpp>
#include <parley/protocol/connection_event.hpp>
#include <parley/protocol/deflate_agreement.hpp>
#include <parley/protocol/limits.hpp>
#include <parley/protocol/role.hpp>
#include <parley/protocol/time.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace parley::loop {
class EventLoop;
}

namespace parley::session {

/// Drains a protocol::Connection onto a transport: the one place where the law of that class is
/// followed (one input, then output, events, disposition, deadline). Output that the application
/// makes is gathered and written once, at the end of the read that it answers or of the turn.
///
/// Loop's thread only. To be destroyed when no call of it is on the stack, or from
/// SessionOwner::onClosed().
class Session final : public transport::TransportListener,
                      public loop::Flushable,
                      public loop::Deadline {
 public:
  /// Queued bytes from which sending writes at once instead of at the end of the turn.
  static constexpr std::size_t kEarlyDrain = std::size_t{64} * 1024;

  /// @param owner, loop, limits must outlive it, as must the settings in `compression`
  Session(SessionOwner& owner, loop::EventLoop& loop, transport::TransportPtr transport,
          protocol::Role role, const protocol::ConnectionLimits& limits,
          const std::optional<protocol::ConnectionCompression>& compression = std::nullopt);
  ~Session() override;

  /// Begins: delivers `leftover`, what came behind the handshake, and then reads. To be called from
  /// a task of the loop.
  void start(std::vector<std::byte> leftover);

  // ---- For SessionOwner::onReadable() ----

  /// The next event of the bytes at hand; type None when there is none. Its views die at the next
  /// call of this, and at a call that closes or ends the connection.
  [[nodiscard]] protocol::ConnectionEvent nextEvent();
  /// Will it be a message, unless that is ill-formed text or somebody pauses?
  [[nodiscard]] bool hasMessageAtHand() const noexcept {
    return read_ && !read_->input.empty() && reading_ == Reading::Running &&
           connection_.hasMessageAtHand(read_->input);
  }
  /// When the bytes at hand were read.
  [[nodiscard]] protocol::Time readAt() const noexcept { return read_->at; }
  /// After an event of type LargeMessage: its message comes in parts.
  void receiveInParts() noexcept { connection_.receiveInParts(); }

  // ---- What the application wants: on the loop's thread, never calls back ----

  /// False, and nothing is sent, if `text` is not UTF-8.
  [[nodiscard]] bool sendText(std::string_view text, const SendOptions& options = {});
  void sendBinary(std::span<const std::byte> bytes, const SendOptions& options = {});
  /// Takes the memory over.
  void sendBinary(ArrayBuffer&& bytes, const SendOptions& options = {});
  /// Sends memory that stays as it is while `owner` is held.
  void sendBinary(std::span<const std::byte> bytes, std::shared_ptr<const void> owner,
                  const SendOptions& options = {});
  void send(const PreparedMessage& message, const SendOptions& options = {});
  /// Begins a message of `size` bytes that SessionOwner::nextPayload() brings.
  void startBinary(std::uint64_t size);
  /// nextPayload() has something.
  void payloadReady() { wantFlush(); }
  void ping(std::span<const std::byte> data);
  void close(std::optional<CloseCode> code, std::string_view reason);
  void fail(protocol::FailureCause cause);
  /// Drops the transport; onClosed() follows.
  void cut();
  /// Sends Close 1001 without waiting, and drops the transport. Nothing follows.
  void leave();
  /// Drops the transport. Nothing follows.
  void abandon();
  /// Stops nextEvent() and reading, until resume() or the closing handshake.
  void pause();
  void resume();
  /// Writes as much as the transport takes now.
  void write();

  [[nodiscard]] bool canSend() const noexcept { return connection_.canSend(); }
  /// Does nothing wait but what this turn has gathered, at most kEarlyDrain bytes?
  [[nodiscard]] bool isFlowing() const noexcept { return !connection_.hasQueue(); }
  /// Message bytes that wait in memory for the network.
  [[nodiscard]] std::uint64_t unsentInMemory() const noexcept {
    return connection_.unsentPayload() - connection_.unprovidedPayload();
  }
  [[nodiscard]] std::optional<protocol::Duration> latency() const noexcept {
    return connection_.latency();
  }
  /// Is a call of the loop at work in it, further down the stack?
  [[nodiscard]] bool isWorking() const noexcept { return isWorking_; }

 private:
  class Work;
  /// What one read brought.
  struct Read {
    std::span<std::byte> input;  // what is left of it
    std::size_t directly;        // what went to the connection's own memory
    protocol::Time at;
  };
  enum class Reading : std::uint8_t { NotStarted, Running, Paused, Resuming, Ended, Abandoned };

  std::span<std::byte> onReadBuffer() override;
  void onBytes(std::span<std::byte> bytes) override;
  void onWritable() override;
  void onEnd() override;
  void onFailed(const transport::TransportError& error) override;
  void onFlush() override;
  void onDeadline(protocol::Time now) override;

  void deliver(std::span<std::byte> bytes, std::size_t directly = 0);
  void deliverHeld();
  void sent() {
    if (connection_.hasQueue()) [[unlikely]]
      drainEarly();
    wantFlush();
  }
  void drainEarly();
  void wantFlush();
  [[nodiscard]] bool isOver() const noexcept { return reading_ >= Reading::Ended; }
  void settle();
  void settleOutput();
  void writeAll();
  void follow(protocol::Disposition disposition);
  void arm();

  SessionOwner& owner_;
  loop::EventLoop& loop_;
  transport::TransportPtr transport_;
  protocol::Connection connection_;
  Read* read_ = nullptr;               // while the owner takes what it brought
  const std::byte* direct_ = nullptr;  // the connection's own memory that this read may go to
  std::unique_ptr<std::vector<std::byte>> held_;  // read, but kept back while paused
  std::uint64_t released_ = 0;  // taken by the transport, not yet told to the owner
  Reading reading_ = Reading::NotStarted;
  bool hasReadDirectly_ = false;  // the last read went to direct_
  bool isWorking_ = false;        // a call of the loop is on the stack: settle() comes at its end
  bool isBlocked_ = false;        // the transport took less than it was offered
  bool hadToWait_ = false;        // since then, output has never been empty
  bool isFinished_ = false;
  bool hasToldClosing_ = false;
};

}  // namespace parley::session
