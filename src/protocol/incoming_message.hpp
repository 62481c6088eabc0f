#pragma once

#include "bytes/utf8.hpp"
#include "deflate/message_inflater.hpp"
#include "frame/frame_header.hpp"

#include <parley/array_buffer.hpp>
#include <parley/protocol/connection_event.hpp>
#include <parley/protocol/limits.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace parley::protocol {

/// What has come of a frame or message that is not complete. Exists only meanwhile.
class IncomingMessage {
 public:
  /// What becomes of message payload.
  enum class Use : std::uint8_t { Keep, ThrowAway };

  // ---- A frame header that is cut ----

  [[nodiscard]] bool hasPartialHeader() const noexcept { return headerSize_ != 0; }
  /// Keeps a header that is cut at the end of `input`.
  void keepHeader(std::span<std::byte>& input) noexcept;
  /// Moves bytes from the front of `input` to the header until it is whole, broken, or `input` is
  /// empty.
  [[nodiscard]] frame::HeaderParse readHeader(std::span<std::byte>& input, std::uint8_t allowedRsv,
                                              frame::MaskRule rule,
                                              frame::FrameHeader& out) noexcept;

  // ---- The order of frames ----

  /// May a frame with this header stand here, and is its message within the limits? Looks at the
  /// header only, before anything is allocated for the payload.
  [[nodiscard]] std::optional<FailureCause> check(const frame::FrameHeader& header,
                                                  std::uint64_t maxMessageSize,
                                                  std::uint32_t maxFragments) const noexcept;
  /// A frame that check() let pass begins.
  void beginFrame(const frame::FrameHeader& header) noexcept;

  // ---- Its payload ----

  [[nodiscard]] bool insideFrame() const noexcept { return insideFrame_; }
  [[nodiscard]] bool insideMessage() const noexcept { return insideMessage_; }
  /// Payload bytes of the current frame that have not come.
  [[nodiscard]] std::uint64_t outstanding() const noexcept {
    return header_.payloadLength - received_;
  }
  /// Takes what belongs to the current frame from the front of `input`.
  [[nodiscard]] std::optional<FailureCause> absorb(std::span<std::byte>& input, Use use);
  /// Room behind the message for what comes next of a large frame; empty if it is not worth it.
  [[nodiscard]] std::span<std::byte> directRoom();
  /// `size` bytes were read to the front of directRoom().
  [[nodiscard]] std::optional<FailureCause> absorbDirectly(std::size_t size, Use use);

  // ---- A large message ----

  /// True once for each message that is above `largeMessageSize`, as soon as that is known.
  [[nodiscard]] bool becomesLarge(std::uint64_t largeMessageSize) noexcept;
  /// Is the current frame part of a message that has become large?
  [[nodiscard]] bool isLarge() const noexcept {
    return isLarge_ && !frame::isControl(header_.opcode);
  }
  /// The message that became large is given away as it arrives, and not gathered.
  void receiveInParts() noexcept { inParts_ = true; }
  [[nodiscard]] bool inParts() const noexcept {
    return inParts_ && !frame::isControl(header_.opcode);
  }
  /// Takes what belongs to the current frame from the front of `input` to `part`, readable where it
  /// stands.
  [[nodiscard]] std::optional<FailureCause> takePart(std::span<std::byte>& input,
                                                     std::span<std::byte>& part) noexcept;

  // ---- Its payload, if it is compressed ----

  /// Is the current frame part of a compressed message?
  [[nodiscard]] bool isDeflated() const noexcept {
    return isDeflated_ && !frame::isControl(header_.opcode);
  }
  /// The whole message came in one frame. Of its payload `taken` bytes have been decompressed
  /// elsewhere, to `inflated`; what is left of it is unmasked.
  [[nodiscard]] std::optional<FailureCause> adoptInflated(std::span<const std::byte> inflated,
                                                          std::size_t taken);
  /// Decompresses what belongs to the current frame, from the front of `input`, and at the end of
  /// the last frame what is still to come out. Stops early, and hasMore(), when the message becomes
  /// large and when a part is complete.
  [[nodiscard]] std::optional<FailureCause> inflate(std::span<std::byte>& input,
                                                    deflate::MessageInflater& inflater,
                                                    const ConnectionLimits& limits);
  /// inflate() can go on without input.
  [[nodiscard]] bool hasMore() const noexcept { return hasMore_; }
  /// What inflate() has added to a message in parts.
  [[nodiscard]] std::span<std::byte> inflatedPart() noexcept {
    return message_.bytes().subspan(partBegin_);
  }

  // ---- Its end ----

  [[nodiscard]] bool frameIsWhole() const noexcept { return insideFrame_ && outstanding() == 0; }
  /// The header of the frame that was whole. The message is finished if it was its last frame.
  frame::FrameHeader endFrame() noexcept;
  [[nodiscard]] std::span<std::byte> controlPayload() noexcept {
    return {control_.data(), static_cast<std::size_t>(header_.payloadLength)};
  }
  [[nodiscard]] MessageKind kind() const noexcept { return kind_; }
  [[nodiscard]] ArrayBuffer& message() noexcept { return message_; }
  /// A text message must not end inside a character.
  [[nodiscard]] bool textMayEnd() const noexcept { return validator_.complete(); }

  /// Nothing is pending: this object is of no use but for views into it.
  [[nodiscard]] bool idle() const noexcept {
    return !insideFrame_ && !insideMessage_ && headerSize_ == 0;
  }
  /// What comes of the current message will be thrown away. A finished one stays: it may be in use.
  void dropMessage() noexcept {
    if (insideMessage_) message_.reset();
  }
  /// Nothing more will come. Views into what was finished stay valid.
  void abandon() noexcept;

 private:
  [[nodiscard]] bool growFor(std::size_t size) noexcept;
  [[nodiscard]] std::optional<FailureCause> unmask(std::span<std::byte> payload) noexcept;
  [[nodiscard]] bool beginPart() noexcept;
  [[nodiscard]] std::span<std::byte> unmaskDeflated(std::span<std::byte> input) noexcept;
  template <typename Step>
  [[nodiscard]] std::optional<FailureCause> inflateUntilIdle(const ConnectionLimits& limits,
                                                             Step&& step);
  [[nodiscard]] bool growForInflated(std::uint64_t most) noexcept;
  [[nodiscard]] std::uint64_t nextStop(std::uint64_t largeMessageSize) const noexcept;
  [[nodiscard]] std::optional<FailureCause> validate(std::span<const std::byte> inflated) noexcept;

  std::array<std::byte, frame::kMaxHeaderSize> headerBytes_;
  std::uint8_t headerSize_ = 0;
  bool insideFrame_ = false;
  bool insideMessage_ = false;
  bool isDeflated_ = false;  // the current message
  bool isLarge_ = false;     // likewise, and it was said
  bool inParts_ = false;     // likewise
  bool hasMore_ = false;     // the inflater stopped for want of room
  MessageKind kind_ = MessageKind::Binary;
  bytes::Utf8Validator validator_;
  std::uint32_t frames_ = 0;         // of the current message
  std::uint64_t framesPayload_ = 0;  // announced by them
  frame::FrameHeader header_;
  std::uint64_t received_ = 0;   // payload of the current frame
  std::size_t unmasked_ = 0;     // compressed bytes behind these, unmasked where they stand
  std::uint64_t givenAway_ = 0;  // inflated bytes of the message, no longer in message_
  std::size_t partBegin_ = 0;    // in message_; before it stands history
  ArrayBuffer message_;
  std::array<std::byte, frame::kMaxControlPayload> control_;
};

}  // namespace parley::protocol
