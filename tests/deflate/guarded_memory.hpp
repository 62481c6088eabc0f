#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

#include <sys/mman.h>
#include <unistd.h>

namespace parley::deflate {

/// Memory whose last byte is followed by a page that nobody may touch: code in assembler, which no
/// sanitizer sees, is stopped there, too.
class GuardedMemory {
 public:
  explicit GuardedMemory(std::size_t capacity) : page_(static_cast<std::size_t>(getpagesize())) {
    capacity_ = (capacity + page_ - 1) / page_ * page_;
    void* const all = mmap(nullptr, capacity_ + page_, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memory_ = all == MAP_FAILED ? nullptr : static_cast<std::byte*>(all);
    if (memory_) mprotect(memory_ + capacity_, page_, PROT_NONE);
  }
  GuardedMemory(const GuardedMemory&) = delete;
  GuardedMemory& operator=(const GuardedMemory&) = delete;
  ~GuardedMemory() {
    if (memory_) munmap(memory_, capacity_ + page_);
  }

  [[nodiscard]] bool isThere() const noexcept { return memory_ != nullptr; }
  /// The last `size` bytes in front of the guard.
  [[nodiscard]] std::span<std::byte> last(std::size_t size) const noexcept {
    return {memory_ + capacity_ - size, size};
  }
  /// `bytes`, right in front of the guard.
  [[nodiscard]] std::span<std::byte> holding(std::string_view bytes) const noexcept {
    const std::span<std::byte> room = last(bytes.size());
    const std::span<const std::byte> from = std::as_bytes(std::span(bytes));
    std::copy(from.begin(), from.end(), room.begin());
    return room;
  }

 private:
  std::size_t page_;
  std::size_t capacity_ = 0;
  std::byte* memory_ = nullptr;
};

}  // namespace parley::deflate
