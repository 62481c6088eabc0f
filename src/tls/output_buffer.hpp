#pragma once

#include <cstddef>
#include <span>

namespace parley::tls {

/// Memory of the caller that an engine writes records to.
class OutputBuffer {
 public:
  explicit OutputBuffer(std::span<std::byte> memory) noexcept : memory_(memory) {}

  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return memory_.first(used_); }
  [[nodiscard]] bool empty() const noexcept { return used_ == 0; }
  [[nodiscard]] std::span<std::byte> room() const noexcept { return memory_.subspan(used_); }
  /// The first `size` bytes of room() have been written.
  void add(std::size_t size) noexcept { used_ += size; }
  /// What was written has gone somewhere else.
  void clear() noexcept { used_ = 0; }

 private:
  std::span<std::byte> memory_;
  std::size_t used_ = 0;
};

}  // namespace parley::tls
