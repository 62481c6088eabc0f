#include "protocol/allocation_counter.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>

namespace {

// Some tests have threads; what is counted is what the others do.
std::atomic<std::size_t> allocations = 0;
std::atomic<std::size_t> bytesInUse = 0;
std::atomic<std::size_t> bytesPeak = 0;

// In front of each block, its size; as wide as the strictest alignment.
constexpr std::size_t kHeader = alignof(std::max_align_t);

}  // namespace

void* operator new(std::size_t size) {
  auto* const block = static_cast<std::byte*>(std::malloc(kHeader + size));
  if (block == nullptr) throw std::bad_alloc();
  *reinterpret_cast<std::size_t*>(block) = size;
  ++allocations;
  bytesPeak = std::max(bytesPeak.load(), bytesInUse += size);
  return block + kHeader;
}

// A sanitizer has one of its own, which would not come to ours.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  try {
    return operator new(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

void operator delete(void* memory) noexcept {
  if (memory == nullptr) return;
  auto* const block = static_cast<std::byte*>(memory) - kHeader;
  bytesInUse -= *reinterpret_cast<std::size_t*>(block);
  std::free(block);
}

void operator delete(void* memory, std::size_t) noexcept {
  operator delete(memory);
}

namespace parley::protocol {

AllocationCounter::AllocationCounter() noexcept
    : countBefore_(allocations), bytesBefore_(bytesInUse) {
  bytesPeak = bytesInUse.load();
}

std::size_t AllocationCounter::count() const noexcept {
  return allocations - countBefore_;
}

std::size_t AllocationCounter::peak() const noexcept {
  return bytesPeak - bytesBefore_;
}

std::ptrdiff_t AllocationCounter::growth() const noexcept {
  return static_cast<std::ptrdiff_t>(bytesInUse) - static_cast<std::ptrdiff_t>(bytesBefore_);
}

}  // namespace parley::protocol
