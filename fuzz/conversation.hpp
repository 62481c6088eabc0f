#pragma once

#include "fuzz/input.hpp"
#include "fuzz/payload.hpp"
#include "fuzz/sent_checker.hpp"
#include "fuzz/splitter.hpp"

#include <parley/compression.hpp>
#include <parley/protocol/connection.hpp>
#include <parley/testing/fixed_entropy.hpp>
#include <parley/testing/manual_clock.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace parley::fuzz {

/// One end of a conversation: a connection, what its application said and heard, and the bytes that
/// it has put on the wire.
struct Talker {
  Talker(protocol::Role which, const protocol::ConnectionLimits& given, protocol::BufferPool& pool,
         protocol::Time now, const std::optional<protocol::ConnectionCompression>& compression);

  protocol::ConnectionLimits limits;
  testing::FixedEntropy entropy;
  protocol::Connection connection;
  protocol::Role role;

  SentChecker said;
  std::vector<SentMessage> heard;
  std::string gathered;  // of a message that comes in parts
  /// Its own close(), if that came first.
  std::optional<std::string> closeBody{};
  bool wasClosedByPeer = false;
  std::optional<protocol::ClosedEvent> closed{};

  // The wire from here to the other end.
  std::string underWay{};
  std::size_t capacity = SIZE_MAX;
  enum class Wire : std::uint8_t { Open, Finished, EndDelivered } wire = Wire::Open;
};

/// A client and a server that talk over a network that cuts, stalls, divides and delays as the
/// input says, but neither loses nor changes a byte before it is cut.
class Conversation {
 public:
  explicit Conversation(Input& input);

  /// Until both have ended.
  void run();
  /// They agree on what was said.
  void check() const;

 private:
  void step();
  void send(std::size_t who);
  void close(std::size_t who);
  void ping(std::size_t who);
  void deliver(std::size_t who, std::size_t most);
  void deliverEnd(std::size_t who);
  void see(Talker& end, const protocol::ConnectionEvent& event) const;
  void pass(protocol::Duration duration);
  void cut();
  void settle(std::size_t who);
  void write(Talker& end) const;
  void finish();
  [[nodiscard]] bool isOver() const;

  void checkHeard(const Talker& end, const Talker& peer) const;
  void checkClosed(const Talker& end, const Talker& peer) const;
  void checkCause(const Talker& end) const;

  Input& input_;
  Compression compression_;
  Splitter splitter_;
  Payloads payloads_;
  testing::ManualClock clock_;
  std::array<std::unique_ptr<protocol::BufferPool>, 2> pools_;
  std::array<std::unique_ptr<Talker>, 2> ends_;
  bool wasCut_ = false;
  bool deadlinePassed_ = false;
};

}  // namespace parley::fuzz
