#include "protocol/live_bytes.hpp"

#include <algorithm>

#include <malloc.h>
#include <sys/mman.h>

namespace {

// Signed: what a shared library has allocated may be freed here.
std::ptrdiff_t held = 0;
std::ptrdiff_t most = 0;
std::size_t allocations = 0;

void add(std::size_t size) noexcept {
  ++allocations;
  held += static_cast<std::ptrdiff_t>(size);
  most = std::max(most, held);
}

void add(void* memory) noexcept {
  add(malloc_usable_size(memory));
}

void remove(void* memory) noexcept {
  held -= static_cast<std::ptrdiff_t>(malloc_usable_size(memory));
}

}  // namespace

// The names are the linker's (ld, --wrap).
extern "C" {

void* __real_malloc(std::size_t size);
void* __real_calloc(std::size_t count, std::size_t size);
void* __real_realloc(void* memory, std::size_t size);
void __real_free(void* memory);
void* __real_mmap(void* hint, std::size_t size, int access, int flags, int file, off_t offset);
int __real_munmap(void* memory, std::size_t size);

void* __wrap_malloc(std::size_t size) {
  void* const memory = __real_malloc(size);
  add(memory);
  return memory;
}

void* __wrap_calloc(std::size_t count, std::size_t size) {
  void* const memory = __real_calloc(count, size);
  add(memory);
  return memory;
}

void* __wrap_realloc(void* memory, std::size_t size) {
  const auto before = static_cast<std::ptrdiff_t>(malloc_usable_size(memory));
  void* const moved = __real_realloc(memory, size);
  if (moved == nullptr) return moved;
  held -= before;
  add(moved);
  return moved;
}

void __wrap_free(void* memory) {
  remove(memory);
  __real_free(memory);
}

void* __wrap_mmap(void* hint, std::size_t size, int access, int flags, int file, off_t offset) {
  void* const memory = __real_mmap(hint, size, access, flags, file, offset);
  if (memory != MAP_FAILED) add(size);
  return memory;
}

int __wrap_munmap(void* memory, std::size_t size) {
  held -= static_cast<std::ptrdiff_t>(size);
  return __real_munmap(memory, size);
}
}

namespace parley::protocol {

LiveBytes::LiveBytes() noexcept : countBefore_(allocations), before_(held) {
  most = held;
}

std::size_t LiveBytes::count() const noexcept {
  return allocations - countBefore_;
}

std::size_t LiveBytes::peak() const noexcept {
  return static_cast<std::size_t>(most - before_);
}

std::ptrdiff_t LiveBytes::growth() const noexcept {
  return held - before_;
}

}  // namespace parley::protocol
