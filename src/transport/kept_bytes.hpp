#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace parley::transport {

/// Bytes of one connection that could not go on yet. Without any, it holds no memory.
class KeptBytes {
 public:
  [[nodiscard]] bool empty() const noexcept { return bytes_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size() - taken_; }
  /// Valid until the next change.
  [[nodiscard]] std::span<std::byte> all() noexcept { return std::span(bytes_).subspan(taken_); }

  void append(std::span<const std::byte> bytes) {
    if (bytes.empty()) return;
    bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(taken_));
    taken_ = 0;
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }
  /// The first `size` of them have gone on.
  void take(std::size_t size) noexcept {
    taken_ += size;
    if (taken_ == bytes_.size()) clear();
  }
  void clear() noexcept {
    bytes_ = {};
    taken_ = 0;
  }

 private:
  std::vector<std::byte> bytes_;
  std::size_t taken_ = 0;  // of them, from the front
};

}  // namespace parley::transport
