#pragma once

#include "protocol/output_memory.hpp"

#include <parley/protocol/time.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace parley::protocol {

/// The output of one connection that is not in the cork: because that is full or another's, because
/// the transport is full, or because a message is large. Exists only while it holds something.
///
/// Messages leave in order. A Ping and a Pong may wait beside them, the latest of each, and slip in
/// at the next end of a frame.
class OutputQueue {
 public:
  explicit OutputQueue(OutputMemory& memory) noexcept : memory_(memory) {}
  OutputQueue(const OutputQueue&) = delete;
  OutputQueue& operator=(const OutputQueue&) = delete;
  ~OutputQueue() { clear(); }

  /// Where a frame of up to `size` bytes may be written; valid until the next call.
  [[nodiscard]] std::byte* room(std::size_t size);
  /// The frame that was written there has `size` bytes.
  void commit(std::size_t size, std::size_t payload) noexcept;
  /// Nothing was written there.
  void rollBack() noexcept;
  void appendLarge(LargeMessage&& message);
  /// The message that is next to leave has no payload to send.
  [[nodiscard]] bool wantsPayload() const noexcept {
    return front_ != nullptr && front_->large && front_->large->wantsPayload();
  }
  void provide(ArrayBuffer&& piece) noexcept;
  /// What stands in the cork comes before everything here.
  void prepend(const Cork& cork);
  /// Room for the Close frame, so that a Ping or Pong that waits still goes before it.
  [[nodiscard]] std::byte* roomForClose(std::size_t size);

  /// Replaces what waited (RFC 6455 section 5.5.3: only the latest Ping needs an answer).
  void setPong(std::span<const std::byte> data) noexcept { pong_.set(data); }
  void setPing(std::span<const std::byte> data) noexcept { ping_.set(data); }

  [[nodiscard]] std::size_t output(std::span<OutputPiece> pieces, const MaskKeys& keys);

  /// Was a Ping among what the transport took?
  enum class Taken : std::uint8_t { Other, Ping };
  Taken take(std::size_t size) noexcept;

  /// Copies what is borrowed.
  void retain();
  /// Gives up all messages that are not begun; answers how many bytes of them.
  [[nodiscard]] std::uint64_t dropUnbegun() noexcept;
  void clear() noexcept;

  /// The transport is full, and since when; forgotten as soon as it takes anything.
  void markStalled(Time now) noexcept {
    if (!stalledSince_) stalledSince_ = now;
  }
  void markMoved() noexcept { stalledSince_.reset(); }
  [[nodiscard]] std::optional<Time> stalledSince() const noexcept { return stalledSince_; }

  [[nodiscard]] bool empty() const noexcept {
    return front_ == nullptr && !hasControl() && !ping_.waits() && !pong_.waits();
  }
  [[nodiscard]] bool borrows() const noexcept { return borrowed_ != 0; }
  /// Message bytes that were not taken.
  [[nodiscard]] std::uint64_t unsentPayload() const noexcept { return unsentPayload_; }
  /// Of these, what has not been provided.
  [[nodiscard]] std::uint64_t unprovided() const noexcept { return unprovided_; }
  /// Bytes that wait; the headers of large messages don't count, nor what was not provided.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  /// The latest control frame of one kind.
  struct LatestControl {
    enum class State : std::uint8_t { None, Waiting, Encoded };

    std::array<std::byte, frame::kMaxControlPayload> data;
    std::uint8_t size = 0;
    State state = State::None;

    void set(std::span<const std::byte> from) noexcept;
    void sent() noexcept {
      if (state == State::Encoded) state = State::None;
    }
    [[nodiscard]] bool waits() const noexcept { return state == State::Waiting; }
  };

  [[nodiscard]] bool hasControl() const noexcept { return controlBegin_ != controlEnd_; }
  [[nodiscard]] bool frontIsInsideFrame() const noexcept;
  [[nodiscard]] std::byte* newSegment(std::size_t size);
  void encodeControl(const MaskKeys& keys) noexcept;
  [[nodiscard]] std::size_t encodeLatest(std::size_t at, frame::Opcode opcode,
                                         LatestControl& control, const MaskKeys& keys) noexcept;
  [[nodiscard]] std::size_t takeControl(std::size_t size, Taken& taken) noexcept;
  [[nodiscard]] std::size_t takeFront(std::size_t size, Taken& taken) noexcept;
  void append(OutputSegment* segment) noexcept;
  void popFront() noexcept;

  static constexpr std::size_t kControlRoom = 2 * frameRoom(frame::kMaxControlPayload);

  OutputMemory& memory_;
  OutputSegment* front_ = nullptr;
  OutputSegment* back_ = nullptr;
  std::uint64_t unsentPayload_ = 0;
  std::uint64_t unprovided_ = 0;
  std::size_t size_ = 0;
  std::size_t borrowed_ = 0;  // large messages in the caller's memory
  std::optional<Time> stalledSince_;
  LatestControl pong_;
  LatestControl ping_;
  // The frames of both, encoded when they are offered to the transport, anew until it takes some.
  std::array<std::byte, kControlRoom> control_;
  std::uint16_t controlBegin_ = 0;
  std::uint16_t controlEnd_ = 0;
};

}  // namespace parley::protocol
