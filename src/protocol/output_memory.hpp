#pragma once

#include "deflate/shared_codecs.hpp"
#include "protocol/large_message.hpp"
#include "protocol/shared_frame.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace parley::protocol {

class Connection;
class OutputQueue;

/// A link of an output queue: whole frames in the memory behind it, or one large message.
struct OutputSegment {
  OutputSegment* next = nullptr;
  std::uint32_t capacity = 0;  ///< bytes behind this object
  std::uint32_t begin = 0;     ///< of these, taken by the transport
  std::uint32_t end = 0;       ///< of these, written
  std::uint32_t payload = 0;   ///< message bytes in the frames of the segment
  bool holdsPing = false;
  bool startsInsideFrame = false;  ///< the transport took the front of its first frame before
  std::optional<LargeMessage> large;

  [[nodiscard]] std::byte* memory() noexcept { return reinterpret_cast<std::byte*>(this + 1); }
};

/// The one buffer that the frames of the connection being served are gathered in. It is free for
/// the next connection as soon as it is empty. The frames in it come before everything in the
/// connection's queue.
struct Cork {
  static constexpr std::size_t kSize = std::size_t{64} * 1024;

  std::unique_ptr<std::byte[]> memory;  // NOLINT: made on first use, never zeroed
  const Connection* owner = nullptr;    // of what is in it; means nothing while it is empty
  std::size_t begin = 0;
  std::size_t end = 0;
  std::uint64_t payload = 0;
  bool holdsPing = false;

  [[nodiscard]] bool empty() const noexcept { return begin == end; }
  [[nodiscard]] std::size_t room() const noexcept { return kSize - end; }
  [[nodiscard]] bool holdsFramesOf(const Connection* connection) const noexcept {
    return owner == connection && begin != end;
  }
  /// Makes it ours if it is empty. False if it is another's or there is no room.
  [[nodiscard]] bool claim(const Connection* connection, std::size_t size) {
    if (!empty()) [[likely]]
      return owner == connection && room() >= size;
    return claimEmpty(connection, size);
  }
  [[nodiscard]] std::byte* tail() noexcept { return memory.get() + end; }
  void clear() noexcept;

 private:
  [[nodiscard]] bool claimEmpty(const Connection* connection, std::size_t size);
};

/// What a BufferPool is made of: the outgoing memory, and the codecs of compressed connections.
class OutputMemory {
 public:
  OutputMemory();
  OutputMemory(const OutputMemory&) = delete;
  OutputMemory& operator=(const OutputMemory&) = delete;
  ~OutputMemory();

  [[nodiscard]] Cork& cork() noexcept { return cork_; }
  /// Where borrowed payload is masked, piece by piece.
  [[nodiscard]] std::span<std::byte> scratch();

  /// A segment with room for `room` bytes, from the stock if that is little.
  [[nodiscard]] OutputSegment* takeSegment(std::size_t room);
  void giveSegment(OutputSegment* segment) noexcept;
  [[nodiscard]] std::unique_ptr<OutputQueue> takeQueue();
  void giveQueue(std::unique_ptr<OutputQueue> queue) noexcept;

  [[nodiscard]] SharedFrames& sharedFrames() noexcept { return sharedFrames_; }

  /// Made when the first connection that agreed on compression asks for it.
  [[nodiscard]] deflate::SharedCodecs& codecs();

  /// Bytes that a segment of the stock has room for.
  static constexpr std::size_t kStockRoom = 2048 - sizeof(OutputSegment);

 private:
  // What is kept when nobody needs it: 4 MiB of segments and the queues that go with them. A
  // message published to more connections than that takes memory from the system and gives it back
  // every time, which costs more than to send it.
  static constexpr std::size_t kMaxStock = 2048;
  // A fragment of the default size, for one system call: each call leaves a small TCP segment at
  // its end.
  static constexpr std::size_t kScratchSize = std::size_t{256} * 1024;

  Cork cork_;
  std::unique_ptr<std::byte[]> scratch_;  // NOLINT: made on first use, never zeroed
  OutputSegment* stock_ = nullptr;
  std::size_t stockCount_ = 0;
  std::vector<std::unique_ptr<OutputQueue>> queues_;
  SharedFrames sharedFrames_;
  std::unique_ptr<deflate::SharedCodecs> codecs_;
};

}  // namespace parley::protocol
