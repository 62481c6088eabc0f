#include "conversation.hpp"
#include "frame_text.hpp"
#include "readable_text.hpp"

#include <algorithm>
#include <utility>

namespace parley::tool::check {

namespace {

constexpr std::size_t kEnoughAhead = std::size_t{1} << 20;
/// Silence after which a peer that should have failed the connection is asked whether it is there.
constexpr Milliseconds kBeforeLiveness{100};
/// A server ends TCP at once (RFC 6455 section 7.1.1).
constexpr Milliseconds kTcpEnd{1000};

}  // namespace

void Conversation::advance() {
  if (phase_ == Phase::Script) runScript();
  if (phase_ == Phase::Ending) end();
  if (phase_ == Phase::Draining) drain();
}

void Conversation::runScript() {
  if (scriptStart_ == Clock::time_point{}) scriptStart_ = now_;
  const bool isPointless =
      seen_.isDeclined ||
      (around_.role == Role::Client && case_.expected.ending.kind == Ending::Kind::Refused &&
       !case_.expected.alternative);
  while (!isPointless && step_ < case_.steps.size()) {
    if (outbox_.size() > kEnoughAhead) return;
    const auto progress =
        std::visit([this](const auto& step) { return perform(step); }, case_.steps[step_]);
    if (progress == Progress::Blocked) return;
    sentOfStep_ = 0;
    wake_.reset();
    ++step_;
  }
  wake_.reset();
  phase_ = Phase::Ending;
}

Conversation::Progress Conversation::perform(const SendFrame& step) {
  sendFrame(step.frame, step.chop);
  if (step.frame.opcode == Opcode::Close) isCloseSent_ = true;
  return Progress::Done;
}

Conversation::Progress Conversation::perform(const SendBytes& step) {
  trace_.sent("bytes " + inQuotes(step.bytes));
  outbox_.add(step.bytes, step.chop);
  return Progress::Done;
}

Conversation::Progress Conversation::perform(const SendMessages& step) {
  while (sentOfStep_ < step.count) {
    const bool isWaiting =
        step.pace == SendMessages::Pace::OneByOne && seen_.messages < messagesDue_;
    if (isWaiting || outbox_.size() > kEnoughAhead) return Progress::Blocked;
    sendMessage(step, step.payload.numbered(sentOfStep_));
    ++sentOfStep_;
    ++messagesDue_;
  }
  return Progress::Done;
}

Conversation::Progress Conversation::perform(const Await& step) {
  const auto& pings = case_.expected.pongs;
  const bool hasPongs =
      step.pongs == 0 || (!seen_.pongs.empty() && seen_.pongs.back() == pings[step.pongs - 1]);
  return seen_.messages >= step.messages && hasPongs ? Progress::Done : Progress::Blocked;
}

Conversation::Progress Conversation::perform(const Probe& step) {
  if (!outbox_.isEmpty()) return Progress::Blocked;
  if (!wake_) wake_ = now_ + scaled(step.time);
  return now_ >= *wake_ ? Progress::Done : Progress::Blocked;
}

Conversation::Progress Conversation::perform(const EndOutput&) {
  if (!outbox_.isEmpty()) return Progress::Blocked;
  trace_.note("we end our half of TCP");
  socket_.endOutput();
  isOutputEnded_ = true;
  return Progress::Done;
}

void Conversation::sendMessage(const SendMessages& step, const Payload& payload) {
  const bool isCompressed = deflater_ && step.compression == SendMessages::Compression::AsAgreed;
  const std::string bytes = isCompressed ? deflater_->compress(payload.bytes()) : payload.bytes();
  const std::size_t size = step.fragmentSize > 0 ? step.fragmentSize : bytes.size();
  std::size_t begin = 0;
  do {
    const bool isFirst = begin == 0;
    sendFrame({.opcode = isFirst ? step.opcode : Opcode::Continuation,
               .payload = bytes.substr(begin, size),
               .isFinal = begin + size >= bytes.size(),
               .reserved = isFirst && isCompressed ? kRsv1 : std::uint8_t{0}},
              step.chop);
    begin += size;
  } while (begin < bytes.size());
}

void Conversation::sendFrame(const Frame& frame, const Chop& chop) {
  trace_.sent(describe(frame, around_.role));
  outbox_.add(writer_.write(frame), chop);
}

void Conversation::sendClose(const std::optional<int>& code) {
  Frame frame{.opcode = Opcode::Close};
  if (code) frame.payload = closeBody(static_cast<std::uint16_t>(*code));
  sendFrame(frame, {});
  isCloseSent_ = true;
}

bool Conversation::hasAllAnswers() const {
  const auto& pings = case_.expected.pongs;
  const bool hasPongs =
      pings.empty() || (!seen_.pongs.empty() && seen_.pongs.back() == pings.back());
  return expectedRun_ == case_.expected.messages.size() && hasPongs;
}

/// The script is over.
void Conversation::end() {
  if (seen_.isDeclined) {
    if (!isCloseSent_) sendClose(1000);
    return;
  }
  switch (case_.expected.ending.kind) {
    case Ending::Kind::WeClose:
      return endClosing();
    case Ending::Kind::Refused:
      if (!case_.expected.alternative) return finish();
      return endClosing();
    case Ending::Kind::Failed:
    case Ending::Kind::NotOpened:
      return endFailing();
    case Ending::Kind::Answered:
    case Ending::Kind::Lost:
      return;
  }
}

void Conversation::endClosing() {
  if (!isCloseSent_ && hasAllAnswers()) sendClose(1000);
}

void Conversation::endFailing() {
  if (!outbox_.isEmpty()) return;
  if (!wake_) wake_ = now_ + kBeforeLiveness;
  if (now_ < *wake_) return;
  if (!isLivenessAsked_) {
    isLivenessAsked_ = true;
    sendFrame({.opcode = Opcode::Ping, .payload = kLiveness}, {});
    wake_ = now_ + around_.patience;
  } else if (seen_.isAlive) {
    finish();
  }
}

void Conversation::drain() {
  if (!outbox_.isEmpty()) return;
  if (!wake_) wake_ = now_ + scaled(kTcpEnd);
  if (around_.role == Role::Server && !isOutputEnded_) {
    trace_.note("we end TCP");
    socket_.endOutput();
    isOutputEnded_ = true;
  }
  if (now_ < *wake_) return;
  seen_.isTcpLeftOpen = around_.role == Role::Client;
  finish();
}

}  // namespace parley::tool::check
