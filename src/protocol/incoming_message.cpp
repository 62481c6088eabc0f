#include "protocol/incoming_message.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace parley::protocol {

namespace {

// A frame's length is only announced: more is reserved when more has come.
constexpr std::size_t kFirstReserve = std::size_t{1} << 20U;
// Below it a system call of its own costs more than copying.
constexpr std::size_t kDirectLeast = std::size_t{16} * 1024;
constexpr std::size_t kDirectMost = std::size_t{512} * 1024;
// For the first memory of a message that is decompressed.
constexpr std::uint64_t kGuessedRatio = 4;
constexpr std::uint64_t kLeastInflated = 4096;
// Of a message in parts: the history of the next message and one part are all that is kept.
constexpr std::size_t kInflatedPart = std::size_t{64} * 1024;
constexpr std::size_t kHistory = deflate::kMaxHistory;

}  // namespace

void IncomingMessage::keepHeader(std::span<std::byte>& input) noexcept {
  std::copy(input.begin(), input.end(), headerBytes_.begin());
  headerSize_ = static_cast<std::uint8_t>(input.size());
  input = input.last(0);
}

frame::HeaderParse IncomingMessage::readHeader(std::span<std::byte>& input, std::uint8_t allowedRsv,
                                               frame::MaskRule rule,
                                               frame::FrameHeader& out) noexcept {
  while (true) {
    const frame::HeaderParse parsed =
        frame::parseFrameHeader({headerBytes_.data(), headerSize_}, allowedRsv, rule, out);
    const auto* const incomplete = std::get_if<frame::HeaderIncomplete>(&parsed);
    if (incomplete == nullptr) {
      headerSize_ = 0;
      return parsed;
    }
    if (input.empty()) return parsed;
    // One byte at a time, because each may be the one that breaks a rule.
    headerBytes_[headerSize_++] = input.front();
    input = input.subspan(1);
  }
}

std::optional<FailureCause> IncomingMessage::check(const frame::FrameHeader& header,
                                                   std::uint64_t maxMessageSize,
                                                   std::uint32_t maxFragments) const noexcept {
  if (frame::isControl(header.opcode)) return std::nullopt;
  // RFC 6455 section 5.4: fragments follow their message's first frame, and messages don't mix.
  const bool continues = header.opcode == frame::Opcode::Continuation;
  if (continues && !insideMessage_) return FailureCause::UnexpectedContinuation;
  if (!continues && insideMessage_) return FailureCause::ExpectedContinuation;
  // RFC 7692 section 6.1: RSV1 stands on the first frame of a compressed message only.
  if (continues && header.rsv != 0) return FailureCause::ReservedBits;
  // Of a compressed message this is what comes over the wire; what it becomes is limited, too.
  const std::uint64_t before = continues ? framesPayload_ : 0;
  // The message is never above the limit, so the difference can't wrap.
  if (header.payloadLength > maxMessageSize - before) return FailureCause::MessageTooBig;
  if (continues && frames_ >= maxFragments) return FailureCause::TooManyFragments;
  return std::nullopt;
}

void IncomingMessage::beginFrame(const frame::FrameHeader& header) noexcept {
  header_ = header;
  received_ = 0;
  unmasked_ = 0;
  insideFrame_ = true;
  if (frame::isControl(header.opcode)) return;
  if (header.opcode == frame::Opcode::Continuation) {
    ++frames_;
    framesPayload_ += header.payloadLength;
    return;
  }
  insideMessage_ = true;
  isDeflated_ = header.rsv != 0;
  isLarge_ = false;
  inParts_ = false;
  hasMore_ = false;
  givenAway_ = 0;
  partBegin_ = 0;
  frames_ = 1;
  framesPayload_ = header.payloadLength;
  kind_ = header.opcode == frame::Opcode::Text ? MessageKind::Text : MessageKind::Binary;
  validator_.reset();
  message_.reset();
}

bool IncomingMessage::growFor(std::size_t size) noexcept {
  const std::size_t length = message_.byteLength() + size;
  if (length <= message_.capacity()) return true;
  const std::size_t announced = message_.byteLength() + static_cast<std::size_t>(outstanding());
  const std::size_t half = message_.capacity() + message_.capacity() / 2;
  // A single frame says how long the message is; fragments don't, so those grow by half.
  const bool isSingle = header_.fin && frames_ == 1;
  const std::size_t wanted = std::max(half, std::min(announced, kFirstReserve));
  try {
    message_.reserve(std::max(length, isSingle ? std::min(wanted, announced) : wanted));
  } catch (const std::bad_alloc&) {
    return false;
  }
  return true;
}

