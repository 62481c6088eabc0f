#pragma once

#include <cstddef>

namespace parley::protocol {

/// All memory that this program and the library's objects in it hold, ArrayBuffer's and the
/// codecs' included: the linker leads malloc, mmap and the like here (tests/CMakeLists.txt).
class LiveBytes {
 public:
  LiveBytes() noexcept;

  /// Allocations and reallocations since construction.
  [[nodiscard]] std::size_t count() const noexcept;
  /// Most bytes that were held at once since construction, above those at construction.
  [[nodiscard]] std::size_t peak() const noexcept;
  /// Bytes held, above those at construction.
  [[nodiscard]] std::ptrdiff_t growth() const noexcept;

 private:
  std::size_t countBefore_;
  std::ptrdiff_t before_;
};

}  // namespace parley::protocol
