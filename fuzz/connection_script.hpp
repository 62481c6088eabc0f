#pragma once

#include "fuzz/input.hpp"

#include <parley/protocol/connection_event.hpp>
#include <parley/protocol/limits.hpp>
#include <parley/protocol/role.hpp>
#include <parley/protocol/time.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace parley::fuzz {

/// One thing that happens to a connection.
struct Operation {
  enum class Kind : std::uint8_t {
    Arrive,  ///< `data` arrives behind what is still on its way; `amount` percent of that is read
    SendText,
    SendBinary,
    Ping,
    Close,
    Fail,
    EndOfInput,
    TransportLost,
    Wait,       ///< `wait` passes, and the deadlines on the way
    LookEarly,  ///< the deadline is asked before its time
    Write,      ///< the transport takes `amount` bytes
    Retain,
    EventHandled,
  };
  /// Of memory that is sent.
  enum class Ownership : std::uint8_t { Lent, Moved };

  Kind kind = Kind::Write;
  std::string data{};
  std::size_t amount = 0;
  std::size_t pieces = 4;  ///< that the transport gathers
  Ownership ownership = Ownership::Lent;
  std::optional<std::uint16_t> code{};
  protocol::FailureCause cause = protocol::FailureCause::InternalError;
  protocol::Duration wait{};
};

/// What the application does in the midst of an event, whose views must survive it.
enum class Reaction : std::uint8_t { Nothing, Echo, Ping, Close, Fail, Take };

/// A life of a connection.
struct ConnectionScript {
  protocol::Role role = protocol::Role::Server;
  protocol::ConnectionLimits limits{};
  std::vector<Reaction> reactions{};
  std::vector<Operation> operations{};
};

[[nodiscard]] protocol::ConnectionLimits limitsFrom(Input& input);
[[nodiscard]] ConnectionScript scriptFrom(Input& input);

}  // namespace parley::fuzz