/// The next bytes of the current frame's payload.
std::optional<FailureCause> IncomingMessage::unmask(std::span<std::byte> payload) noexcept {
  const auto phase = static_cast<std::size_t>(received_ % 4);
  received_ += payload.size();
  if (kind_ == MessageKind::Binary) {
    if (header_.maskKey) frame::mask(payload, *header_.maskKey, phase);
    return std::nullopt;
  }
  // RFC 6455 section 8.1: text that can't become valid UTF-8 fails the connection, at once.
  const bool valid = header_.maskKey
                         ? frame::unmaskText(payload, *header_.maskKey, phase, validator_)
                         : validator_.feed(payload);
  return valid ? std::nullopt : std::optional(FailureCause::InvalidUtf8);
}

std::optional<FailureCause> IncomingMessage::absorb(std::span<std::byte>& input, Use use) {
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(outstanding(), input.size()));
  const std::span<const std::byte> part = input.first(size);
  input = input.subspan(size);
  if (size == 0) return std::nullopt;
  if (frame::isControl(header_.opcode)) {
    frame::maskCopy(control_.data() + received_, part, header_.maskKey.value_or(frame::MaskKey{}),
                    static_cast<std::size_t>(received_));
    received_ += size;
    return std::nullopt;
  }
  if (use == Use::ThrowAway) {
    received_ += size;
    return std::nullopt;
  }
  if (!growFor(size)) return FailureCause::InternalError;
  message_.append(part);
  return unmask(message_.bytes().last(size));
}

std::span<std::byte> IncomingMessage::directRoom() {
  if (!insideFrame_ || frame::isControl(header_.opcode) || outstanding() < kDirectLeast) return {};
  if (isDeflated_ || inParts_) return {};
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(outstanding(), kDirectMost));
  if (!growFor(size)) return {};
  return {message_.data() + message_.byteLength(), size};
}

std::optional<FailureCause> IncomingMessage::absorbDirectly(std::size_t size, Use use) {
  if (use == Use::ThrowAway) {
    received_ += size;
    return std::nullopt;
  }
  message_.resizeUninitialized(message_.byteLength() + size);
  return unmask(message_.bytes().last(size));
}

bool IncomingMessage::becomesLarge(std::uint64_t largeMessageSize) noexcept {
  if (isLarge_ || frame::isControl(header_.opcode)) return false;
  isLarge_ = std::max<std::uint64_t>(framesPayload_, message_.byteLength()) > largeMessageSize;
  return isLarge_;
}

std::optional<FailureCause> IncomingMessage::takePart(std::span<std::byte>& input,
                                                      std::span<std::byte>& part) noexcept {
  // What had come before it became large has been given away.
  message_.reset();
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(outstanding(), input.size()));
  part = input.first(size);
  input = input.subspan(size);
  return unmask(part);
}

/// Of a compressed message that is given away in parts only the history is still needed.
bool IncomingMessage::beginPart() noexcept {
  const std::size_t length = message_.byteLength();
  const std::size_t kept = std::min(length, kHistory);
  givenAway_ += length - kept;
  try {
    if (message_.capacity() > 2 * (kHistory + kInflatedPart)) {
      message_ = ArrayBuffer::copyOf(std::as_const(message_).bytes().last(kept));
    } else if (kept < length) {
      std::memmove(message_.data(), message_.data() + (length - kept), kept);
      message_.resizeUninitialized(kept);
    }
  } catch (const std::bad_alloc&) {
    return false;
  }
  partBegin_ = kept;
  return true;
}

/// What of `input` belongs to the current frame, unmasked where it stands.
std::span<std::byte> IncomingMessage::unmaskDeflated(std::span<std::byte> input) noexcept {
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(outstanding(), input.size()));
  const std::span<std::byte> part = input.first(size);
  if (header_.maskKey && unmasked_ < size) {
    frame::mask(part.subspan(unmasked_), *header_.maskKey,
                static_cast<std::size_t>((received_ + unmasked_) % 4));
  }
  return part;
}

std::optional<FailureCause> IncomingMessage::validate(
    std::span<const std::byte> inflated) noexcept {
  // RFC 6455 section 8.1, on what the text is decompressed to.
  if (kind_ == MessageKind::Binary || validator_.feed(inflated)) return std::nullopt;
  return FailureCause::InvalidUtf8;
}

