#include "deflate/zlib_memory.hpp"

#include <functional>
#include <new>

namespace parley::deflate {

void ZlibMemory::serve(z_stream& stream) noexcept {
  stream.zalloc = &ZlibMemory::take;
  stream.zfree = &ZlibMemory::give;
  stream.opaque = this;
}

void* ZlibMemory::take(void* self, uInt items, uInt size) noexcept {
  auto& memory = *static_cast<ZlibMemory*>(self);
  constexpr std::size_t kAlignment = alignof(std::max_align_t);
  const std::size_t wanted = (std::size_t{items} * size + kAlignment - 1) / kAlignment * kAlignment;
  const std::span<std::byte> bytes = memory.block_.bytes();
  if (wanted > bytes.size() - memory.used_) return ::operator new(wanted, std::nothrow);
  memory.lastBegin_ = memory.used_;
  memory.used_ += wanted;
  return bytes.data() + memory.lastBegin_;
}

void ZlibMemory::give(void* self, void* given) noexcept {
  auto& memory = *static_cast<ZlibMemory*>(self);
  const std::span<std::byte> bytes = memory.block_.bytes();
  auto* const data = static_cast<std::byte*>(given);
  const std::less<> isBefore;
  if (isBefore(data, bytes.data()) || !isBefore(data, bytes.data() + bytes.size())) {
    ::operator delete(given);
  } else if (data == bytes.data() + memory.lastBegin_) {
    memory.used_ = memory.lastBegin_;
  }
}

}  // namespace parley::deflate
