#pragma once

#include <cstddef>

namespace parley::protocol {

/// What operator new has done in this program. ArrayBuffer's memory is not among it; its capacity
/// is looked at instead.
class AllocationCounter {
 public:
  AllocationCounter() noexcept;

  /// Allocations since construction.
  [[nodiscard]] std::size_t count() const noexcept;
  /// Most bytes that were in use at once since construction, above those at construction.
  [[nodiscard]] std::size_t peak() const noexcept;
  /// Bytes in use, above those at construction.
  [[nodiscard]] std::ptrdiff_t growth() const noexcept;

 private:
  std::size_t countBefore_;
  std::size_t bytesBefore_;
};

}  // namespace parley::protocol
