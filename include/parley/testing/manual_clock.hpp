#pragma once

#include <parley/protocol/time.hpp>

namespace parley::testing {

/// A clock that stands still until it is told: for tests of timeouts that take no time.
///
/// @code
/// parley::testing::ManualClock clock;
/// clock.advance(std::chrono::seconds(20));
/// connection.deadlinePassed(clock.now());
/// @endcode
class ManualClock {
 public:
  [[nodiscard]] protocol::Time now() const noexcept { return now_; }
  /// Never backwards: `by` is at least 0.
  void advance(protocol::Duration by) noexcept { now_ += by; }
  /// Moves on to `time`, unless that is past.
  void advanceTo(protocol::Time time) noexcept {
    if (now_ < time) now_ = time;
  }

 private:
  protocol::Time now_ = protocol::Time(protocol::Duration(1'000'000));
};

}  // namespace parley::testing
