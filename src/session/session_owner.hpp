#pragma once

#include "transport/transport.hpp"

#include <parley/array_buffer.hpp>
#include <parley/protocol/connection_event.hpp>

#include <cstdint>

namespace parley::session {

class Session;

/// Who a Session belongs to. All calls come from the loop, never from within a call of the owner.
class SessionOwner {
 public:
  /// Keeps the owner alive while a Session is at work: it may be released from within.
  virtual void retain() noexcept = 0;
  virtual void release() noexcept = 0;

  /// Bytes arrived: call session.nextEvent() until it answers None. Once per read.
  virtual void onReadable(Session& session) = 0;
  /// Does the owner want to hear of it when no bytes wait, though none had to wait so far?
  enum class Drain : std::uint8_t { IfItWaited, Always };
  /// The network took `bytes` of messages since the last call.
  virtual Drain onSent(std::uint64_t bytes) noexcept = 0;
  /// The next piece of the message that startBinary() began, no longer than what it lacks. Empty:
  /// it is not there yet; then call session.payloadReady() when it is.
  [[nodiscard]] virtual ArrayBuffer nextPayload() = 0;
  /// No message can be sent any more, whatever the cause. Once.
  virtual void onClosingStarted() = 0;
  /// Bytes had to wait for the network, and now none do.
  virtual void onDrained() = 0;
  /// The transport broke; onClosed() follows.
  virtual void onTransportFailed(const transport::TransportError& error) = 0;
  /// The end, once, after everything else. The session may be destroyed from here.
  virtual void onClosed(const protocol::ClosedEvent& closed) = 0;

 protected:
  ~SessionOwner() = default;
};

}  // namespace parley::session
