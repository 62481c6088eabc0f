#pragma once

#include "fuzz/connection_script.hpp"
#include "fuzz/receiver_model.hpp"
#include "fuzz/sent_checker.hpp"
#include "fuzz/splitter.hpp"

#include <parley/protocol/connection.hpp>
#include <parley/testing/fixed_entropy.hpp>
#include <parley/testing/manual_clock.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace parley::fuzz {

/// How received bytes get to the connection.
enum class Reading : std::uint8_t {
  Buffered,  ///< through receive()
  Direct,    ///< through directBuffer() where one is offered
  InParts,   ///< through receive(), and large messages come in parts
};

/// Runs a script on a connection and holds it to what a model of the receiver, a checker of what is
/// sent and its own documentation say, after every step.
class ConnectionDriver {
 public:
  ConnectionDriver(const ConnectionScript& script, Reading reading, const Splitter& splitter);

  /// All that was seen: the same for every way of reading.
  [[nodiscard]] std::string run();

 private:
  void perform(const Operation& operation);
  void settle();
  void finish();
  void requireNothingMoves();

  // In: connection_driver_input.cpp
  void arrive(const Operation& operation);
  void read(std::span<std::byte> piece);
  [[nodiscard]] std::size_t readDirectly(std::string_view bytes);
  void see(const protocol::ConnectionEvent& event);
  [[nodiscard]] bool gather(const protocol::ConnectionEvent& event);
  void react(const protocol::ConnectionEvent& event);
  void followModel();

  // Out and commands: connection_driver_output.cpp
  void sendText(std::string data, Operation::Ownership ownership);
  void sendBinary(std::string data, Operation::Ownership ownership);
  void finishSending(std::string& lent);
  void ping(std::string_view data);
  void close(const Operation& operation);
  void fail(protocol::FailureCause cause);
  void write(std::size_t room, std::size_t pieceCount);
  void checkUnsent() const;

  // Time and the end: connection_driver.cpp
  void endOfInput();
  void wait(protocol::Duration duration);
  void lookEarly();
  void lookAtDeadline();
  void followConnection();
  void checkClosed(const protocol::ClosedEvent& event) const;

  [[nodiscard]] ReceiverModel::Phase phase() const;
  [[nodiscard]] protocol::Time now() const noexcept { return clock_.now(); }

  const ConnectionScript& script_;
  Reading reading_;
  Splitter splitter_;
  testing::FixedEntropy entropy_;
  testing::ManualClock clock_;
  protocol::BufferPool pool_;
  protocol::Connection connection_;
  ReceiverModel model_;
  SentChecker sent_;
  std::string underWay_;  // towards us
  std::string gathered_;  // of a message in parts
  std::size_t events_ = 0;
  std::string trace_;
  protocol::Disposition disposition_ = protocol::Disposition::Keep;
  bool gaveUpMessages_ = false;
  bool isClosed_ = false;
  bool mustBeClean_ = false;
};

}  // namespace parley::fuzz
