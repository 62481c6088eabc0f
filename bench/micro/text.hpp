#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace bench {

enum class Script : std::uint8_t { Ascii, Latin, Cjk, Emoji };

/// Valid UTF-8 of exactly `size` bytes.
std::vector<std::byte> textOf(Script script, std::size_t size);

}  // namespace bench
