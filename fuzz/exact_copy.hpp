#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>

namespace parley::fuzz {

/// A copy in heap memory of exactly its size, so that AddressSanitizer sees one byte too many. It
/// begins `lead` bytes into the block, so that any alignment can be had.
class ExactCopy {
 public:
  explicit ExactCopy(std::span<const std::byte> data, std::size_t lead = 0)
      : block_(new std::byte[lead + data.size()]), lead_(lead), size_(data.size()) {
    std::copy(data.begin(), data.end(), block_.get() + lead_);
  }

  [[nodiscard]] std::span<std::byte> bytes() const noexcept {
    return {block_.get() + lead_, size_};
  }

 private:
  std::unique_ptr<std::byte[]> block_;  // NOLINT: of exact size
  std::size_t lead_;
  std::size_t size_;
};

}  // namespace parley::fuzz
