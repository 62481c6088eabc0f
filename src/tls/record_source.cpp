#include "tls/record_source.hpp"

#include <algorithm>
#include <cstring>

namespace parley::tls {

void RecordSource::skipEmpty() noexcept {
  while (!pieces_.empty() && taken_ == pieces_[0].size) {
    pieces_ = pieces_.subspan(1);
    taken_ = 0;
  }
}

std::span<const std::byte> RecordSource::take(std::size_t atMost) {
  const auto part = front().first(std::min(front().size(), atMost));
  taken_ += part.size();
  skipEmpty();
  return part;
}

std::span<const std::byte> RecordSource::next(std::span<std::byte> gathered) {
  if (pieces_.empty()) return {};
  std::span<const std::byte> part = take(gathered.size());
  if (part.size() == gathered.size() || pieces_.empty()) return part;
  std::size_t size = 0;
  while (true) {
    std::memcpy(gathered.data() + size, part.data(), part.size());
    size += part.size();
    if (size == gathered.size() || pieces_.empty()) return gathered.first(size);
    part = take(gathered.size() - size);
  }
}

}  // namespace parley::tls
