#include "protocol/large_message.hpp"

#include "protocol/output_memory.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace parley::protocol {

LargeMessage::LargeMessage(frame::Opcode opcode, std::span<const std::byte> borrowed,
                           std::uint32_t fragmentSize) noexcept
    : rest_(borrowed),
      messageRest_(borrowed.size()),
      fragmentSize_(fragmentSize),
      opcode_(opcode),
      ownership_(Ownership::Borrowed) {}

LargeMessage::LargeMessage(frame::Opcode opcode, ArrayBuffer&& owned,
                           std::uint32_t fragmentSize) noexcept
    : memory_(std::move(owned)),
      rest_(memory_.bytes()),
      messageRest_(rest_.size()),
      fragmentSize_(fragmentSize),
      opcode_(opcode),
      ownership_(Ownership::Owned) {}

LargeMessage::LargeMessage(frame::Opcode opcode, std::uint64_t size, ArrayBuffer&& deflated,
                           std::uint32_t fragmentSize) noexcept
    : LargeMessage(opcode, std::move(deflated), fragmentSize) {
  messageRest_ = size;
  rsv_ = frame::kRsv1;
}

LargeMessage::LargeMessage(frame::Opcode opcode, std::span<const std::byte> shared,
                           std::shared_ptr<const void> owner, std::uint32_t fragmentSize) noexcept
    : owner_(std::move(owner)),
      rest_(shared),
      messageRest_(shared.size()),
      fragmentSize_(fragmentSize),
      opcode_(opcode),
      ownership_(Ownership::Shared) {}

LargeMessage::LargeMessage(frame::Opcode opcode, std::uint64_t size, std::uint8_t rsv,
                           std::span<const std::byte> shared, std::shared_ptr<const void> owner,
                           std::uint32_t fragmentSize) noexcept
    : LargeMessage(opcode, shared, std::move(owner), fragmentSize) {
  messageRest_ = size;
  rsv_ = rsv;
}

LargeMessage::LargeMessage(frame::Opcode opcode, std::uint64_t size,
                           std::uint32_t fragmentSize) noexcept
    : unprovided_(size),
      messageRest_(size),
      fragmentSize_(fragmentSize),
      opcode_(opcode),
      ownership_(Ownership::Owned) {}

void LargeMessage::provide(ArrayBuffer&& piece) noexcept {
  assert(wantsPayload() && piece.byteLength() <= unprovided_);
  memory_ = std::move(piece);
  rest_ = memory_.bytes();
  unprovided_ -= rest_.size();
}

void LargeMessage::beginFragment(const MaskKeys& keys) noexcept {
  fragmentRest_ = std::min<std::size_t>(rest_.size(), fragmentSize_);
  fragmentTaken_ = 0;
  fragmentIsMasked_ = false;
  key_ = keys.next();
  const bool isLast = fragmentRest_ == rest_.size() && unprovided_ == 0;
  headerEnd_ = static_cast<std::uint8_t>(
      frame::encodeFrameHeader(header_.data(), {.fin = isLast,
                                                .rsv = rsv_,
                                                .opcode = opcode_,
                                                .maskKey = key_,
                                                .payloadLength = fragmentRest_}));
  // RFC 6455 section 5.4: only the first fragment names the kind of the message; RFC 7692 section
  // 6: and only there RSV1 stands.
  opcode_ = frame::Opcode::Continuation;
  rsv_ = 0;
}

OutputPiece LargeMessage::payloadPiece(OutputMemory& memory) {
  if (!key_) return {rest_.data(), fragmentRest_};
  if (ownership_ == Ownership::Owned) {
    std::byte* const own = memory_.data() + (rest_.data() - memory_.data());
    if (!fragmentIsMasked_) frame::mask({own, fragmentRest_}, *key_, fragmentTaken_);
    fragmentIsMasked_ = true;
    return {own, fragmentRest_};
  }
  const std::span<std::byte> scratch = memory.scratch();
  const std::size_t size = std::min(scratch.size(), fragmentRest_);
  frame::maskCopy(scratch.data(), rest_.first(size), *key_, fragmentTaken_);
  return {scratch.data(), size};
}

std::size_t LargeMessage::output(std::span<OutputPiece> pieces, const MaskKeys& keys,
                                 OutputMemory& memory) {
  if (wantsPayload()) return 0;
  if (headerEnd_ == 0) beginFragment(keys);
  std::size_t count = 0;
  if (headerBegin_ < headerEnd_ && count < pieces.size()) {
    pieces[count++] = {header_.data() + headerBegin_,
                       static_cast<std::size_t>(headerEnd_ - headerBegin_)};
  }
  if (fragmentRest_ != 0 && count < pieces.size()) pieces[count++] = payloadPiece(memory);
  return count;
}

std::uint64_t LargeMessage::messageShare(std::size_t payload) const noexcept {
  if (messageRest_ == rest_.size() + unprovided_ || payload == 0) return payload;
  if (payload == rest_.size()) return messageRest_;
  const double share = static_cast<double>(payload) / static_cast<double>(rest_.size());
  return static_cast<std::uint64_t>(static_cast<double>(messageRest_) * share);
}

LargeMessage::Taken LargeMessage::take(std::size_t size) noexcept {
  const std::size_t ofHeader = std::min(size, static_cast<std::size_t>(headerEnd_ - headerBegin_));
  headerBegin_ = static_cast<std::uint8_t>(headerBegin_ + ofHeader);
  const std::size_t ofPayload = std::min(size - ofHeader, fragmentRest_);
  const std::uint64_t ofMessage = messageShare(ofPayload);
  messageRest_ -= ofMessage;
  rest_ = rest_.subspan(ofPayload);
  fragmentRest_ -= ofPayload;
  fragmentTaken_ += ofPayload;
  if (fragmentRest_ == 0 && headerBegin_ == headerEnd_) {
    headerBegin_ = 0;
    headerEnd_ = 0;
  }
  return {ofHeader + ofPayload, ofPayload, ofMessage};
}

void LargeMessage::retain() {
  if (!isBorrowed()) return;
  memory_ = ArrayBuffer::copyOf(rest_);
  rest_ = memory_.bytes();
  ownership_ = Ownership::Owned;
}

void LargeMessage::cutAfterFrame() noexcept {
  const std::size_t kept = isInsideFrame() ? fragmentRest_ : 0;
  messageRest_ = messageShare(kept);
  rest_ = rest_.first(kept);
  unprovided_ = 0;
}

}  // namespace parley::protocol
