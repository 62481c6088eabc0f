// Replaces glibc's malloc family by wrappers that count; the addresses of the real ones are glibc's
// own exported names.

#include "allocation_counter.hpp"

#include <atomic>
#include <cstddef>

#include <sys/mman.h>

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
}

namespace {

std::atomic<std::uint64_t> gOwnCounter{0};
std::atomic<std::uint64_t>* gCounter = &gOwnCounter;

void count() {
  gCounter->fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

extern "C" {
void* malloc(std::size_t size) {
  count();
  return __libc_malloc(size);
}
void* calloc(std::size_t count_, std::size_t size) {
  count();
  return __libc_calloc(count_, size);
}
void* realloc(void* memory, std::size_t size) {
  count();
  return __libc_realloc(memory, size);
}
}

namespace bench {

std::uint64_t allocationCount() {
  return gCounter->load(std::memory_order_relaxed);
}

void shareAllocationCounter() {
  void* page = mmap(nullptr, sizeof(std::atomic<std::uint64_t>), PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page != MAP_FAILED) gCounter = new (page) std::atomic<std::uint64_t>(0);
}

}  // namespace bench
