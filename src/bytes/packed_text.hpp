#pragma once

#include <cassert>
#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <string_view>

namespace parley::bytes {

/// Texts that never change, in one block of memory and without their sizes: each ends with a NUL,
/// and so has none inside. For what every connection keeps and hardly anybody asks for.
[[nodiscard]] inline std::unique_ptr<const char[]> packTexts(
    std::initializer_list<std::string_view> texts) {
  std::size_t size = 0;
  for (const std::string_view text : texts) size += text.size() + 1;
  auto block = std::make_unique_for_overwrite<char[]>(size);
  char* end = block.get();
  for (const std::string_view text : texts) {
    assert(text.find('\0') == std::string_view::npos);
    end += text.copy(end, text.size());
    *end++ = '\0';
  }
  return block;
}

/// The text at `index`, which the block must have.
[[nodiscard]] inline std::string_view packedText(const char* block, std::size_t index) noexcept {
  while (index-- != 0) block += std::strlen(block) + 1;
  return block;
}

}  // namespace parley::bytes
