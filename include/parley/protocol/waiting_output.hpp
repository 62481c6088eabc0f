#pragma once

#include <cstdint>

namespace parley::protocol {

class OutputQueue;
class SharedFrame;

/// What of a connection's output waits outside of the buffer that its frames are gathered in:
/// nothing, one frame that it shares with other connections, or a queue. 8 bytes; owns nothing.
/// For Connection only.
class WaitingOutput {
 public:
  WaitingOutput() noexcept = default;
  explicit WaitingOutput(OutputQueue* queue) noexcept
      : bits_(reinterpret_cast<std::uintptr_t>(queue)) {}
  explicit WaitingOutput(SharedFrame* frame) noexcept
      : bits_(reinterpret_cast<std::uintptr_t>(frame) | kIsFrame) {}

  /// Is there any?
  explicit operator bool() const noexcept { return bits_ != 0; }
  /// nullptr if it is none.
  [[nodiscard]] OutputQueue* queue() const noexcept {
    return (bits_ & kIsFrame) == 0 ? reinterpret_cast<OutputQueue*>(bits_) : nullptr;
  }
  /// nullptr if it is none.
  [[nodiscard]] SharedFrame* frame() const noexcept {
    return (bits_ & kIsFrame) != 0 ? reinterpret_cast<SharedFrame*>(bits_ & ~kIsFrame) : nullptr;
  }

 private:
  // Both are aligned to more than a byte.
  static constexpr std::uintptr_t kIsFrame = 1;

  std::uintptr_t bits_ = 0;
};

}  // namespace parley::protocol
