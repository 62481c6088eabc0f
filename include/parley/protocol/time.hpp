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

}  // namespace parley::protocol
