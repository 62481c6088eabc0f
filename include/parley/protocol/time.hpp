#pragma once

#include <chrono>

namespace parley::protocol {

/// The time line of the core: milliseconds since an epoch that only the caller knows. It has no
/// now(): time is an argument, so that the same inputs give the same bytes out, in a test as in
/// production.
struct Clock {
  using duration = std::chrono::milliseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<Clock>;
  static constexpr bool is_steady = true;
};

using Time = Clock::time_point;
using Duration = Clock::duration;

/// `from` and `by` later; the end of time where that is beyond it, so that Duration::max() is a way
/// to say "never". `from` is not before the epoch.
[[nodiscard]] constexpr Time later(Time from, Duration by) noexcept {
  return by > Time::max() - from ? Time::max() : from + by;
}

}  // namespace parley::protocol
