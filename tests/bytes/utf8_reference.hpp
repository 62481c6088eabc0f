#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace parley::tests {

/// UTF-8 told from the other side: the encoder's output for every Unicode scalar value decides
/// what is a sequence and what may still become one.
class Utf8Reference {
 public:
  struct Verdict {
    std::optional<std::size_t> firstError;  ///< the first byte no valid text could have there
    bool endsOpen = false;                  ///< fine so far, but the last sequence is cut

    [[nodiscard]] bool isValid() const { return !firstError && !endsOpen; }
  };

  Utf8Reference() {
    for (std::size_t i = 0; i < 3; ++i) {
      whole_[i].resize(std::size_t{1} << (8 * (i + 1)));
      prefix_[i].resize(std::size_t{1} << (8 * (i + 1)));
    }
    for (std::uint32_t value = 0; value <= 0x10FFFF; ++value) {
      if (value < 0xD800 || value > 0xDFFF) enter(encode(value));
    }
  }

  static std::string encode(std::uint32_t value) {
    const auto tail = [value](int shift) {
      return static_cast<char>(0x80U | ((value >> shift) & 0x3FU));
    };
    if (value < 0x80) return {static_cast<char>(value)};
    if (value < 0x800) return {static_cast<char>(0xC0U | (value >> 6U)), tail(0)};
    if (value < 0x10000) return {static_cast<char>(0xE0U | (value >> 12U)), tail(6), tail(0)};
    return {static_cast<char>(0xF0U | (value >> 18U)), tail(12), tail(6), tail(0)};
  }

  [[nodiscard]] Verdict judge(std::span<const std::byte> text) const {
    std::size_t begin = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
      const auto sequence = text.subspan(begin, at + 1 - begin);
      if (isWhole(sequence)) {
        begin = at + 1;
      } else if (!isPrefix(sequence)) {
        return {at, false};
      }
    }
    return {std::nullopt, begin != text.size()};
  }

 private:
  static std::size_t keyOf(std::span<const std::byte> sequence) {
    std::size_t key = 0;
    for (const std::byte byte : sequence) key = key << 8U | std::to_integer<std::size_t>(byte);
    return key;
  }

  void enter(const std::string& sequence) {
    const auto bytes = std::as_bytes(std::span(sequence));
    if (bytes.size() < 4) whole_[bytes.size() - 1][keyOf(bytes)] = true;
    for (std::size_t size = 1; size < bytes.size(); ++size) {
      prefix_[size - 1][keyOf(bytes.first(size))] = true;
    }
  }

  [[nodiscard]] bool isPrefix(std::span<const std::byte> sequence) const {
    return sequence.size() < 4 && prefix_[sequence.size() - 1][keyOf(sequence)];
  }

  /// Of a sequence of four the last byte is any continuation, whatever the first three are.
  [[nodiscard]] bool isWhole(std::span<const std::byte> sequence) const {
    if (sequence.size() < 4) return whole_[sequence.size() - 1][keyOf(sequence)];
    return isPrefix(sequence.first(3)) && (sequence[3] & std::byte{0xC0}) == std::byte{0x80};
  }

  std::vector<bool> whole_[3];
  std::vector<bool> prefix_[3];
};

inline const Utf8Reference& utf8Reference() {
  static const Utf8Reference reference;
  return reference;
}

}  // namespace parley::tests
