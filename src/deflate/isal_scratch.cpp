#include "deflate/isal_scratch.hpp"

namespace parley::deflate {

std::span<std::byte, IsalScratch::kSize> IsalScratch::levelBuffer() {
  if (!levelBuffer_) levelBuffer_ = std::make_unique<std::byte[]>(kSize);  // NOLINT: as above
  return std::span<std::byte, kSize>(levelBuffer_.get(), kSize);
}

}  // namespace parley::deflate
