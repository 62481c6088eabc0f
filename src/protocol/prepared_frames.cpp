#include "protocol/prepared_frames.hpp"

#include "bytes/utf8.hpp"

#include <parley/dom_exception.hpp>
#include <parley/prepared_message.hpp>

#include <memory>
#include <utility>

namespace parley::protocol {

PreparedFrames::PreparedFrames(frame::Opcode opcode, ArrayBuffer&& payload)
    : opcode_(opcode), plain_(variantOf(0, std::move(payload))) {}

PreparedFrames::~PreparedFrames() {
  const Deflated* at = deflated_.load(std::memory_order_acquire);
  while (at != nullptr) delete std::exchange(at, at->next);
}

PreparedFrames::Variant PreparedFrames::variantOf(std::uint8_t rsv, ArrayBuffer&& payload) const {
  Variant variant{.header = {}, .headerSize = 0, .rsv = rsv, .payload = std::move(payload)};
  variant.headerSize = static_cast<std::uint8_t>(frame::encodeFrameHeader(
      variant.header.data(), {.rsv = rsv,
                              .opcode = opcode_,
                              .maskKey = {},
                              .payloadLength = variant.payload.byteLength()}));
  return variant;
}

const PreparedFrames::Variant* PreparedFrames::deflated(
    const Profile& profile, const std::function<ArrayBuffer()>& compress) const {
  const Deflated* first = deflated_.load(std::memory_order_acquire);
  const Deflated* found = first;
  while (found != nullptr && found->profile != profile) found = found->next;
  if (found == nullptr) {
    auto made =
        std::make_unique<Deflated>(Deflated{profile, variantOf(frame::kRsv1, compress()), first});
    // Two threads may have made the same: one of them is found from now on, and both are valid.
    while (!deflated_.compare_exchange_weak(made->next, made.get(), std::memory_order_acq_rel)) {
    }
    found = made.release();
  }
  return found->variant.payload.empty() ? nullptr : &found->variant;
}

}  // namespace parley::protocol

namespace parley {

namespace {

std::shared_ptr<const protocol::PreparedFrames> framesOf(frame::Opcode opcode,
                                                         ArrayBuffer&& payload) {
  return std::make_shared<const protocol::PreparedFrames>(opcode, std::move(payload));
}

}  // namespace

PreparedMessage PreparedMessage::text(std::string_view text) {
  if (!bytes::isValidUtf8(std::as_bytes(std::span(text)))) {
    throw DOMException(DOMException::Name::SyntaxError, "the text is not UTF-8");
  }
  return PreparedMessage(framesOf(frame::Opcode::Text, ArrayBuffer::copyOf(text)));
}

PreparedMessage PreparedMessage::binary(std::span<const std::byte> bytes) {
  return binary(ArrayBuffer::copyOf(bytes));
}

PreparedMessage PreparedMessage::binary(ArrayBuffer&& bytes) {
  return PreparedMessage(framesOf(frame::Opcode::Binary, std::move(bytes)));
}

bool PreparedMessage::isText() const noexcept {
  return frames_->opcode() == frame::Opcode::Text;
}

std::span<const std::byte> PreparedMessage::bytes() const noexcept {
  return frames_->message();
}

}  // namespace parley
