#pragma once

#include <parley/loop.hpp>

#include <chrono>
#include <functional>

namespace parley::test {

/// Polls `loop` until `condition` holds; false if that takes longer than any deadline of a test.
inline bool until(Loop& loop, const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    loop.poll();
  }
  return true;
}

}  // namespace parley::test
