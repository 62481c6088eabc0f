#pragma once

#include <parley/export.hpp>

#include <cstddef>
#include <memory>

namespace parley::protocol {

class OutputMemory;

/// The memory that connections of one loop share: one cork buffer, which the connection that is
/// being served writes its frames into, a stock of small chunks for those that wait for their
/// transport, scratch for masking large messages piece by piece, and, once a connection has agreed
/// on compression, codecs for messages that stand alone and scratch for what comes out of them. An
/// idle connection holds none of it. Not thread-safe.
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
