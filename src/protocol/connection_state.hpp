#pragma once

#include <cstdint>
#include <string_view>

namespace parley::protocol {

/// Where a connection stands between its opening and the end of its transport.
enum class ConnectionState : std::uint8_t {
  Open,           ///< no Close frame has been queued or received
  CloseSent,      ///< ours is queued or sent, the peer's has not come: what comes is thrown away
  CloseComplete,  ///< both Close frames exist: nothing more is read, ours may still be queued
  Failed,         ///< a rule was broken: our Close frame is queued or sent, nothing more is read
  Ended,          ///< the transport is of no more use; the closed event waits to be fetched
  Reported,       ///< the closed event was fetched
};

/// What moves a connection from one state to another.
enum class ConnectionStep : std::uint8_t {
  QueueClose,    ///< our Close frame is queued first
  ReceiveClose,  ///< the peer's Close frame has come (and is answered, if it came first)
  Fail,          ///< RFC 6455 section 7.1.7
  End,           ///< nothing more can or need be sent or heard
  Report,        ///< the closed event is handed out
};

/// The state after `step`; the same state where the step has no meaning any more.
[[nodiscard]] ConnectionState transition(ConnectionState state, ConnectionStep step) noexcept;

/// For tables and messages of tests.
[[nodiscard]] std::string_view nameOf(ConnectionState state) noexcept;
[[nodiscard]] std::string_view nameOf(ConnectionStep step) noexcept;

}  // namespace parley::protocol
