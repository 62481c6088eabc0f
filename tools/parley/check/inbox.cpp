#include "inbox.hpp"

#include "frame_text.hpp"
#include "utf8_checker.hpp"

#include <utility>

namespace parley::tool::check {

namespace {

constexpr std::size_t kMostInflated = std::size_t{256} << 20;
constexpr std::size_t kKeptKeys = 256;

bool isKnown(Opcode opcode) noexcept {
  const auto number = static_cast<unsigned>(opcode);
  return number <= 2 || (number >= 8 && number <= 10);
}

}  // namespace

bool mayBeSent(int closeCode) noexcept {
  // Section 7.4.1: 1005, 1006 and 1015 never; 7.4.2: nothing below 1000.
  return closeCode >= 1000 && closeCode != 1005 && closeCode != 1006 && closeCode != 1015;
}

/// What is wrong with a frame by itself (RFC 6455 sections 5.1, 5.2 and 5.5).
const char* Inbox::faultOf(const ReceivedFrame& frame) const {
  if (ours_ == Role::Client && frame.maskKey) return "a masked frame from a server";
  if (ours_ == Role::Server && !frame.maskKey) return "an unmasked frame from a client";
  if (!isKnown(frame.opcode)) return "a reserved opcode";
  if (!frame.isLengthShortest) return "a length that is not in its shortest form";
  if ((frame.reserved & (kRsv2 | kRsv3)) != 0) return "RSV2 or RSV3 is set";
  if ((frame.reserved & kRsv1) != 0 && !inflater_) return "RSV1 is set without an extension";
  if (!isControl(frame.opcode)) return nullptr;
  if (!frame.isFinal) return "a control frame in fragments";
  if (frame.payload.size() > 125) return "a control frame of more than 125 bytes";
  if (frame.reserved != 0) return "RSV1 on a control frame";
  return nullptr;
}

/// What is wrong with it at its place (RFC 6455 sections 5.4 and 5.5.1).
const char* Inbox::orderFaultOf(const ReceivedFrame& frame) const {
  if (isClosed_) return "a frame after its Close frame";
  if (isControl(frame.opcode)) return nullptr;
  const bool isContinuation = frame.opcode == Opcode::Continuation;
  if (isContinuation && !message_) return "a continuation of nothing";
  if (!isContinuation && message_) return "a new message inside a fragmented one";
  if (isContinuation && frame.reserved != 0) return "RSV1 on a continuation frame";
  return nullptr;
}

std::optional<Arrival> Inbox::next() {
  while (std::optional<ReceivedFrame> frame = reader_.next()) {
    trace_.received(describe(*frame));
    if (frame->maskKey && maskKeys_.size() < kKeptKeys) maskKeys_.push_back(*frame->maskKey);
    if (const char* fault = faultOf(*frame)) return Violation{fault};
    if (const char* fault = orderFaultOf(*frame)) return Violation{fault};
    if (auto arrival = arrivalOf(std::move(*frame))) return arrival;
  }
  if (reader_.isOversized()) return Violation{"a frame larger than anything it was sent"};
  return std::nullopt;
}

std::optional<Arrival> Inbox::arrivalOf(ReceivedFrame frame) {
  switch (frame.opcode) {
    case Opcode::Ping:
      return ArrivedPing{std::move(frame.payload)};
    case Opcode::Pong:
      return ArrivedPong{std::move(frame.payload)};
    case Opcode::Close:
      isClosed_ = true;
      return closeFrame(frame.payload);
    case Opcode::Continuation:
    case Opcode::Text:
    case Opcode::Binary:
      break;
  }
  return dataFrame(std::move(frame));
}

std::optional<Arrival> Inbox::dataFrame(ReceivedFrame frame) {
  if (frame.opcode != Opcode::Continuation) {
    message_ = ArrivedMessage{frame.opcode, {}};
    isCompressed_ = (frame.reserved & kRsv1) != 0;
  }
  if (message_->bytes.empty()) {
    message_->bytes = std::move(frame.payload);
  } else {
    message_->bytes += frame.payload;
  }
  if (!frame.isFinal) return std::nullopt;
  ArrivedMessage message = std::move(*message_);
  message_.reset();
  if (isCompressed_) {
    sawCompressed_ = true;
    auto inflated = inflater_->decompress(std::move(message.bytes), kMostInflated);
    if (!inflated) return Violation{"a message that does not inflate within what was agreed"};
    message.bytes = std::move(*inflated);
  }
  if (message.opcode == Opcode::Text && firstUtf8Fault(message.bytes)) {
    return Violation{"a text message that is not UTF-8"};
  }
  return message;
}

/// RFC 6455 section 5.5.1.
Arrival Inbox::closeFrame(const std::string& body) {
  if (body.empty()) return ArrivedClose{};
  if (body.size() == 1) return Violation{"a Close frame with one byte"};
  const int code = static_cast<unsigned char>(body[0]) * 256 + static_cast<unsigned char>(body[1]);
  if (!mayBeSent(code)) {
    return Violation{"a Close frame with code " + std::to_string(code) + ", which may not be sent"};
  }
  std::string reason = body.substr(2);
  if (firstUtf8Fault(reason)) return Violation{"a Close reason that is not UTF-8"};
  return ArrivedClose{code, std::move(reason)};
}

}  // namespace parley::tool::check
