#include "fuzz/connection_driver.hpp"

#include "fuzz/require.hpp"

#include <array>
#include <optional>
#include <utility>

namespace parley::fuzz {

using protocol::ClosedEvent;
using protocol::Connection;
using protocol::Disposition;
using protocol::Role;
using Phase = ReceiverModel::Phase;

ConnectionDriver::ConnectionDriver(const ConnectionScript& script, Reading reading,
                                   const Splitter& splitter)
    : script_(script),
      reading_(reading),
      splitter_(splitter),
      entropy_(7),
      connection_(script.role, script.limits, entropy_, pool_, clock_.now()),
      model_(script.role, script.limits),
      sent_(script.role) {}

std::string ConnectionDriver::run() {
  for (const Operation& operation : script_.operations) {
    perform(operation);
    settle();
  }
  finish();
  return std::move(trace_);
}

// A dispatch switch: one case per kind of operation.
void ConnectionDriver::perform(const Operation& operation) {
  switch (operation.kind) {
    case Operation::Kind::Arrive:
      return arrive(operation);
    case Operation::Kind::SendText:
      return sendText(operation.data, operation.ownership);
    case Operation::Kind::SendBinary:
      return sendBinary(operation.data, operation.ownership);
    case Operation::Kind::Ping:
      return ping(operation.data);
    case Operation::Kind::Close:
      return close(operation);
    case Operation::Kind::Fail:
      return fail(operation.cause);
    case Operation::Kind::EndOfInput:
      return endOfInput();
    case Operation::Kind::TransportLost:
      return connection_.transportLost(now());
    case Operation::Kind::Wait:
      return wait(operation.wait);
    case Operation::Kind::LookEarly:
      return lookEarly();
    case Operation::Kind::Write:
      return write(operation.amount, operation.pieces);
    case Operation::Kind::Retain:
      connection_.retainOutput();
      return require(!connection_.borrowsPayload(), "what is retained is not borrowed");
    case Operation::Kind::EventHandled:
      return connection_.eventHandled();
  }
}

Phase ConnectionDriver::phase() const {
  if (connection_.disposition() != Disposition::Keep) return Phase::Done;
  return connection_.canSend() ? Phase::Open : Phase::Discarding;
}

void ConnectionDriver::followConnection() {
  model_.setPhase(phase());
}

void ConnectionDriver::endOfInput() {
  const bool handshakeIsComplete = model_.peerClose() && !model_.cause();
  if (handshakeIsComplete && !connection_.hasOutput() && !isClosed_) mustBeClean_ = true;
  connection_.endOfInput(now());
}

void ConnectionDriver::wait(protocol::Duration duration) {
  clock_.advance(duration);
  lookAtDeadline();
}

void ConnectionDriver::lookEarly() {
  const auto deadline = connection_.deadline();
  if (!deadline || *deadline <= now()) return;
  connection_.deadlinePassed(now());
  require(connection_.deadline() == deadline, "to look early changes nothing");
}

void ConnectionDriver::lookAtDeadline() {
  // A keep-alive deadline may be followed at once by that of closing, but not for ever.
  for (int i = 0; connection_.deadline() && *connection_.deadline() <= now(); ++i) {
    require(i < 4, "a deadline that has passed is over");
    const Phase before = phase();
    connection_.deadlinePassed(now());
    if (before == Phase::Open && phase() == Phase::Discarding) {
      sent_.close(closeBody(CloseCode::kGoingAway, ""), SentChecker::Body::Begins);
    }
    followConnection();
  }
}

// The law's drain, but for the output, which the script takes as it likes.
void ConnectionDriver::settle() {
  followConnection();
  const Disposition disposition = connection_.disposition();
  require(disposition == disposition_ || disposition_ == Disposition::Keep ||
              disposition == Disposition::Drop,
          "a disposition never goes back");
  disposition_ = disposition;
  require(!connection_.latency() || *connection_.latency() >= protocol::Duration(0),
          "no answer comes before its question");
  require(connection_.canSend() == (phase() == Phase::Open), "who may send is open");
  checkUnsent();
  if (auto event = connection_.closed()) {
    require(!isClosed_, "closed is said once");
    isClosed_ = true;
    checkClosed(*event);
    trace_ += "closed " + std::to_string(event->code) + event->reason +
              (event->failed ? std::string(describe(event->cause)) : std::string()) + "\n";
  }
  require(isClosed_ == (disposition == Disposition::Drop), "who is dropped is closed");
  require(!isClosed_ || !connection_.deadline(), "the end has no deadline");
  trace_ += std::to_string(static_cast<int>(disposition)) + " " +
            std::to_string(connection_.unsentPayload()) + " " +
            std::to_string(connection_.outputSize()) + " " +
            std::to_string(connection_.deadline().value_or(now()).time_since_epoch().count()) +
            "\n";
}

void ConnectionDriver::checkClosed(const ClosedEvent& event) const {
  require(event.wasClean != event.failed, "a connection that did not fail was clean");
  require(event.wasClean || !mustBeClean_, "a whole closing handshake is clean");
  if (event.failed) {
    require(event.code == CloseCode::kAbnormalClosure && event.reason.empty(),
            "a failed connection is 1006");
    require(!model_.cause() || event.cause == *model_.cause(), "for the rule that was broken");
    return;
  }
  require(model_.peerClose() && sent_.wroteClose(), "clean needs both Close frames");
  const std::string& body = *model_.peerClose();
  const std::string said = body.empty() ? "" : closeBody(event.code, event.reason);
  require(said == body, "the code and the reason are the peer's");
  require(!body.empty() || event.code == CloseCode::kNoStatusReceived, "or none");
}

void ConnectionDriver::requireNothingMoves() {
  std::array<std::byte, 3> bytes{std::byte{0x81}, std::byte{0x01}, std::byte{0x41}};
  std::span<std::byte> input(bytes);
  const auto event = connection_.receive(input, now());
  require(event.type == protocol::ConnectionEvent::Type::None && input.empty(),
          "there are no events behind the end");
  require(connection_.directBuffer().empty(), "and no room");
  require(connection_.sendText("x"), "a text is ignored");
  connection_.sendBinary(bytes);
  connection_.ping(bytes, now());
  connection_.close(1000, "", now());
  connection_.fail(protocol::FailureCause::InternalError, now());
  connection_.endOfInput(now());
  connection_.transportLost(now());
  connection_.deadlinePassed(now());
  connection_.retainOutput();
  std::array<protocol::OutputPiece, 2> pieces;
  require(connection_.output(pieces) == 0 && !connection_.hasOutput(), "nothing is written");
  require(!connection_.closed() && connection_.disposition() == Disposition::Drop,
          "and nothing ends again");
}

void ConnectionDriver::finish() {
  write(SIZE_MAX, 4);
  settle();
  endOfInput();
  settle();
  write(SIZE_MAX, 1);
  settle();
  connection_.transportLost(now());
  settle();
  require(isClosed_, "a lost transport is the end");
  requireNothingMoves();
  settle();
  // What connections share has been given back, and is by one that goes with its output; the next
  // one stands where that one stood.
  std::optional<Connection> other;
  for (int i = 0; i < 2; ++i) {
    other.emplace(Role::Server, script_.limits, entropy_, pool_, now());
    other->sendBinary(asBytes("x"));
    std::array<protocol::OutputPiece, 2> pieces;
    require(other->output(pieces) == 1 && pieces[0].size == 3, "the pool is clean");
  }
}

}  // namespace parley::fuzz
