#pragma once

#include "frame/frame_header.hpp"

#include <parley/array_buffer.hpp>
#include <parley/compression.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace parley::protocol {

/// A message as the frames that servers send it in, made once for many connections. Any thread.
class PreparedFrames {
 public:
  /// One way to send it.
  struct Variant {
    /// The header of its one frame, without a mask.
    std::array<std::byte, frame::kMaxHeaderSize> header;
    std::uint8_t headerSize;
    std::uint8_t rsv;
    ArrayBuffer payload;
  };
  /// What a compressed variant depends on, beside the message.
  struct Profile {
    Compression::Level level;
    std::uint8_t windowBits;

    friend bool operator==(const Profile&, const Profile&) = default;
  };

  /// `payload`, if `opcode` is Text, is known to be UTF-8.
  PreparedFrames(frame::Opcode opcode, ArrayBuffer&& payload);
  PreparedFrames(const PreparedFrames&) = delete;
  PreparedFrames& operator=(const PreparedFrames&) = delete;
  ~PreparedFrames();

  [[nodiscard]] frame::Opcode opcode() const noexcept { return opcode_; }
  [[nodiscard]] const Variant& plain() const noexcept { return plain_; }
  [[nodiscard]] std::span<const std::byte> message() const noexcept {
    return plain_.payload.bytes();
  }
  /// As `compress` makes it, which is called the first time only, and answers the payload or, if
  /// the message does not get smaller, nothing. nullptr for such a message. What it answers lives
  /// as long as this object.
  [[nodiscard]] const Variant* deflated(const Profile& profile,
                                        const std::function<ArrayBuffer()>& compress) const;

 private:
  struct Deflated {
    Profile profile;
    Variant variant;
    const Deflated* next;
  };

  [[nodiscard]] Variant variantOf(std::uint8_t rsv, ArrayBuffer&& payload) const;

  const frame::Opcode opcode_;
  const Variant plain_;
  // Grows at its front, and never shrinks: read without a lock.
  mutable std::atomic<const Deflated*> deflated_{nullptr};
};

}  // namespace parley::protocol
