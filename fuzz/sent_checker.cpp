#include "fuzz/sent_checker.hpp"

#include "fuzz/require.hpp"
#include "fuzz/utf8_reference.hpp"

#include <algorithm>

namespace parley::fuzz {

namespace {

/// Is `data` in `list`? Then once less. In no order: the latest Ping or Pong may overtake one that
/// already waits among the messages, which RFC 6455 section 5.5.3 leaves to us.
bool takeFrom(std::vector<std::string>& list, const std::string& data) {
  const auto found = std::find(list.begin(), list.end(), data);
  if (found == list.end()) return false;
  list.erase(found);
  return true;
}

}  // namespace

std::string closeBody(std::uint16_t code, std::string_view reason) {
  constexpr std::size_t kMostReason = 123;
  std::string body{static_cast<char>(code / 256), static_cast<char>(code % 256)};
  const std::string whole = Utf8Reference::replaceInvalid(reason);
  const std::string_view cut = std::string_view(whole).substr(0, kMostReason);
  return body.append(cut.substr(0, Utf8Reference::judgeText(cut).openAt));
}

void SentChecker::message(protocol::MessageKind kind, std::string_view data) {
  messages_.push_back({kind, std::string(data)});
  accepted_ += data.size();
}

void SentChecker::close(std::string_view body, Body kind) {
  if (expectedClose_) return;
  expectedClose_ = body;
  closeBody_ = kind;
}

void SentChecker::feed(std::string_view bytes) {
  wire_.feed(bytes);
  require(!wire_.failure(), "what is sent are frames");
  while (checked_ < wire_.frames().size()) check(wire_.frames()[checked_++]);
}

void SentChecker::check(const ReferenceFrame& frame) {
  require(!wroteClose_, "nothing is sent behind a Close frame");
  checkKey(frame.header);
  switch (frame.header.opcode) {
    case kClose:
      return checkClose(frame.payload);
    case kPing:
      // Those of keep-alive are empty.
      require(frame.payload.empty() || takeFrom(pings_, frame.payload), "a Ping was asked for");
      return;
    case kPong:
      require(takeFrom(received_, frame.payload), "a Pong answers a Ping");
      return;
    default:
      return checkData(frame);
  }
}

void SentChecker::checkKey(const ReferenceHeader& header) {
  // RFC 6455 section 5.3: a fresh key for each frame; the fixed entropy never repeats at once.
  if (!header.key) return;
  require(lastKey_ != header.key, "a masking key is fresh");
  lastKey_ = header.key;
}

void SentChecker::checkData(const ReferenceFrame& frame) {
  require(nextMessage_ < messages_.size(), "a message was asked for");
  const SentMessage& message = messages_[nextMessage_];
  const bool continues = frame.header.opcode == kContinuation;
  require(continues == offset_.has_value(), "fragments stand in order");
  if (!continues) {
    const unsigned opcode = message.kind == protocol::MessageKind::Text ? kText : kBinary;
    require(frame.header.opcode == opcode, "a message has its kind");
    isDeflated_ = frame.header.rsv != 0;
  }
  // RFC 7692 section 6.1.
  require(!continues || frame.header.rsv == 0, "only a first frame is marked as compressed");
  const std::size_t offset = offset_.value_or(0);
  require(isDeflated_ || message.data.compare(offset, frame.payload.size(), frame.payload) == 0,
          "a message has its bytes");
  offset_ = offset + frame.payload.size();
  if (!frame.header.fin) return;
  require(isDeflated_ ? *offset_ < message.data.size() : *offset_ == message.data.size(),
          "and all of them");
  offset_.reset();
  ++nextMessage_;
}

void SentChecker::checkClose(const std::string& body) {
  require(expectedClose_.has_value(), "a Close frame has a reason to be sent");
  require(closeBody_ == Body::Exactly ? body == *expectedClose_ : body.starts_with(*expectedClose_),
          "and says it");
  wroteClose_ = true;
}

}  // namespace parley::fuzz
