#include "bytes/utf8.hpp"
#include "frame/frame_header.hpp"
#include "frame/mask.hpp"
#include "protocol/connection_state.hpp"
#include "protocol/incoming_message.hpp"
#include "protocol/message_compression.hpp"

#include <parley/protocol/connection.hpp>

#include <algorithm>

// Compressed messages (RFC 7692) from received bytes to events.

namespace parley::protocol {

namespace {

using deflate::InflateStatus;
using deflate::MessageInflater;

}  // namespace

/// A compressed message that is wholly there, with nothing begun before it, needs no memory of its
/// own.
bool Connection::isWholeDeflated(const frame::FrameHeader& header,
                                 std::size_t available) const noexcept {
  return !incoming_ && state_ == ConnectionState::Open && header.fin &&
         header.opcode != frame::Opcode::Continuation && header.payloadLength <= available &&
         header.payloadLength <= limits_->maxMessageSize;
}

std::optional<FailureCause> Connection::startInflating(const frame::FrameHeader& header) {
  if (compression_->inflater().begin(header.payloadLength) == MessageInflater::Start::Ready) {
    return std::nullopt;
  }
  return FailureCause::InternalError;
}

ConnectionEvent Connection::receiveDeflated(const frame::FrameHeader& header,
                                            std::span<std::byte>& input, Time now) {
  const auto payload = input.first(static_cast<std::size_t>(header.payloadLength));
  input = input.subspan(payload.size());
  if (header.maskKey) frame::mask(payload, *header.maskKey);
  if (const auto refused = startInflating(header)) {
    fail(*refused, now);
    return {};
  }
  MessageInflater& inflater = compression_->inflater();
  const std::span<std::byte> scratch = compression_->inflateScratch();
  std::span<std::byte> room = scratch.first(
      static_cast<std::size_t>(std::min<std::uint64_t>(scratch.size(), limits_->maxMessageSize)));
  const std::size_t most = room.size();
  std::span<const std::byte> rest = payload;
  InflateStatus status = inflater.inflate(rest, room);
  if (status == InflateStatus::NeedsInput) status = inflater.finish(room);
  const std::span<std::byte> inflated = scratch.first(most - room.size());
  if (status != InflateStatus::NeedsInput) {
    // What is left of it goes the way of a frame that comes in pieces.
    input = {payload.data() + (payload.size() - rest.size()), rest.size() + input.size()};
    return receiveLargeInflated(header, inflated, payload.size() - rest.size(), input, now);
  }

  const bool isText = header.opcode == frame::Opcode::Text;
  if (isText && !bytes::isValidUtf8(inflated)) {
    fail(FailureCause::InvalidUtf8, now);
    return {};
  }
  if (inflater.end(inflated) != MessageInflater::Start::Ready) {
    fail(FailureCause::InternalError, now);
    return {};
  }
  compression_->received(now);
  lastMessage_ = now;
  return {.type = ConnectionEvent::Type::Message,
          .kind = isText ? MessageKind::Text : MessageKind::Binary,
          .payload = inflated};
}

/// It did not fit into the scratch, or could not be decompressed: `inflated` is how far it came.
ConnectionEvent Connection::receiveLargeInflated(const frame::FrameHeader& header,
                                                 std::span<const std::byte> inflated,
                                                 std::size_t taken, std::span<std::byte>& input,
                                                 Time now) {
  incoming().beginFrame(header);
  if (const auto broken = incoming_->adoptInflated(inflated, taken)) {
    fail(*broken, now);
    return {};
  }
  if (incoming_->becomesLarge(limits_->largeMessageSize)) return largeMessageEvent();
  return receiveDeflatedPiece(input, now);
}

ConnectionEvent Connection::receiveDeflatedPiece(std::span<std::byte>& input, Time now) {
  if (const auto broken = incoming_->inflate(input, compression_->inflater(), *limits_)) {
    fail(*broken, now);
    return {};
  }
  if (incoming_->becomesLarge(limits_->largeMessageSize)) return largeMessageEvent();
  const std::span<std::byte> part =
      incoming_->inParts() ? incoming_->inflatedPart() : std::span<std::byte>();
  if (incoming_->hasMore() || !incoming_->frameIsWhole()) return partEvent(part);
  return finishFrame(now, part);
}

bool Connection::endInflating(Time now) {
  MessageInflater& inflater = compression_->inflater();
  if (inflater.end(incoming_->message().bytes()) != MessageInflater::Start::Ready) return false;
  compression_->received(now);
  return true;
}

}  // namespace parley::protocol
