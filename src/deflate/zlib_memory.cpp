#include "deflate/zlib_memory.hpp"

#include <new>

namespace parley::deflate {

namespace {

// C calls these: no exception may leave them.
void* take(void* /*opaque*/, uInt items, uInt size) noexcept {
  return ::operator new (std::size_t{items} * size, std::nothrow);
}

void give(void* /*opaque*/, void* memory) noexcept {
  ::operator delete(memory);
}

}  // namespace

void useOwnMemory(z_stream& stream) noexcept {
  stream.zalloc = &take;
  stream.zfree = &give;
  stream.opaque = nullptr;
}

}  // namespace parley::deflate
