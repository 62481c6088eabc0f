#include "frame/frame_header.hpp"
#include "protocol/connection_state.hpp"
#include "protocol/message_compression.hpp"
#include "protocol/output_queue.hpp"

#include <parley/protocol/connection.hpp>

#include <algorithm>

// The deadlines of an open connection, and the latency.

namespace parley::protocol {

namespace {

/// Tells the Pong to our last Ping from one to an earlier or to none (FNV-1a); a mistake would only
/// falsify the latency.
std::uint32_t digest(std::span<const std::byte> data) noexcept {
  std::uint32_t hash = 2166136261U;
  for (const std::byte byte : data) {
    hash = (hash ^ std::to_integer<std::uint32_t>(byte)) * 16777619U;
  }
  return hash;
}

/// A wait of nothing would ping without end.
Duration atLeastOne(Duration duration) noexcept {
  return std::max(duration, Duration(1));
}

}  // namespace

bool Connection::pingIsUnanswered() const noexcept {
  // Any byte that came since counts as an answer. A Ping is only queued after a silence, so a byte
  // of the same millisecond came after it.
  return pingStage_ != PingStage::None && lastReceived_ < pingWaitsSince_;
}

std::optional<Time> Connection::writeDeadline() const noexcept {
  const OutputQueue* const queue = waiting_.queue();
  if (!limits_->writeTimeout || queue == nullptr) return std::nullopt;
  const std::optional<Time> since = queue->stalledSince();
  if (!since) return std::nullopt;
  return later(*since, atLeastOne(*limits_->writeTimeout));
}

/// When the Ping is due, or its answer.
std::optional<Time> Connection::pingDeadline() const noexcept {
  if (reading_ == Reading::Paused) return std::nullopt;
  if (pingIsUnanswered()) return later(pingWaitsSince_, atLeastOne(limits_->pingTimeout));
  if (!limits_->pingAfter) return std::nullopt;
  return later(lastReceived_, atLeastOne(*limits_->pingAfter));
}

void Connection::pauseReading() noexcept {
  reading_ = Reading::Paused;
}

void Connection::resumeReading(Time now) noexcept {
  if (reading_ == Reading::Running) return;
  reading_ = Reading::Running;
  // Silence begins here; an answer that has come meanwhile is read next.
  lastReceived_ = now;
  if (pingStage_ != PingStage::None) pingWaitsSince_ = now;
}

std::optional<Time> Connection::openDeadline() const noexcept {
  std::optional<Time> earliest = pingDeadline();
  if (limits_->idleTimeout) {
    const Time idle = later(lastMessage_, atLeastOne(*limits_->idleTimeout));
    earliest = earliest ? std::min(*earliest, idle) : idle;
  }
  if (compression_) {
    if (const auto quiet = compression_->deadline()) {
      earliest = earliest ? std::min(*earliest, *quiet) : *quiet;
    }
  }
  if (const auto write = writeDeadline())
    earliest = earliest ? std::min(*earliest, *write) : *write;
  return earliest;
}

void Connection::openDeadlinePassed(Time now) {
  if (compression_) compression_->deadlinePassed(now);
  if (const auto write = writeDeadline(); write && now >= *write) {
    return fail(FailureCause::WriteTimeout, now);
  }
  if (limits_->idleTimeout && now >= later(lastMessage_, atLeastOne(*limits_->idleTimeout))) {
    // When a message was sent is not known to the millisecond: rather wait too long than cut it
    // off.
    if (untimedSend_ == Activity::None) {
      return close(CloseCode::kGoingAway, "idle for too long", now);
    }
    untimedSend_ = Activity::None;
    lastMessage_ = now;
  }
  const std::optional<Time> ping = pingDeadline();
  if (!ping || now < *ping) return;
  if (pingIsUnanswered()) return pingDeadlinePassed(now);
  pingStage_ = PingStage::Queued;
  pingWaitsSince_ = now;
  outputTaken_ = Activity::None;
  expectPong({}, now);
  sendControl(frame::Opcode::Ping, {});
}

void Connection::pingDeadlinePassed(Time now) {
  switch (pingStage_) {
    case PingStage::Queued:
    case PingStage::Delayed:
      // The Ping waits behind other output. As long as that moves, the peer lives.
      if (outputTaken_ == Activity::None) break;
      outputTaken_ = Activity::None;
      pingWaitsSince_ = now;
      return;
    case PingStage::SentLate:
      pingStage_ = PingStage::Sent;
      pingWaitsSince_ = now;
      return;
    case PingStage::Sent:
    case PingStage::None:
      break;
  }
  fail(FailureCause::PingTimeout, now);
}

void Connection::pingTaken() noexcept {
  if (pingStage_ == PingStage::Queued) pingStage_ = PingStage::Sent;
  if (pingStage_ == PingStage::Delayed) pingStage_ = PingStage::SentLate;
}

void Connection::expectPong(std::span<const std::byte> data, Time now) noexcept {
  isPongExpected_ = true;
  expectedPong_ = digest(data);
  pingedAt_ = now;
}

void Connection::pongReceived(std::span<const std::byte> data, Time now) noexcept {
  // RFC 6455 section 5.5.3: a Pong that nobody asked for is legal and means nothing.
  if (!isPongExpected_ || expectedPong_ != digest(data)) return;
  isPongExpected_ = false;
  latency_ =
      std::chrono::duration_cast<Latency>(std::min<Duration>(now - pingedAt_, Latency::max()));
}

std::optional<Duration> Connection::latency() const noexcept {
  if (latency_ < Latency::zero()) return std::nullopt;
  return latency_;
}

}  // namespace parley::protocol
