#pragma once

#include "transport/connector.hpp"
#include "transport/transport.hpp"
#include "transport/tunnel.hpp"

#include <parley/failure.hpp>
#include <parley/protocol/connection_event.hpp>
#include <parley/protocol/handshake_failure.hpp>
#include <parley/protocol/limits.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley {

/// What a protocol::ClosedEvent does not say by itself.
struct ClosingContext {
  const protocol::ConnectionLimits& limits;
  std::uint64_t maxBufferedAmount;
  /// How far the connection had come.
  Failure::Stage stage;
  /// Did the application call terminate()?
  bool isTerminated;
  const transport::TransportError* transportError;  // nullptr if there was none
  const std::string* localError = nullptr;          // why we failed it ourselves, if it is known
};

/// Why an open connection failed. Precondition: closed.failed.
[[nodiscard]] Failure failureOf(const protocol::ClosedEvent& closed, const ClosingContext& context);
/// Why there was no connection. `host` is what the URL says.
[[nodiscard]] Failure failureOf(const transport::ConnectFailure& failure, const std::string& host);
/// Why a proxy leads nowhere.
[[nodiscard]] Failure failureOf(transport::TunnelFailure&& failure);
/// Why the peer is no WebSocket server.
[[nodiscard]] Failure failureOf(const protocol::HandshakeFailure& failure);
/// The transport broke at this stage, Tls or Handshake.
[[nodiscard]] Failure failureOf(const transport::TransportError& error, Failure::Stage stage);
/// `limit`, an option, was reached: "<what> took longer than 10 s (<limit>)".
[[nodiscard]] Failure tookTooLong(Failure::Stage stage, std::string_view what,
                                  std::chrono::milliseconds time, std::string_view limit);

[[nodiscard]] std::vector<Failure::Attempt> attemptsOf(
    const std::vector<transport::TriedAddress>& tried);

/// "10 s", "250 ms".
[[nodiscard]] std::string durationText(std::chrono::milliseconds duration);

}  // namespace parley
