#pragma once

#include <parley/websocket.hpp>

#include <atomic>

namespace parley {

/// `readyState` and the only ways in which it changes; it never goes back (WebSockets section 3.1).
/// Any thread.
class ReadyStateCell {
 public:
  [[nodiscard]] ReadyState get() const noexcept { return state_.load(std::memory_order_acquire); }

  /// CONNECTING to OPEN. False if it is not CONNECTING.
  bool open() noexcept {
    ReadyState expected = CONNECTING;
    return state_.compare_exchange_strong(expected, OPEN, std::memory_order_acq_rel);
  }
  /// CONNECTING or OPEN to CLOSING. What it was before.
  ReadyState startClosing() noexcept {
    ReadyState before = get();
    while (before < CLOSING &&
           !state_.compare_exchange_weak(before, CLOSING, std::memory_order_acq_rel)) {
    }
    return before;
  }
  void close() noexcept { state_.store(CLOSED, std::memory_order_release); }

 private:
  std::atomic<ReadyState> state_{CONNECTING};
};

}  // namespace parley
