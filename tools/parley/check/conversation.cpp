#include "conversation.hpp"

#include "frame_text.hpp"
#include "readable_text.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>
#include <poll.h>

namespace parley::tool::check {

namespace {

constexpr int kReadsPerTurn = 32;
/// A peer's reading may be ahead of its judgement: after it has answered it may still fail the
/// connection for what came before.
constexpr Milliseconds kAfterLiveness{500};

}  // namespace

Conversation::Conversation(const Case& theCase, const Surroundings& around, Socket socket,
                           std::string key, Clock::time_point now)
    : case_(theCase),
      around_(around),
      socket_(std::move(socket)),
      start_(now),
      now_(now),
      moved_(now),
      trace_(now),
      inbox_(around.role, trace_),
      writer_(around.role),
      phase_(Phase::Connecting),
      key_(std::move(key)) {}

Conversation::Conversation(const Case& theCase, const Surroundings& around, Socket socket,
                           const Request& request, Clock::time_point now)
    : Conversation(theCase, around, std::move(socket), std::string(), now) {
  traceHead(request.head);
  key_ = request.head.single("Sec-WebSocket-Key").value_or("");
  request_ = request.head;
  sendAnswer(request);
  inbox_.feed(request.leftover);
  scriptStart_ = now;
}

short Conversation::events() const noexcept {
  if (phase_ == Phase::Connecting) return POLLOUT;
  const bool wantsToWrite = !outbox_.isEmpty() && !outbox_.pauseEnd();
  return static_cast<short>(POLLIN | (wantsToWrite ? POLLOUT : 0));
}

Clock::time_point Conversation::deadline() const noexcept {
  Clock::time_point earliest = moved_ + around_.patience;
  if (wake_) earliest = std::min(earliest, *wake_);
  if (outbox_.pauseEnd()) earliest = std::min(earliest, *outbox_.pauseEnd());
  return earliest;
}

void Conversation::turn(short ready, Clock::time_point now) {
  now_ = now;
  trace_.setTime(now);
  if (phase_ == Phase::Connecting && ready != 0) {
    if (auto error = socket_.connectError()) {
      seen_.connectError = "can't connect: " + *error;
      return finish();
    }
    moved_ = now;
    sendRequest();
  }
  if (phase_ == Phase::Connecting) return checkPatience();
  if ((ready & (POLLIN | POLLHUP | POLLERR)) != 0) read();
  if (phase_ != Phase::Done) advance();
  if (phase_ != Phase::Done && !outbox_.isEmpty()) {
    // A lost connection shows when it is read from, behind what came before.
    if (outbox_.write(socket_, now) == Outbox::Written::Some) moved_ = now;
    if (outbox_.isEmpty()) advance();
  }
  if (phase_ != Phase::Done) checkPatience();
}

void Conversation::finish() {
  seen_.maskKeys = inbox_.maskKeys();
  phase_ = Phase::Done;
}

Milliseconds Conversation::scaled(Milliseconds time) const noexcept {
  return time * around_.patience.count() / kUsualPatience.count();
}

void Conversation::checkPatience() {
  const auto limit = 20 * around_.patience;
  if (now_ - moved_ < around_.patience && now_ - start_ < limit) return;
  if (phase_ == Phase::Connecting) seen_.connectError = "can't connect: no answer";
  trace_.note("waited in vain");
  seen_.isTimedOut = true;
  finish();
}

void Conversation::read() {
  std::string bytes;
  Socket::Read status = Socket::Read::Some;
  for (int i = 0; i < kReadsPerTurn && status == Socket::Read::Some; ++i)
    status = socket_.read(bytes);
  if (!bytes.empty()) {
    moved_ = now_;
    if (phase_ == Phase::Opening) {
      head_ += bytes;
      readAnswer();
    } else {
      inbox_.feed(bytes);
    }
    if (phase_ != Phase::Done && phase_ != Phase::Opening) handleArrivals();
  }
  if (phase_ == Phase::Done) return;
  if (status == Socket::Read::End) onTcpEnd(Observation::TcpEnd::End);
  if (status == Socket::Read::Reset) onTcpEnd(Observation::TcpEnd::Reset);
}

void Conversation::handleArrivals() {
  while (auto arrival = inbox_.next()) {
    if (auto* message = std::get_if<ArrivedMessage>(&*arrival)) onMessage(*message);
    if (auto* ping = std::get_if<ArrivedPing>(&*arrival)) onPing(*ping);
    if (auto* pong = std::get_if<ArrivedPong>(&*arrival)) onPong(std::move(*pong));
    if (auto* close = std::get_if<ArrivedClose>(&*arrival)) onClose(std::move(*close));
    if (auto* violation = std::get_if<Violation>(&*arrival)) {
      seen_.violation = std::move(violation->text);
      return finish();
    }
    if (phase_ == Phase::Done) return;
  }
}

void Conversation::onMessage(const ArrivedMessage& message) {
  const auto& runs = case_.expected.messages;
  const std::string got = fmt::format("{} of {} bytes {}", nameOf(message.opcode),
                                      message.bytes.size(), inQuotes(message.bytes));
  if (expectedRun_ == runs.size()) {
    seen_.mismatch = "an unexpected message: " + got;
    return finish();
  }
  const ExpectedMessages& run = runs[expectedRun_];
  const Payload wanted = run.payload.numbered(withinRun_);
  if (message.opcode != run.opcode || message.bytes != wanted.bytes()) {
    seen_.mismatch = fmt::format("message {}: {} instead of {} of {} bytes", seen_.messages + 1,
                                 got, nameOf(run.opcode), wanted.size());
    return finish();
  }
  ++seen_.messages;
  if (++withinRun_ == run.count) {
    ++expectedRun_;
    withinRun_ = 0;
  }
  if (hasAllAnswers()) seen_.exchange = now_ - scriptStart_;
}

void Conversation::onPing(const ArrivedPing& ping) {
  // RFC 6455 section 5.5.2: answered, unless the peer's Close has come; nothing follows our own.
  if (isCloseSent_ || seen_.close) return;
  sendFrame({.opcode = Opcode::Pong, .payload = ping.payload}, {});
}

void Conversation::onPong(ArrivedPong pong) {
  if (pong.payload == kLiveness) {
    seen_.isAlive = true;
    wake_ = now_ + scaled(kAfterLiveness);
    return;
  }
  // Any other is unsolicited, which section 5.5.3 allows.
  const auto& pings = case_.expected.pongs;
  if (std::find(pings.begin(), pings.end(), pong.payload) == pings.end()) return;
  seen_.pongs.push_back(std::move(pong.payload));
  if (hasAllAnswers()) seen_.exchange = now_ - scriptStart_;
}

void Conversation::onClose(ArrivedClose close) {
  seen_.closedByUs = isCloseSent_;
  seen_.endedAtStep = step_;
  seen_.close = std::move(close);
  // In the middle of a frame of ours there is no room for another one.
  if (!isCloseSent_ && outbox_.isEmpty()) sendClose(seen_.close->code);
  wake_.reset();
  phase_ = Phase::Draining;
}

void Conversation::onTcpEnd(Observation::TcpEnd end) {
  seen_.tcpEnd = end;
  trace_.note(end == Observation::TcpEnd::End ? "TCP ended" : "TCP reset");
  if (!seen_.close) seen_.endedAtStep = step_;
  if (phase_ == Phase::Opening) seen_.opening = Observation::Opening::Refused;
  finish();
}

}  // namespace parley::tool::check
