#include "deflate/context_memory.hpp"

#include <algorithm>
#include <new>

#if __has_include(<sys/mman.h>)
#include <sys/mman.h>
#endif

namespace parley::deflate {

namespace {

using Content = ContextMemory::Block::Content;

// A multiple of the pages of every system that this is built for; where they are larger, mmap()
// rounds up by itself.
constexpr std::size_t kPage = std::size_t{4} * 1024;

#if __has_include(<sys/mman.h>)

constexpr Content kNewContent = Content::Zeros;

std::byte* takeFromSystem(std::size_t size) noexcept {
  void* const pages =
      ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED) return nullptr;
#ifdef MADV_NOHUGEPAGE
  // Neighbours look like one mapping; a huge page across them would stay until the last has gone.
  ::madvise(pages, size, MADV_NOHUGEPAGE);
#endif
  return static_cast<std::byte*>(pages);
}

void giveToSystem(std::byte* data, std::size_t size) noexcept {
  if (::munmap(data, size) == 0) return;
  // It would have made two mappings of one, and there are as many as there may be: what is lost is
  // the room for addresses.
  ::madvise(data, size, MADV_DONTNEED);
}

#else

constexpr Content kNewContent = Content::Unknown;

std::byte* takeFromSystem(std::size_t size) noexcept {
  return static_cast<std::byte*>(::operator new(size, std::align_val_t(kPage), std::nothrow));
}

void giveToSystem(std::byte* data, std::size_t /*size*/) noexcept {
  ::operator delete(data, std::align_val_t(kPage));
}

#endif

}  // namespace

void ContextMemory::trim() noexcept {
  for (const Kept& kept : std::span(stock_).first(stockCount_)) giveToSystem(kept.data, kept.size);
  stockCount_ = 0;
}

ContextMemory::Block ContextMemory::take(std::size_t size) noexcept {
  const std::size_t whole = (size + kPage - 1) / kPage * kPage;
  for (std::size_t i = stockCount_; i-- > 0;) {
    if (stock_[i].size != whole) continue;
    std::byte* const data = stock_[i].data;
    removeAt(i);
    return {*this, data, whole, Content::Unknown};
  }
  std::byte* const data = takeFromSystem(whole);
  if (data == nullptr) return {};
  return {*this, data, whole, kNewContent};
}

void ContextMemory::give(std::byte* data, std::size_t size) noexcept {
  if (stockCount_ == kMaxStock) {
    giveToSystem(stock_.front().data, stock_.front().size);
    removeAt(0);
  }
  stock_[stockCount_] = {data, size};
  ++stockCount_;
}

void ContextMemory::removeAt(std::size_t index) noexcept {
  const std::span<Kept> kept = std::span(stock_).first(stockCount_);
  std::copy(kept.begin() + static_cast<std::ptrdiff_t>(index) + 1, kept.end(),
            kept.begin() + static_cast<std::ptrdiff_t>(index));
  --stockCount_;
}

}  // namespace parley::deflate
