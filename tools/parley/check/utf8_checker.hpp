#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace parley::tool::check {

/// UTF-8 as RFC 3629 section 4 writes it down, byte by byte. Of the suite's own, so that a mistake
/// of the library's validator is not made here as well.
class Utf8Checker {
 public:
  enum class Verdict : std::uint8_t { Good, Bad };

  /// Bad at the first byte that no well-formed text can go on with.
  Verdict take(unsigned char byte) noexcept;
  /// Does no character wait for more bytes?
  [[nodiscard]] bool isAtBoundary() const noexcept { return missing_ == 0; }

 private:
  unsigned missing_ = 0;
  unsigned char least_ = 0x80;  // of the next continuation byte
  unsigned char most_ = 0xBF;
};

/// Where `text` stops being the beginning of any well-formed text: the index of that byte, or the
/// size if only the end comes too early; nullopt if it is well-formed.
[[nodiscard]] std::optional<std::size_t> firstUtf8Fault(std::string_view text) noexcept;

}  // namespace parley::tool::check
