#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace parley::tests {

inline std::span<const std::byte> asBytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

inline std::vector<std::byte> bytesOf(std::string_view text) {
  const auto view = asBytes(text);
  return {view.begin(), view.end()};
}

inline std::string_view asText(std::span<const std::byte> data) {
  return {reinterpret_cast<const char*>(data.data()), data.size()};
}

/// A copy on the heap that ends exactly where the block does, so that AddressSanitizer sees one
/// byte too many, and begins `lead` bytes into it, so that any alignment can be had.
class ExactCopy {
 public:
  explicit ExactCopy(std::span<const std::byte> data, std::size_t lead = 0)
      : block_(new std::byte[lead + data.size()]), lead_(lead), size_(data.size()) {
    for (std::size_t i = 0; i < size_; ++i) block_[lead_ + i] = data[i];
  }

  [[nodiscard]] std::span<std::byte> bytes() const { return {block_.get() + lead_, size_}; }

 private:
  std::unique_ptr<std::byte[]> block_;
  std::size_t lead_;
  std::size_t size_;
};

}  // namespace parley::tests
