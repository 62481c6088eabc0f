#include "fuzz/target.hpp"

#include <cstddef>
#include <cstdint>

#ifndef PARLEY_FUZZ_TARGET
#error "the build says which function of fuzz/target.hpp this program runs"
#endif

/// What libFuzzer calls. The name is its choice.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  parley::fuzz::PARLEY_FUZZ_TARGET({reinterpret_cast<const std::byte*>(data), size});
  return 0;
}
