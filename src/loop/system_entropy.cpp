#include "loop/system_entropy.hpp"

#include <cstdlib>

#include <uv.h>

namespace parley::loop {

void SystemEntropy::fill(std::span<std::byte> to) {
  // Without a callback uv_random() works at once and needs no loop.
  if (uv_random(nullptr, nullptr, to.data(), to.size(), 0, nullptr) != 0) std::abort();
}

}  // namespace parley::loop
