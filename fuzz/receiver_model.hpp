#pragma once

#include "fuzz/wire_reference.hpp"

#include <parley/protocol/connection_event.hpp>
#include <parley/protocol/limits.hpp>
#include <parley/protocol/role.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::fuzz {

/// What a connection must make of the bytes that it receives: RFC 6455 sections 5 to 8 as a slow
/// program.
class ReceiverModel {
 public:
  enum class Phase : std::uint8_t {
    Open,        ///< messages are delivered
    Discarding,  ///< our Close frame came first: only the peer's is still of interest
    Done,        ///< nothing is read any more
  };

  ReceiverModel(protocol::Role self, const protocol::ConnectionLimits& limits)
      : limits_(limits),
        headers_(self == protocol::Role::Client ? protocol::Role::Server : protocol::Role::Client) {
  }

  /// Bytes that arrive behind those that came before.
  void push(std::string_view bytes) { stream_.append(bytes); }
  /// The next event, "text:..." and so on; empty when all bytes are read without one.
  [[nodiscard]] std::string next();

  [[nodiscard]] Phase phase() const noexcept { return phase_; }
  /// The connection did something by itself.
  void setPhase(Phase phase) noexcept { phase_ = phase; }

  /// The rule that the peer broke.
  [[nodiscard]] const std::optional<protocol::FailureCause>& cause() const noexcept {
    return cause_;
  }
  /// The payload of the peer's Close frame.
  [[nodiscard]] const std::optional<std::string>& peerClose() const noexcept { return peerClose_; }

 private:
  std::string takeHeader(std::uint8_t byte);
  std::string takePayload();
  std::string beginFrame();
  std::string endFrame();
  std::string endControl();
  std::string endMessage();
  std::string fail(protocol::FailureCause cause);
  [[nodiscard]] std::optional<protocol::FailureCause> judgeFrame() const;
  [[nodiscard]] bool textIsBroken(std::string_view next);

  protocol::ConnectionLimits limits_;
  ReferenceHeaderReader headers_;
  std::string stream_;
  std::size_t at_ = 0;
  Phase phase_ = Phase::Open;
  std::optional<protocol::FailureCause> cause_;
  std::optional<std::string> peerClose_;

  // The frame and the message that are being read.
  bool insideFrame_ = false;
  bool insideMessage_ = false;
  unsigned kind_ = kBinary;
  std::uint64_t received_ = 0;
  std::uint32_t frames_ = 0;
  std::string message_;
  std::string character_;  // of text, cut so far
  std::string control_;
};

}  // namespace parley::fuzz
