#pragma once

#include "protocol/wire.hpp"

#include <parley/protocol/connection.hpp>
#include <parley/testing/fixed_entropy.hpp>
#include <parley/testing/manual_clock.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::protocol {

/// A connection with the rest of the world under a test's control: what it receives, when, and how
/// much its transport takes. Obeys the law of Connection.
class Endpoint {
 public:
  explicit Endpoint(Role role, const ConnectionLimits& limits = {},
                    const std::optional<DeflateAgreement>& deflate = std::nullopt,
                    const Compression& compression = {});

  /// Receives `bytes` in one read, whose memory is gone afterwards; drains.
  void receive(std::string_view bytes);
  /// The same through directBuffer(), wherever one is offered.
  void receiveDirectly(std::string_view bytes);
  /// Lets the time pass without a look at the deadlines.
  void wait(Duration duration) { clock.advance(duration); }
  /// Lets the time pass and every deadline on the way be reached; answers when they were.
  std::vector<Duration> waitForDeadlines(Duration duration);
  /// Writes what there is, as far as the transport has room; fetches the closed event.
  void drain();

  [[nodiscard]] Time now() const { return clock.now(); }
  /// Whole frames among what was sent.
  [[nodiscard]] std::vector<wire::Frame> sentFrames() const { return wire::framesIn(sent); }

  ConnectionLimits limits;
  Compression compression;
  testing::FixedEntropy entropy;
  BufferPool pool;
  testing::ManualClock clock;
  Connection connection;

  /// What the transport takes before it is full.
  std::size_t transportRoom = SIZE_MAX;
  /// Bytes offered to the transport at once; a small number tests resuming.
  std::size_t writeSize = SIZE_MAX;
  /// Bytes that the transport took.
  std::string sent;
  /// Events as "text:...", "binary:...", "ping:...", "pong:...", "closing started", "closed ...".
  std::vector<std::string> events;
  /// Large messages are received in parts; `events` has them as if they came whole.
  bool inParts = false;
  /// Of each part that came: its size.
  std::vector<std::size_t> partSizes;
  std::optional<ClosedEvent> closed;
  /// Called with each event while its views are valid.
  std::function<void(const ConnectionEvent&)> onEvent;

 private:
  void record(const ConnectionEvent& event);
  void recordMessage(MessageKind kind, const std::string& message);
  void consume(std::span<std::byte> input);

  std::string gathered_;  // of a message in parts
};

/// What a test sees of a run: the same for every division of the same input.
struct Trace {
  std::vector<std::string> events;
  std::string sent;

  bool operator==(const Trace&) const = default;
};

/// Feeds `input` to new endpoints: whole, byte by byte, cut once at each position, directly, and in
/// random parts; with large messages gathered and given away in parts; expects the same trace each
/// time and answers it.
Trace traceOfEveryDivision(Role role, std::string_view input, const ConnectionLimits& limits = {},
                           const std::optional<DeflateAgreement>& deflate = std::nullopt);

std::string describe(const ClosedEvent& event);

}  // namespace parley::protocol
