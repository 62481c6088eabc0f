#pragma once

#include <parley/protocol/connection.hpp>
#include <parley/testing/fixed_entropy.hpp>
#include <parley/testing/manual_clock.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace parley::protocol {

/// Random numbers that are the same on every machine.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) noexcept : state_(seed) {}

  std::uint64_t next() noexcept;
  /// 0 to `sides` - 1.
  std::size_t below(std::size_t sides) noexcept { return static_cast<std::size_t>(next() % sides); }
  [[nodiscard]] bool oneIn(std::size_t sides) noexcept { return below(sides) == 0; }

 private:
  std::uint64_t state_;
};

struct SimulatedMessage {
  MessageKind kind;
  std::string data;

  bool operator==(const SimulatedMessage&) const = default;
};

struct CloseRequest {
  std::optional<CloseCode> code;
  std::string reason;
};

/// One direction of the wire between the ends: bytes on their way, of which it holds so many.
struct SimulatedWire {
  std::string bytes;
  std::size_t delivered = 0;
  std::size_t capacity = 0;
  enum class State : std::uint8_t { Open, Finished, EndDelivered } state = State::Open;

  [[nodiscard]] std::size_t waiting() const noexcept { return bytes.size() - delivered; }
  [[nodiscard]] std::size_t room() const noexcept {
    return waiting() < capacity ? capacity - waiting() : 0;
  }
};

/// What the ends of a conversation have agreed on, and how one of them uses it.
struct SimulatedCompression {
  std::optional<DeflateAgreement> agreement = {};
  Compression settings = {};
};

/// A connection and what its application saw and did.
class SimulatedEnd {
 public:
  SimulatedEnd(Role role, const ConnectionLimits& limits, const SimulatedCompression& compression,
               std::uint64_t seed, Time now);

  void receive(std::span<std::byte> bytes, Time now);
  void receiveDirectly(std::span<const std::byte> bytes, Time now);
  /// Writes to `wire` what it has room for.
  void drain(SimulatedWire& wire);
  [[nodiscard]] bool isDropped() const { return connection.disposition() == Disposition::Drop; }

  ConnectionLimits limits;
  SimulatedCompression compression;
  testing::FixedEntropy entropy;
  BufferPool pool;
  Connection connection;
  Role role;

  std::vector<SimulatedMessage> sent;
  std::vector<SimulatedMessage> received;
  /// All events but the end, in order.
  std::vector<std::string> trace;
  /// The close() that came first of all Close frames here.
  std::optional<CloseRequest> closeRequest;
  bool wasClosedByPeer = false;
  std::optional<ClosedEvent> closed;

 private:
  void record(const ConnectionEvent& event);
};

/// A client and a server that talk over a wire in memory: random messages, pings and closes, random
/// pieces and stalls, half of the time compression with any parameters, sometimes a limit that is
/// too low or a wire that is cut. The same seed gives the same conversation.
class PairSimulator {
 public:
  explicit PairSimulator(std::uint64_t seed);

  /// Runs until both ends have ended; false if they don't.
  [[nodiscard]] bool run();

  [[nodiscard]] const SimulatedEnd& end(Role role) const {
    return *ends_[static_cast<std::size_t>(role)];
  }
  /// All that was put on the wire towards `role` and delivered.
  [[nodiscard]] std::string deliveredTo(Role role) const;
  [[nodiscard]] bool wasCut() const noexcept { return wasCut_; }
  [[nodiscard]] bool isCompressed() const noexcept { return agreement_.has_value(); }

 private:
  enum class Pieces : std::uint8_t { Tiny, Medium, Large };

  [[nodiscard]] DeflateAgreement::Direction direction();
  [[nodiscard]] Compression settings();
  void step();
  void act(std::size_t who);
  void send(std::size_t who);
  void close(std::size_t who);
  void deliver(std::size_t who);
  void pass(Duration time);
  void cut();
  void settle(std::size_t who);
  [[nodiscard]] std::size_t messageSize();
  [[nodiscard]] std::size_t pieceSize();
  [[nodiscard]] std::string payload(MessageKind kind);
  [[nodiscard]] SimulatedWire& wireFrom(std::size_t who) { return wires_[who]; }
  [[nodiscard]] SimulatedWire& wireTo(std::size_t who) { return wires_[1 - who]; }
  [[nodiscard]] bool isOver() const;

  Dice dice_;
  testing::ManualClock clock_;
  std::optional<DeflateAgreement> agreement_;
  std::array<std::unique_ptr<SimulatedEnd>, 2> ends_;
  std::array<SimulatedWire, 2> wires_;
  std::array<std::size_t, 2> actionsLeft_{};
  Pieces pieces_ = Pieces::Medium;
  bool willBeCut_ = false;
  bool wasCut_ = false;
};

}  // namespace parley::protocol
