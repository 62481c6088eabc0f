#pragma once

#include <parley/export.hpp>

#include <cstddef>
#include <memory>

namespace parley::protocol {

class OutputMemory;

/// The outgoing memory that connections of one loop share: one cork buffer, which the connection
/// that is being served writes its frames into, a stock of small chunks for those that wait for
/// their transport, and scratch for masking large messages piece by piece. An idle connection holds
/// none of it. Not thread-safe.
class PARLEY_EXPORT BufferPool {
 public:
  BufferPool();
  BufferPool(const BufferPool&) = delete;
  BufferPool& operator=(const BufferPool&) = delete;
  ~BufferPool();

  /// For the connection only.
  [[nodiscard]] OutputMemory& memory() noexcept { return *memory_; }

 private:
  std::unique_ptr<OutputMemory> memory_;
};

}  // namespace parley::protocol
