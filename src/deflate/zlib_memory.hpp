#pragma once

#include "deflate/context_memory.hpp"

#include <cstddef>

#include <zlib.h>

namespace parley::deflate {

/// The memory of one stream of zlib: a block that is handed out from its front, and given back as a
/// whole. What does not fit, in case that another version of zlib needs more than its page says,
/// comes from operator new.
class ZlibMemory {
 public:
  /// @param size of all that the stream will ask for; what is not written to costs nothing
  ZlibMemory(ContextMemory& memory, std::size_t size) noexcept : block_(memory.take(size)) {}
  ZlibMemory(const ZlibMemory&) = delete;
  ZlibMemory& operator=(const ZlibMemory&) = delete;

  [[nodiscard]] bool isThere() const noexcept { return block_.isThere(); }
  /// The stream has ended before this does.
  void serve(z_stream& stream) noexcept;

 private:
  // C calls these: no exception may leave them.
  static void* take(void* self, uInt items, uInt size) noexcept;
  static void give(void* self, void* memory) noexcept;

  ContextMemory::Block block_;
  std::size_t used_ = 0;
  std::size_t lastBegin_ = 0;  // of what was handed out last: a window that changes its size
};

}  // namespace parley::deflate
