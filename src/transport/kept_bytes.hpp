#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace parley::transport {

/// Bytes of one connection that could not go on yet. Without any, it is a pointer to nothing.
class KeptBytes {
 public:
  [[nodiscard]] bool empty() const noexcept { return content_ == nullptr; }
  [[nodiscard]] std::size_t size() const noexcept {
    return content_ ? content_->bytes.size() - content_->taken : 0;
  }
  /// Valid until the next change.
  [[nodiscard]] std::span<std::byte> all() noexcept {
    if (!content_) return {};
    return std::span(content_->bytes).subspan(content_->taken);
  }

  void append(std::span<const std::byte> more) {
    if (more.empty()) return;
    if (!content_) content_ = std::make_unique<Content>();
    std::vector<std::byte>& bytes = content_->bytes;
    bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(content_->taken));
    content_->taken = 0;
    bytes.insert(bytes.end(), more.begin(), more.end());
  }
  /// The first `size` of them have gone on.
  void take(std::size_t size) noexcept {
    if (!content_) return;
    content_->taken += size;
    if (content_->taken == content_->bytes.size()) clear();
  }
  void clear() noexcept { content_.reset(); }

 private:
  struct Content {
    std::vector<std::byte> bytes;
    std::size_t taken = 0;  // of them, from the front
  };
  std::unique_ptr<Content> content_;
};

}  // namespace parley::transport
