// Replaces glibc's malloc family by wrappers that count; the addresses of the real ones are glibc's
// own exported names.

#include "allocation_counter.hpp"

#include <cstddef>

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
}

namespace {

std::uint64_t gCount = 0;  // the program has one thread

}  // namespace

extern "C" {
void* malloc(std::size_t size) {
  ++gCount;
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  ++gCount;
  return __libc_calloc(count, size);
}
void* realloc(void* memory, std::size_t size) {
  ++gCount;
  return __libc_realloc(memory, size);
}
}

namespace bench {

std::uint64_t allocationCount() {
  return gCount;
}

}  // namespace bench
