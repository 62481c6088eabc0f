#include <parley/testing/fixed_entropy.hpp>

#include <algorithm>

namespace parley::testing {

namespace {

/// A step of SplitMix64: a counter whose bits are mixed.
std::uint64_t mix(std::uint64_t value) noexcept {
  value = (value ^ (value >> 30U)) * 0xbf58'476d'1ce4'e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d0'49bb'1331'11ebU;
  return value ^ (value >> 31U);
}

}  // namespace

FixedEntropy::FixedEntropy(std::initializer_list<std::uint8_t> pattern) {
  for (const std::uint8_t byte : pattern) pattern_.push_back(std::byte{byte});
}

FixedEntropy::FixedEntropy(std::uint64_t seed) noexcept : counter_(seed) {}

void FixedEntropy::fill(std::span<std::byte> to) {
  if (!pattern_.empty()) {
    for (std::byte& byte : to) byte = pattern_[next_++ % pattern_.size()];
    return;
  }
  for (std::byte& byte : to)
    byte = static_cast<std::byte>(mix(++counter_ * 0x9e37'79b9'7f4a'7c15U));
}

}  // namespace parley::testing
