#pragma once

#include "fuzz/exact_copy.hpp"
#include "fuzz/input.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace parley::fuzz {

/// Does the reader want the next piece?
enum class Appetite : std::uint8_t { More, Sated };

/// How a stream of bytes is cut into reads: the one splitter of all targets. The sizes come from
/// the input, go round, and hold for all the streams that it divides, one after the other.
class Splitter {
 public:
  /// One piece, whatever comes.
  Splitter() = default;

  /// A byte that counts the sizes, at most 15, then a byte for each: 0 to 127 is that size (an
  /// empty read included), above that it is 64 for each step.
  explicit Splitter(Input& input) {
    sizes_.resize(input.below(kMostSizes));
    for (std::size_t& size : sizes_) {
      const std::size_t code = input.byte();
      size = code < 128 ? code : (code - 127) * 64;
    }
  }

  /// The size of the next piece, at most `available`. All zeros would never end: then it is whole.
  /// The sizes double every 256 pieces, so that a large payload ends soon.
  [[nodiscard]] std::size_t next(std::size_t available) noexcept {
    if (emptyInARow_ == sizes_.size()) {
      emptyInARow_ = 0;
      return available;
    }
    const std::size_t doublings = std::min<std::size_t>(at_ / 256, 16);
    const std::size_t size = std::min(sizes_[at_++ % sizes_.size()] << doublings, available);
    emptyInARow_ = size == 0 ? emptyInARow_ + 1 : 0;
    return size;
  }

  /// Hands `data` to `read`, piece by piece, each in memory of its own that is gone afterwards.
  /// `read(std::span<std::byte>)` answers its Appetite.
  template <typename Read>
  void divide(std::span<const std::byte> data, Read read) {
    while (!data.empty()) {
      const std::size_t size = next(data.size());
      const ExactCopy piece(data.first(size));
      if (read(piece.bytes()) == Appetite::Sated) return;
      data = data.subspan(size);
    }
  }

 private:
  static constexpr std::size_t kMostSizes = 16;

  std::vector<std::size_t> sizes_;
  std::size_t at_ = 0;
  std::size_t emptyInARow_ = 0;
};

}  // namespace parley::fuzz
