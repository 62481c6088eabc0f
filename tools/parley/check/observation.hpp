#pragma once

#include "frame.hpp"
#include "http_head.hpp"
#include "inbox.hpp"
#include "trace.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace parley::tool::check {

/// What a peer did in one case: facts, without a judgement.
struct Observation {
  enum class Opening : std::uint8_t { Pending, Opened, Refused };
  enum class TcpEnd : std::uint8_t { None, End, Reset };

  std::string connectError = {};
  Opening opening = Opening::Pending;
  /// The server's answer, if there was one.
  std::optional<HttpHead> answer = {};
  /// Why the handshake is at fault, though it opened or should have.
  std::string openingFault = {};
  /// permessage-deflate was asked for and not agreed to.
  bool isDeclined = false;

  std::size_t messages = 0;             ///< that came back as they should
  std::string mismatch = {};            ///< the first one that did not
  std::vector<std::string> pongs = {};  ///< to Pings of the case
  std::string violation = {};
  /// A Ping was answered after the time to fail had come.
  bool isAlive = false;

  std::optional<ArrivedClose> close = {};
  /// Our Close frame was sent before the peer's came.
  bool closedByUs = false;
  TcpEnd tcpEnd = TcpEnd::None;
  /// The step at which the peer's Close frame or the end of TCP came.
  std::size_t endedAtStep = 0;
  /// Nothing moved for as long as a case may wait.
  bool isTimedOut = false;
  /// The server did not end TCP soon after both Close frames (RFC 6455 section 7.1.1).
  bool isTcpLeftOpen = false;

  Clock::duration exchange{0};  ///< from the first step to the last answer
  std::vector<MaskKey> maskKeys = {};
};

}  // namespace parley::tool::check
