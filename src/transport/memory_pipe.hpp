#pragma once

#include "transport/transport.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace parley::loop {
class EventLoop;
}

namespace parley::transport {

/// Two transports on one loop, joined in memory: for tests that need a peer that delivers one byte
/// at a time, stalls, or is cut. Bytes travel as tasks of the loop, in a fixed order: same calls,
/// same events.
///
/// The pipe is the remote control; the two ends live on without it.
class MemoryPipe {
 public:
  /// Which way bytes travel: from the first end to the second, or back.
  enum class Direction : std::uint8_t { FirstToSecond, SecondToFirst };

  /// Bytes that each direction holds by default before writes are blocked.
  static constexpr std::size_t kCapacity = 256 * 1024;

  explicit MemoryPipe(loop::EventLoop& loop);
  MemoryPipe(const MemoryPipe&) = delete;
  MemoryPipe& operator=(const MemoryPipe&) = delete;
  ~MemoryPipe();

  /// Each end can be taken once.
  [[nodiscard]] TransportPtr takeFirst();
  [[nodiscard]] TransportPtr takeSecond();

  /// Bytes are delivered in pieces of at most this size, each in a task of its own. At least 1;
  /// default: no limit.
  void setChunkSize(Direction direction, std::size_t size);
  /// Delivers nothing more, and blocks writes once `accepted` bytes (from now) are held.
  void stall(Direction direction, std::size_t accepted);
  /// Ends a stall: delivers what is held, and tells a blocked writer.
  void unstall(Direction direction);
  /// Bytes accepted and not delivered yet.
  [[nodiscard]] std::size_t held(Direction direction) const noexcept;
  /// The writer of this direction sends no more, as if it had called finish().
  void end(Direction direction);
  /// Breaks both directions with this errno value: what is held is lost, both ends hear onFailed().
  void cut(int systemError);

 private:
  struct State;
  class Side;

  std::shared_ptr<State> state_;
};

}  // namespace parley::transport
