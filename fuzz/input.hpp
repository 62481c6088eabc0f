#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace parley::fuzz {

inline std::string_view asText(std::span<const std::byte> bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline std::span<const std::byte> asBytes(std::string_view text) noexcept {
  return std::as_bytes(std::span(text.data(), text.size()));
}

/// The bytes of a fuzzer, read from the front as the choices of a target. Every input has a
/// meaning: once the bytes have ended, all choices are 0.
class Input {
 public:
  explicit Input(std::span<const std::byte> data) noexcept : rest_(data) {}

  [[nodiscard]] bool empty() const noexcept { return rest_.empty(); }

  std::uint8_t byte() noexcept {
    if (rest_.empty()) return 0;
    const auto value = std::to_integer<std::uint8_t>(rest_.front());
    rest_ = rest_.subspan(1);
    return value;
  }
  /// Two bytes, the first one the more significant.
  std::uint16_t word() noexcept {
    const std::uint8_t high = byte();
    return static_cast<std::uint16_t>(high << 8U | byte());
  }
  /// 0 to `limit` - 1, from one byte.
  std::size_t below(std::size_t limit) noexcept { return byte() % limit; }
  template <typename T, std::size_t size>
  const T& oneOf(const std::array<T, size>& values) noexcept {
    return values[below(size)];
  }

  /// Up to `most` bytes. Views into the data.
  std::span<const std::byte> bytes(std::size_t most) noexcept {
    const auto taken = rest_.first(std::min(most, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }
  /// A byte that says how many, and up to that many bytes.
  std::span<const std::byte> block() noexcept { return bytes(byte()); }
  std::string text() { return std::string(asText(block())); }
  std::span<const std::byte> rest() noexcept { return bytes(rest_.size()); }

 private:
  std::span<const std::byte> rest_;
};

}  // namespace parley::fuzz
