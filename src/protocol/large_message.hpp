#pragma once

#include "frame/frame_header.hpp"
#include "protocol/frame_writer.hpp"

#include <parley/array_buffer.hpp>
#include <parley/protocol/connection_event.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace parley::protocol {

class OutputMemory;

/// An outgoing message that is too large to copy: it leaves in fragments straight from where it
/// lies, which is the caller's memory until retain(), memory that is shared, or memory of its own.
/// Or it is not there yet and comes in pieces, one at a time.
class LargeMessage {
 public:
  LargeMessage(frame::Opcode opcode, std::span<const std::byte> borrowed,
               std::uint32_t fragmentSize) noexcept;
  LargeMessage(frame::Opcode opcode, ArrayBuffer&& owned, std::uint32_t fragmentSize) noexcept;
  /// `owner` keeps `shared` alive and unchanged.
  LargeMessage(frame::Opcode opcode, std::span<const std::byte> shared,
               std::shared_ptr<const void> owner, std::uint32_t fragmentSize) noexcept;
  /// A message of `size` bytes that is `shared` or, if `rsv` says so, compressed to it.
  LargeMessage(frame::Opcode opcode, std::uint64_t size, std::uint8_t rsv,
               std::span<const std::byte> shared, std::shared_ptr<const void> owner,
               std::uint32_t fragmentSize) noexcept;
  /// A message of `size` bytes that provide() will bring.
  LargeMessage(frame::Opcode opcode, std::uint64_t size, std::uint32_t fragmentSize) noexcept;
  /// A message of `size` bytes, compressed to `deflated`.
  LargeMessage(frame::Opcode opcode, std::uint64_t size, ArrayBuffer&& deflated,
               std::uint32_t fragmentSize) noexcept;

  /// The next pieces to write, of one fragment at most: what is left of its header, then payload.
  /// A client's payload is masked on the way: in place where it is our own, else in the pool's
  /// scratch, which the next call on any connection of the pool overwrites.
  [[nodiscard]] std::size_t output(std::span<OutputPiece> pieces, const MaskKeys& keys,
                                   OutputMemory& memory);

  struct Taken {
    std::size_t bytes;    ///< of what was offered, up to the end of the fragment
    std::size_t payload;  ///< of these, payload of frames
    /// Bytes of the message that went with it: of a compressed one as many in proportion.
    std::uint64_t message;
  };
  /// The transport took up to `size` bytes; answers how many of them were from this fragment.
  [[nodiscard]] Taken take(std::size_t size) noexcept;

  /// A fragment is partly written: no other frame may stand here.
  [[nodiscard]] bool isInsideFrame() const noexcept { return headerBegin_ != 0; }
  [[nodiscard]] bool isFinished() const noexcept {
    return rest_.empty() && unprovided_ == 0 && !isInsideFrame();
  }
  [[nodiscard]] bool isBorrowed() const noexcept { return ownership_ == Ownership::Borrowed; }
  /// Payload that is here and that the transport has not taken.
  [[nodiscard]] std::size_t rest() const noexcept { return rest_.size(); }
  /// Bytes of the message that the transport has not taken.
  [[nodiscard]] std::uint64_t messageRest() const noexcept { return messageRest_; }
  /// Of these, what provide() has not brought.
  [[nodiscard]] std::uint64_t unprovided() const noexcept { return unprovided_; }

  /// All that was provided has been taken, and there is more to come.
  [[nodiscard]] bool wantsPayload() const noexcept {
    return unprovided_ != 0 && rest_.empty() && !isInsideFrame();
  }
  /// The next piece. Precondition: wantsPayload(), and no more than unprovided() bytes.
  void provide(ArrayBuffer&& piece) noexcept;

  /// Copies what is left, so that the caller's memory is no longer needed.
  void retain();
  /// Gives up what is behind the fragment that is partly written.
  void cutAfterFrame() noexcept;

 private:
  enum class Ownership : std::uint8_t { Borrowed, Shared, Owned };

  void beginFragment(const MaskKeys& keys) noexcept;
  [[nodiscard]] OutputPiece payloadPiece(OutputMemory& memory);
  [[nodiscard]] std::uint64_t messageShare(std::size_t payload) const noexcept;

  ArrayBuffer memory_;
  std::shared_ptr<const void> owner_;  // of shared memory
  std::span<const std::byte> rest_;    // here and not yet taken
  std::uint64_t unprovided_ = 0;
  std::uint64_t messageRest_;      // the same in bytes of the message
  std::size_t fragmentRest_ = 0;   // of these, within the fragment that was begun
  std::size_t fragmentTaken_ = 0;  // payload of that fragment that was taken: the mask's phase
  std::uint32_t fragmentSize_;
  std::optional<frame::MaskKey> key_;
  std::array<std::byte, frame::kMaxHeaderSize> header_{};
  std::uint8_t headerBegin_ = 0;  // bytes of the header that were taken
  std::uint8_t headerEnd_ = 0;
  bool fragmentIsMasked_ = false;  // in place: what is left of it is not to be masked again
  std::uint8_t rsv_ = 0;           // of the next fragment
  frame::Opcode opcode_;
  Ownership ownership_;
};

}  // namespace parley::protocol
