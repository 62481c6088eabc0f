#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley::deflate {

/// Messages as applications send them, the same on every machine.
class Corpus {
 public:
  explicit Corpus(std::uint64_t seed) noexcept : state_(seed) {}

  /// 0 to `sides` - 1.
  std::size_t below(std::size_t sides) noexcept;
  /// JSON of about `size` bytes, exactly as long.
  std::string json(std::size_t size);
  /// Bytes that do not compress.
  std::string noise(std::size_t size);
  /// Letters without an order: what repeats is a repetition that was meant.
  std::string letters(std::size_t size);
  /// Repetitions with a period of `distance`, so that a compressor refers just so far back.
  std::string periodic(std::size_t size, std::size_t distance);

 private:
  std::uint64_t next() noexcept;

  std::uint64_t state_;
};

inline std::span<const std::byte> bytesOf(std::string_view text) noexcept {
  return std::as_bytes(std::span(text));
}

inline std::string textOf(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace parley::deflate
