#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::fuzz {

/// UTF-8 told by arithmetic: what a sequence decodes to decides whether it is one. Slow, and made
/// of nothing that the library is made of.
class Utf8Reference {
 public:
  enum class Sequence : std::uint8_t { Whole, Open, Broken };

  /// Is `bytes`, 1 to 4 of them, one character, the beginning of one, or neither?
  [[nodiscard]] static Sequence judge(std::string_view bytes) noexcept;

  struct Verdict {
    /// The first byte that no valid text has there.
    std::optional<std::size_t> firstError{};
    /// Where the sequence begins that the end, or the error, cuts; the place of the end or of the
    /// error if it cuts none.
    std::size_t openAt = 0;

    [[nodiscard]] bool isValid(std::size_t size) const noexcept {
      return !firstError && openAt == size;
    }
  };

  [[nodiscard]] static Verdict judgeText(std::string_view text) noexcept;
  [[nodiscard]] static bool isValid(std::string_view text) noexcept;

  /// WHATWG Encoding, UTF-8 decoder: U+FFFD for each maximal part of what is broken.
  [[nodiscard]] static std::string replaceInvalid(std::string_view text);
};

}  // namespace parley::fuzz
