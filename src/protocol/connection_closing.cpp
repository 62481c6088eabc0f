#include "bytes/utf8.hpp"
#include "frame/close_payload.hpp"
#include "protocol/closing.hpp"
#include "protocol/connection_state.hpp"
#include "protocol/incoming_message.hpp"
#include "protocol/output_queue.hpp"

#include <parley/protocol/connection.hpp>

#include <array>
#include <string>
#include <utility>

// The ways to the end (RFC 6455 section 7).

namespace parley::protocol {

Closing& Connection::startClosing(Side first, Time now) {
  if (!closing_) {
    closing_ = std::make_unique<Closing>(
        Closing{.deadline = later(now, limits_->closeTimeout), .first = first});
    const OutputQueue* const queue = waiting_.queue();
    const bool waits = queue != nullptr && (queue->stalledSince() || queue->unprovided() != 0);
    if (waits) closing_->output = Closing::Output::Waits;
    outputTaken_ = Activity::None;
  }
  return *closing_;
}

void Connection::close(std::optional<CloseCode> code, std::string_view reason, Time now) {
  if (state_ != ConnectionState::Open) return;
  startClosing(Side::Local, now);
  // RFC 6455 section 5.5.1: a reason stands behind a code, so one alone gets 1000.
  if (!code && !reason.empty()) code = CloseCode::kNormalClosure;
  std::array<std::byte, frame::kMaxControlPayload> body;
  std::size_t size = 0;
  // Section 7.4.1: 1005, 1006 and 1015 describe what was not sent; they never are.
  if (code && code->isAllowedOnWire()) {
    size = frame::encodeClosePayload(body, *code, bytes::replaceInvalidUtf8(reason));
  }
  queueCloseFrame({body.data(), size});
  advance(ConnectionStep::QueueClose);
  // What still comes is thrown away, and so is what has come of an unfinished message.
  if (incoming_) incoming_->dropMessage();
}

void Connection::fail(FailureCause cause, Time now) {
  if (!isReading()) return;
  const CloseCode code = closeCodeOf(cause);
  if (!code.isAllowedOnWire()) return endAsFailed(cause, Side::Local, now);
  Closing& closing = startClosing(Side::Local, now);
  closing.cause = cause;
  if (state_ == ConnectionState::Open) {
    // A peer that does not read will not read the Close frame sooner for what is before it, and
    // what is not there yet need not be fetched for a peer that failed.
    const bool isMuch = cause == FailureCause::OutgoingBufferFull || unprovidedPayload() != 0;
    if (isMuch) closing.lostPayload += dropUnbegun();
    std::array<std::byte, frame::kMaxControlPayload> body;
    const std::size_t size = frame::encodeClosePayload(body, code, describe(cause));
    queueCloseFrame({body.data(), size});
  }
  advance(ConnectionStep::Fail);
  if (incoming_) incoming_->abandon();
}

bool Connection::closingIsComplete() const noexcept {
  // Our Close frame is the last of our output, so without output it was taken.
  return state_ == ConnectionState::CloseComplete && !hasOutput();
}

void Connection::end() noexcept {
  closing_->lostPayload = unsentPayload();
  if (incoming_) incoming_->abandon();
  if (memory_->cork().holdsFramesOf(this)) memory_->cork().clear();
  dropWaiting();
  advance(ConnectionStep::End);
}

void Connection::endAsFailed(FailureCause cause, Side first, Time now) {
  Closing& closing = startClosing(first, now);
  if (!closing.cause) closing.cause = cause;
  end();
}

void Connection::endOfInput(Time now) {
  switch (state_) {
    case ConnectionState::Open:
    case ConnectionState::CloseSent:
      // RFC 6455 section 7.2.1: a transport that ends without the peer's Close frame was lost.
      return endAsFailed(FailureCause::EndedWithoutClose, Side::Remote, now);
    case ConnectionState::CloseComplete:
    case ConnectionState::Failed:
      // The peer may have ended its side only: our Close frame can still reach it.
      closing_->input = Closing::Input::Ended;
      if (!hasOutput()) end();
      return;
    case ConnectionState::Ended:
    case ConnectionState::Reported:
      return;
  }
}

void Connection::transportLost(Time now) {
  if (state_ == ConnectionState::Ended || state_ == ConnectionState::Reported) return;
  if (closingIsComplete()) return end();
  endAsFailed(FailureCause::TransportLost, Side::Remote, now);
}

/// Messages wait before our Close frame, and since the last time some of them have left.
bool Connection::closingMoves() noexcept {
  if (state_ == ConnectionState::Failed || closing_->output == Closing::Output::Flows) return false;
  if (outputTaken_ == Activity::None) return false;
  outputTaken_ = Activity::None;
  closing_->output = hasOutput() ? Closing::Output::Waits : Closing::Output::Flows;
  return true;
}

void Connection::deadlinePassed(Time now) {
  switch (state_) {
    case ConnectionState::Open:
      return openDeadlinePassed(now);
    case ConnectionState::CloseSent:
    case ConnectionState::CloseComplete:
    case ConnectionState::Failed:
      if (now < closing_->deadline) return;
      if (closingIsComplete()) return end();
      if (closingMoves()) {
        closing_->deadline = later(now, limits_->closeTimeout);
        return;
      }
      return endAsFailed(FailureCause::CloseTimeout, Side::Local, now);
    case ConnectionState::Ended:
    case ConnectionState::Reported:
      return;
  }
}

std::optional<Time> Connection::deadline() const noexcept {
  switch (state_) {
    case ConnectionState::Open:
      return openDeadline();
    case ConnectionState::CloseSent:
    case ConnectionState::CloseComplete:
    case ConnectionState::Failed:
      return closing_->deadline;
    case ConnectionState::Ended:
    case ConnectionState::Reported:
      return std::nullopt;
  }
  return std::nullopt;
}

Disposition Connection::disposition() const noexcept {
  switch (state_) {
    case ConnectionState::Open:
    case ConnectionState::CloseSent:
      return Disposition::Keep;
    case ConnectionState::CloseComplete:
      // RFC 6455 section 7.1.1: the server ends TCP first, so that it is the one to hold TIME_WAIT
      // no longer than needed and the client's port is free at once.
      return role_ == Role::Server ? Disposition::FinishThenWait : Disposition::WaitForEnd;
    case ConnectionState::Failed:
      // Reading on until the peer ends: closing with unread input would reset the transport, and
      // the reset could overtake our Close frame.
      return Disposition::FinishThenWait;
    case ConnectionState::Ended:
    case ConnectionState::Reported:
      return Disposition::Drop;
  }
  return Disposition::Drop;
}

std::optional<ClosedEvent> Connection::closed() {
  if (state_ != ConnectionState::Ended) return std::nullopt;
  advance(ConnectionStep::Report);
  ClosedEvent event;
  event.closedFirst = closing_->first;
  if (closing_->cause) {
    // WebSockets section 4: a failed connection is 1006 without a reason, whatever the peer sent.
    event.failed = true;
    event.cause = *closing_->cause;
    return event;
  }
  event.code = closing_->code;
  event.reason = std::exchange(closing_->reason, {});
  event.wasClean = true;
  return event;
}

}  // namespace parley::protocol
