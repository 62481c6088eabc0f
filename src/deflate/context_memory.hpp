#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace parley::deflate {

/// Where the codecs of one loop have their memory: in pages of their own, so that what is given
/// back goes back to the system, whatever lives around it. On the heap it would not: one small
/// block that outlives a context keeps its page and, with malloc, all that is in front of it. Some
/// blocks are kept for contexts to come, so that connections that come and go do not cost system
/// calls and page faults. Not thread-safe.
class ContextMemory {
 public:
  class Block;

  ContextMemory() = default;
  ContextMemory(const ContextMemory&) = delete;
  ContextMemory& operator=(const ContextMemory&) = delete;
  ~ContextMemory() { trim(); }

  /// Aligned to a page, where there are pages. Not there if memory ends. It must not outlive this.
  [[nodiscard]] Block take(std::size_t size) noexcept;

  /// Gives back to the system what is kept for contexts to come.
  void trim() noexcept;

  /// How many blocks that were given back are kept: the last ones. At most 4 MiB with Level::Best,
  /// whose blocks are the largest.
  static constexpr std::size_t kMaxStock = 16;

 private:
  struct Kept {
    std::byte* data = nullptr;
    std::size_t size = 0;
  };

  void give(std::byte* data, std::size_t size) noexcept;
  /// Of the stock: the youngest first in use, the oldest first to go.
  void removeAt(std::size_t index) noexcept;

  std::array<Kept, kMaxStock> stock_{};
  std::size_t stockCount_ = 0;
};

/// Memory of a ContextMemory, given back when this ends.
class ContextMemory::Block {
 public:
  enum class Content : std::uint8_t { Zeros, Unknown };

  Block() = default;
  Block(Block&& other) noexcept
      : owner_(other.owner_), bytes_(std::exchange(other.bytes_, {})), content_(other.content_) {}
  Block& operator=(Block&&) = delete;
  ~Block() {
    if (isThere()) owner_->give(bytes_.data(), bytes_.size());
  }

  [[nodiscard]] bool isThere() const noexcept { return !bytes_.empty(); }
  [[nodiscard]] std::span<std::byte> bytes() const noexcept { return bytes_; }
  /// What it came with. Pages of zeros that nobody writes to cost nothing.
  [[nodiscard]] Content content() const noexcept { return content_; }

 private:
  friend class ContextMemory;
  Block(ContextMemory& owner, std::byte* data, std::size_t size, Content content) noexcept
      : owner_(&owner), bytes_(data, size), content_(content) {}

  ContextMemory* owner_ = nullptr;
  std::span<std::byte> bytes_{};
  Content content_ = Content::Unknown;
};

}  // namespace parley::deflate
