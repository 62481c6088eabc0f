#include "fuzz/receiver_model.hpp"

#include "fuzz/utf8_reference.hpp"

#include <algorithm>
#include <utility>

namespace parley::fuzz {

using protocol::FailureCause;

std::string ReceiverModel::next() {
  while (at_ < stream_.size() && phase_ != Phase::Done) {
    std::string event =
        insideFrame_ ? takePayload() : takeHeader(static_cast<std::uint8_t>(stream_[at_++]));
    if (!event.empty()) return event;
  }
  stream_.clear();
  at_ = 0;
  return {};
}

std::string ReceiverModel::fail(FailureCause cause) {
  cause_ = cause;
  phase_ = Phase::Done;
  return {};
}

std::string ReceiverModel::takeHeader(std::uint8_t byte) {
  switch (headers_.take(byte)) {
    case ReferenceHeaderReader::Outcome::NeedMore:
      return {};
    case ReferenceHeaderReader::Outcome::Broken:
      return fail(headers_.cause());
    case ReferenceHeaderReader::Outcome::Whole:
      break;
  }
  return beginFrame();
}

std::string ReceiverModel::takePayload() {
  const ReferenceHeader& header = headers_.header();
  std::string plain = stream_.substr(at_, static_cast<std::size_t>(std::min<std::uint64_t>(
                                              header.length - received_, stream_.size() - at_)));
  if (header.key) applyKey(plain, *header.key, received_);
  at_ += plain.size();
  received_ += plain.size();
  if (isControlOpcode(header.opcode)) {
    control_ += plain;
  } else if (phase_ == Phase::Open) {
    message_ += plain;
    if (kind_ == kText && textIsBroken(plain)) return fail(FailureCause::InvalidUtf8);
  }
  return received_ == header.length ? endFrame() : std::string();
}

bool ReceiverModel::textIsBroken(std::string_view next) {
  character_ += next;
  const auto verdict = Utf8Reference::judgeText(character_);
  character_.erase(0, verdict.openAt);
  return verdict.firstError.has_value();
}

// RFC 6455 section 5.4: fragments follow their first frame, and only control frames stand between.
std::optional<FailureCause> ReceiverModel::judgeFrame() const {
  const ReferenceHeader& header = headers_.header();
  const bool continues = header.opcode == kContinuation;
  if (continues && !insideMessage_) return FailureCause::UnexpectedContinuation;
  if (!continues && insideMessage_) return FailureCause::ExpectedContinuation;
  if (phase_ != Phase::Open) return std::nullopt;
  const std::uint64_t before = continues ? message_.size() : 0;
  if (before + header.length > limits_.maxMessageSize) return FailureCause::MessageTooBig;
  if (continues && frames_ + 1 > limits_.maxFragments) return FailureCause::TooManyFragments;
  return std::nullopt;
}

std::string ReceiverModel::beginFrame() {
  const ReferenceHeader& header = headers_.header();
  received_ = 0;
  insideFrame_ = true;
  if (isControlOpcode(header.opcode)) {
    control_.clear();
  } else {
    if (const auto broken = judgeFrame()) return fail(*broken);
    if (header.opcode != kContinuation) {
      kind_ = header.opcode;
      frames_ = 0;
      message_.clear();
      character_.clear();
      insideMessage_ = true;
    }
    ++frames_;
  }
  return header.length == 0 ? endFrame() : std::string();
}

std::string ReceiverModel::endFrame() {
  insideFrame_ = false;
  if (isControlOpcode(headers_.header().opcode)) return endControl();
  return headers_.header().fin ? endMessage() : std::string();
}

std::string ReceiverModel::endMessage() {
  insideMessage_ = false;
  if (phase_ != Phase::Open) return {};
  if (kind_ == kBinary) return "binary:" + message_;
  if (!character_.empty()) return fail(FailureCause::InvalidUtf8);
  return "text:" + message_;
}

std::string ReceiverModel::endControl() {
  const bool isOpen = phase_ == Phase::Open;
  if (headers_.header().opcode == kPing) return isOpen ? "ping:" + control_ : "";
  if (headers_.header().opcode == kPong) return isOpen ? "pong:" + control_ : "";
  if (control_.size() == 1) return fail(FailureCause::CloseBodyOneByte);
  if (control_.size() > 1) {
    const int code =
        static_cast<std::uint8_t>(control_[0]) * 256 + static_cast<std::uint8_t>(control_[1]);
    if (!CloseCode(code).isAllowedOnWire()) return fail(FailureCause::CloseCodeIllegal);
    if (!Utf8Reference::isValid(std::string_view(control_).substr(2))) {
      return fail(FailureCause::CloseReasonNotUtf8);
    }
  }
  peerClose_ = control_;
  phase_ = Phase::Done;
  return isOpen ? "closing started" : "";
}

}  // namespace parley::fuzz