std::optional<FailureCause> IncomingMessage::adoptInflated(std::span<const std::byte> inflated,
                                                           std::size_t taken) {
  received_ = taken;
  unmasked_ = static_cast<std::size_t>(outstanding());
  hasMore_ = true;
  try {
    message_.append(inflated);
  } catch (const std::bad_alloc&) {
    return FailureCause::InternalError;
  }
  return validate(inflated);
}

bool IncomingMessage::growForInflated(std::uint64_t most) noexcept {
  const std::size_t length = message_.byteLength();
  if (length < message_.capacity() || length == most) return true;
  // How long it will be nobody has said: some times what has been announced, then more by half.
  const std::uint64_t guess =
      std::clamp<std::uint64_t>(framesPayload_ * kGuessedRatio, kLeastInflated, kFirstReserve);
  const std::uint64_t wanted = std::max<std::uint64_t>(guess, length + length / 2);
  try {
    message_.reserve(static_cast<std::size_t>(std::min(wanted, most)));
  } catch (const std::bad_alloc&) {
    return false;
  }
  return true;
}

/// The length of message_ at which somebody is to look at it.
std::uint64_t IncomingMessage::nextStop(std::uint64_t largeMessageSize) const noexcept {
  if (inParts_) return partBegin_ + kInflatedPart;
  if (isLarge_ || largeMessageSize == UINT64_MAX) return UINT64_MAX;
  return largeMessageSize + 1;
}

/// Calls `step` with room for output, until it needs more input than it has or there is something
/// to look at.
template <typename Step>
std::optional<FailureCause> IncomingMessage::inflateUntilIdle(const ConnectionLimits& limits,
                                                              Step&& step) {
  using deflate::InflateStatus;
  const std::uint64_t most = limits.maxMessageSize - givenAway_;
  const std::uint64_t stop = nextStop(limits.largeMessageSize);
  while (true) {
    const std::size_t length = message_.byteLength();
    hasMore_ = length >= stop;
    if (hasMore_) return std::nullopt;
    if (!growForInflated(std::min(most, stop))) return FailureCause::InternalError;
    const std::uint64_t end = std::min<std::uint64_t>(message_.capacity(), std::min(most, stop));
    const auto free = static_cast<std::size_t>(end - length);
    // At the limit, one byte tells whether there is more.
    std::byte beyond{};
    std::span<std::byte> room =
        free != 0 ? std::span(message_.data() + length, free) : std::span(&beyond, 1);
    const std::size_t offered = room.size();
    const InflateStatus status = step(room);
    const std::size_t produced = offered - room.size();
    if (free == 0 && produced != 0) return FailureCause::MessageTooBig;
    message_.resizeUninitialized(length + produced);
    if (const auto broken = validate(message_.bytes().last(produced))) return broken;
    switch (status) {
      case InflateStatus::NeedsInput:
        return std::nullopt;
      case InflateStatus::NeedsOutput:
        break;
      case InflateStatus::Corrupt:
        return FailureCause::InvalidDeflate;
      case InflateStatus::OutOfMemory:
        return FailureCause::InternalError;
    }
  }
}

std::optional<FailureCause> IncomingMessage::inflate(std::span<std::byte>& input,
                                                     deflate::MessageInflater& inflater,
                                                     const ConnectionLimits& limits) {
  if (inParts_ && !beginPart()) return FailureCause::InternalError;
  const std::span<std::byte> payload = unmaskDeflated(input);
  std::span<const std::byte> rest = payload;
  const auto broken = inflateUntilIdle(
      limits, [&](std::span<std::byte>& room) { return inflater.inflate(rest, room); });
  const std::size_t taken = payload.size() - rest.size();
  input = input.subspan(taken);
  received_ += taken;
  unmasked_ = rest.size();
  if (broken || hasMore_ || !frameIsWhole() || !header_.fin) return broken;
  return inflateUntilIdle(limits,
                          [&](std::span<std::byte>& room) { return inflater.finish(room); });
}

void IncomingMessage::abandon() noexcept {
  dropMessage();
  headerSize_ = 0;
  insideFrame_ = false;
  insideMessage_ = false;
}

frame::FrameHeader IncomingMessage::endFrame() noexcept {
  insideFrame_ = false;
  if (!frame::isControl(header_.opcode) && header_.fin) insideMessage_ = false;
  return header_;
}

}  // namespace parley::protocol
