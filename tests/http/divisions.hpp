#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace parley::testing {

/// One way in which a text arrives: its pieces in order.
using Pieces = std::vector<std::span<const std::byte>>;

inline std::span<const std::byte> asBytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

/// Whole, byte by byte, and cut in two at each position.
inline void forEachDivision(std::string_view text, const std::function<void(const Pieces&)>& run) {
  const auto bytes = asBytes(text);
  run({bytes});
  Pieces single;
  for (std::size_t i = 0; i < bytes.size(); ++i) single.push_back(bytes.subspan(i, 1));
  run(single);
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    run({bytes.first(cut), bytes.subspan(cut)});
  }
}

}  // namespace parley::testing
