#pragma once

#include <parley/close_code.hpp>
#include <parley/protocol/connection_event.hpp>
#include <parley/protocol/time.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace parley::protocol {

/// What a connection knows from its first Close frame or failure on.
struct Closing {
  /// When the transport is dropped, whatever is missing; later, as long as output moves.
  Time deadline;
  Side first;
  /// Set when the connection failed.
  std::optional<FailureCause> cause{};
  /// From the peer's Close frame (RFC 6455 sections 7.1.5 and 7.1.6).
  CloseCode code = CloseCode::kAbnormalClosure;
  std::string reason{};
  /// Message bytes that will never be sent.
  std::uint64_t lostPayload = 0;
  /// Has output had to wait since the deadline was set?
  enum class Output : std::uint8_t { Flows, Waits } output = Output::Flows;
  /// The peer has ended its side while our Close frame was still waiting.
  enum class Input : std::uint8_t { Open, Ended } input = Input::Open;
};

}  // namespace parley::protocol
