#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace parley::deflate {

/// What all ISA-L compressors of a thread share: a large buffer for the symbols of a block. Nothing
/// in it lives from one message to the next.
class IsalScratch {
 public:
  static constexpr std::size_t kSize = std::size_t{324} * 1024;

  /// Made on first use.
  [[nodiscard]] std::span<std::byte, kSize> levelBuffer();

 private:
  std::unique_ptr<std::byte[]> levelBuffer_;  // NOLINT: zeroed when it is made
};

}  // namespace parley::deflate
