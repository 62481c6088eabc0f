#include "bytes/utf8.hpp"
#include "frame/close_payload.hpp"
#include "frame/frame_header.hpp"
#include "frame/mask.hpp"
#include "protocol/closing.hpp"
#include "protocol/connection_state.hpp"
#include "protocol/incoming_message.hpp"
#include "protocol/message_compression.hpp"
#include "protocol/output_queue.hpp"

#include <parley/protocol/connection.hpp>

#include <utility>

// The input side: from received bytes to events.

namespace parley::protocol {

namespace {

constexpr frame::MaskRule maskRuleFor(Role role) noexcept {
  return role == Role::Server ? frame::MaskRule::Required : frame::MaskRule::Forbidden;
}

FailureCause causeOf(frame::FrameViolation violation) noexcept {
  switch (violation) {
    case frame::FrameViolation::ReservedBits:
      return FailureCause::ReservedBits;
    case frame::FrameViolation::ReservedOpcode:
      return FailureCause::ReservedOpcode;
    case frame::FrameViolation::FragmentedControl:
      return FailureCause::FragmentedControl;
    case frame::FrameViolation::ControlTooLong:
      return FailureCause::ControlTooLong;
    case frame::FrameViolation::LengthNotMinimal:
      return FailureCause::LengthNotMinimal;
    case frame::FrameViolation::LengthTopBit:
      return FailureCause::LengthTopBit;
    case frame::FrameViolation::MaskMissing:
      return FailureCause::MaskMissing;
    case frame::FrameViolation::MaskUnexpected:
      return FailureCause::MaskUnexpected;
  }
  return FailureCause::InternalError;
}

FailureCause causeOf(frame::CloseViolation violation) noexcept {
  switch (violation) {
    case frame::CloseViolation::Truncated:
      return FailureCause::CloseBodyOneByte;
    case frame::CloseViolation::IllegalCode:
      return FailureCause::CloseCodeIllegal;
    case frame::CloseViolation::ReasonNotUtf8:
      return FailureCause::CloseReasonNotUtf8;
  }
  return FailureCause::InternalError;
}

/// Makes a whole payload readable where it stands. False if it is text and not UTF-8.
inline bool readPayload(MessageKind kind, std::span<std::byte> payload,
                        const std::optional<frame::MaskKey>& key) noexcept {
  if (kind == MessageKind::Binary) {
    if (key) frame::mask(payload, *key);
    return true;
  }
  if (!key && payload.size() >= frame::kLongPayload) return bytes::isValidUtf8(payload);
  // For a short text the inline pass with the key zero is cheaper than a call.
  return frame::unmaskWholeText(payload, key.value_or(frame::MaskKey{}));
}

}  // namespace

bool Connection::isReading() const noexcept {
  return state_ == ConnectionState::Open || state_ == ConnectionState::CloseSent;
}

std::uint8_t Connection::allowedRsv() const noexcept {
  return compression_ ? frame::kRsv1 : std::uint8_t{0};
}

IncomingMessage& Connection::incoming() {
  if (!incoming_) incoming_ = std::make_unique<IncomingMessage>();
  return *incoming_;
}

inline void Connection::releaseIfIdle() noexcept {
  if (incoming_ && incoming_->idle()) incoming_.reset();
}

void Connection::eventHandled() noexcept {
  releaseIfIdle();
}

/// Does a whole message, in one frame that is not compressed, lie at the front of `input`?
inline bool Connection::isWholeMessage(std::span<const std::byte> input,
                                       frame::SimpleHeader& header) const noexcept {
  return frame::parseSimpleHeader(input, maskRuleFor(role_), header) &&
         header.payloadLength <= input.size() - header.size &&
         header.payloadLength <= limits_->maxMessageSize;
}

// Flattened, because this path is faster as one function: its parts are too large to be inlined
// by themselves.
[[gnu::flatten]] ConnectionEvent Connection::receive(std::span<std::byte>& input, Time now) {
  if (incoming_) [[unlikely]]
    releaseIfIdle();
  if (!incoming_ && state_ == ConnectionState::Open) [[likely]] {
    // The path of nearly every frame: a whole message that lies whole in the input.
    frame::SimpleHeader header;
    if (isWholeMessage(input, header)) [[likely]] {
      const std::span<std::byte> payload =
          input.subspan(header.size, static_cast<std::size_t>(header.payloadLength));
      input = input.subspan(header.size + payload.size());
      const MessageKind kind =
          header.opcode == frame::Opcode::Text ? MessageKind::Text : MessageKind::Binary;
      lastReceived_ = now;
      if (readPayload(kind, payload, header.maskKey)) [[likely]] {
        lastMessage_ = now;
        turnTime_ = TurnTime::Known;
        return {.type = ConnectionEvent::Type::Message, .kind = kind, .payload = payload};
      }
      fail(FailureCause::InvalidUtf8, now);
    }
  }
  return receiveInPieces(input, now);
}

bool Connection::hasMessageAtHand(std::span<const std::byte> input) const noexcept {
  if (state_ != ConnectionState::Open) return false;
  // What receive() takes on its short way.
  if (incoming_ && !incoming_->idle()) return false;
  frame::SimpleHeader header;
  return isWholeMessage(input, header);
}

ConnectionEvent Connection::receiveInPieces(std::span<std::byte>& input, Time now) {
  if (!input.empty()) {
    lastReceived_ = now;
    turnTime_ = TurnTime::Known;
  }
  while ((!input.empty() || hasMore()) && isReading()) {
    const bool insideFrame = incoming_ && incoming_->insideFrame();
    const ConnectionEvent event =
        insideFrame ? receivePayload(input, now) : receiveFrame(input, now);
    if (event.type != ConnectionEvent::Type::None) return event;
  }
  // RFC 6455 sections 5.5.1 and 7.1.7: what comes behind the peer's Close frame or a failure is
  // not looked at.
  input = input.last(0);
  return {};
}

ConnectionEvent Connection::receiveFrame(std::span<std::byte>& input, Time now) {
  frame::FrameHeader header;
  const frame::MaskRule rule = maskRuleFor(role_);
  const bool isCut = incoming_ && incoming_->hasPartialHeader();
  const std::uint8_t rsv = allowedRsv();
  const frame::HeaderParse parsed = isCut ? incoming_->readHeader(input, rsv, rule, header)
                                          : frame::parseFrameHeader(input, rsv, rule, header);
  if (const auto* const violation = std::get_if<frame::FrameViolation>(&parsed)) {
    fail(causeOf(*violation), now);
    return {};
  }
  if (std::holds_alternative<frame::HeaderIncomplete>(parsed)) {
    if (!isCut) incoming().keepHeader(input);
    return {};
  }
  if (!isCut) input = input.subspan(std::get<frame::HeaderParsed>(parsed).size);
  if (frame::isControl(header.opcode) && header.payloadLength <= input.size()) {
    const std::span<std::byte> payload =
        input.first(static_cast<std::size_t>(header.payloadLength));
    input = input.subspan(payload.size());
    if (header.maskKey) frame::mask(payload, *header.maskKey);
    return handleControl(header.opcode, payload, now);
  }
  if (header.rsv != 0 && isWholeDeflated(header, input.size())) {
    return receiveDeflated(header, input, now);
  }
  // What is thrown away needs no limit: none of it is kept.
  const bool keeps = state_ == ConnectionState::Open;
  auto refused = incoming().check(header, keeps ? limits_->maxMessageSize : UINT64_MAX,
                                  keeps ? limits_->maxFragments : UINT32_MAX);
  if (!refused && keeps && header.rsv != 0) refused = startInflating(header);
  if (refused) {
    fail(*refused, now);
    return {};
  }
  incoming_->beginFrame(header);
  if (keeps && incoming_->becomesLarge(limits_->largeMessageSize)) return largeMessageEvent();
  return receivePayload(input, now);
}

ConnectionEvent Connection::largeMessageEvent() noexcept {
  return {.type = ConnectionEvent::Type::LargeMessage,
          .kind = incoming_->kind(),
          .payload = incoming_->message().bytes(),
          // What was decompressed is still needed for what comes.
          .memory = incoming_->isDeflated() ? nullptr : &incoming_->message()};
}

ConnectionEvent Connection::receivePayload(std::span<std::byte>& input, Time now) {
  const auto use = state_ == ConnectionState::Open ? IncomingMessage::Use::Keep
                                                   : IncomingMessage::Use::ThrowAway;
  // A large message may be longer under way than a connection may be idle.
  if (incoming_->isLarge()) lastMessage_ = now;
  if (use == IncomingMessage::Use::Keep && incoming_->isDeflated()) {
    return receiveDeflatedPiece(input, now);
  }
  if (use == IncomingMessage::Use::Keep && incoming_->inParts()) return receivePart(input, now);
  if (const auto broken = incoming_->absorb(input, use)) {
    fail(*broken, now);
    return {};
  }
  return incoming_->frameIsWhole() ? finishFrame(now) : ConnectionEvent{};
}

ConnectionEvent Connection::receivePart(std::span<std::byte>& input, Time now) {
  std::span<std::byte> part;
  if (const auto broken = incoming_->takePart(input, part)) {
    fail(*broken, now);
    return {};
  }
  return incoming_->frameIsWhole() ? finishFrame(now, part) : partEvent(part);
}

ConnectionEvent Connection::partEvent(std::span<std::byte> part) noexcept {
  if (part.empty()) return {};
  return {.type = ConnectionEvent::Type::MessagePart, .kind = incoming_->kind(), .payload = part};
}

void Connection::receiveInParts() noexcept {
  if (incoming_) incoming_->receiveInParts();
}

bool Connection::hasMore() const noexcept {
  return incoming_ && incoming_->hasMore() && state_ == ConnectionState::Open;
}

ConnectionEvent Connection::finishFrame(Time now, std::span<std::byte> part) {
  const bool inParts = incoming_->inParts();
  const frame::FrameHeader header = incoming_->endFrame();
  if (frame::isControl(header.opcode)) {
    return handleControl(header.opcode, incoming_->controlPayload(), now);
  }
  if (state_ != ConnectionState::Open) return {};
  if (!header.fin) return inParts ? partEvent(part) : ConnectionEvent{};
  if (incoming_->isDeflated() && !endInflating(now)) {
    fail(FailureCause::InternalError, now);
    return {};
  }
  const MessageKind kind = incoming_->kind();
  // RFC 6455 section 8.1: the end of the message may not cut a character.
  if (kind == MessageKind::Text && !incoming_->textMayEnd()) {
    fail(FailureCause::InvalidUtf8, now);
    return {};
  }
  lastMessage_ = now;
  if (inParts) {
    return {
        .type = ConnectionEvent::Type::MessagePart, .kind = kind, .isLast = true, .payload = part};
  }
  ArrayBuffer& message = incoming_->message();
  return {.type = ConnectionEvent::Type::Message,
          .kind = kind,
          .payload = message.bytes(),
          .memory = &message};
}

ConnectionEvent Connection::handleControl(frame::Opcode opcode, std::span<std::byte> payload,
                                          Time now) {
  switch (opcode) {
    case frame::Opcode::Close:
      return handleClose(payload, now);
    case frame::Opcode::Ping:
      // RFC 6455 section 5.5.1: nothing is sent behind our own Close frame, not even a Pong.
      if (state_ != ConnectionState::Open) return {};
      sendControl(frame::Opcode::Pong, payload);
      return {.type = ConnectionEvent::Type::Ping, .payload = payload};
    case frame::Opcode::Pong:
      if (state_ != ConnectionState::Open) return {};
      pongReceived(payload, now);
      return {.type = ConnectionEvent::Type::Pong, .payload = payload};
    case frame::Opcode::Continuation:
    case frame::Opcode::Text:
    case frame::Opcode::Binary:
      break;
  }
  return {};
}

ConnectionEvent Connection::handleClose(std::span<std::byte> payload, Time now) {
  const frame::CloseParse parsed = frame::parseClosePayload(payload);
  if (const auto* const violation = std::get_if<frame::CloseViolation>(&parsed)) {
    fail(causeOf(*violation), now);
    return {};
  }
  const bool peerIsFirst = state_ == ConnectionState::Open;
  Closing& closing = startClosing(Side::Remote, now);
  const auto* const status = std::get_if<frame::CloseStatus>(&parsed);
  // RFC 6455 section 7.1.5: a Close frame without a code is reported as 1005.
  closing.code = status != nullptr ? status->code : CloseCode::kNoStatusReceived;
  if (status != nullptr) closing.reason = status->reason;
  if (peerIsFirst) {
    // RFC 6455 section 5.5.1: answered once, with the code received; the reason goes back with it,
    // as browsers do it, so that the peer's close event shows what the peer said.
    queueCloseFrame(payload);
  }
  advance(ConnectionStep::ReceiveClose);
  if (!peerIsFirst) return {};
  return {.type = ConnectionEvent::Type::ClosingStarted};
}

std::span<std::byte> Connection::directBuffer() noexcept {
  releaseIfIdle();
  if (!incoming_ || state_ != ConnectionState::Open) return {};
  return incoming_->directRoom();
}

ConnectionEvent Connection::receivedDirectly(std::size_t size, Time now) {
  if (size == 0 || !incoming_ || !isReading()) return {};
  lastReceived_ = now;
  turnTime_ = TurnTime::Known;
  if (incoming_->isLarge()) lastMessage_ = now;
  // A close() since directBuffer() has released that memory: then only the bytes are counted.
  const auto use = state_ == ConnectionState::Open ? IncomingMessage::Use::Keep
                                                   : IncomingMessage::Use::ThrowAway;
  if (const auto broken = incoming_->absorbDirectly(size, use)) {
    fail(*broken, now);
    return {};
  }
  return incoming_->frameIsWhole() ? finishFrame(now) : ConnectionEvent{};
}

}  // namespace parley::protocol
