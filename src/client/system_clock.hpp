#pragma once

#include <chrono>

namespace parley {

/// The time of day, as far as cookies and HSTS tell it apart.
[[nodiscard]] inline std::chrono::sys_seconds systemTime() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

}  // namespace parley
