#include "frames.hpp"

#include <algorithm>

namespace bench {
namespace {

constexpr std::array<std::byte, 4> kMask{std::byte{0x12}, std::byte{0x9a}, std::byte{0x5c},
                                         std::byte{0xe7}};

}  // namespace

std::vector<std::byte> pattern(std::size_t size) {
  std::vector<std::byte> payload(size);
  for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<std::byte>('a' + i * 7 % 26);
  return payload;
}

void appendFrame(std::vector<std::byte>& wire, Opcode opcode, std::span<const std::byte> payload,
                 Masking masking, Coding coding) {
  const auto push = [&wire](std::size_t value) { wire.push_back(static_cast<std::byte>(value)); };
  const std::size_t size = payload.size();
  const std::size_t maskBit = masking == Masking::Masked ? 0x80 : 0;
  push(0x80U | (coding == Coding::Deflated ? 0x40U : 0U) | static_cast<std::size_t>(opcode));
  if (size < 126) {
    push(maskBit | size);
  } else if (size < 65536) {
    push(maskBit | 126);
    for (int shift = 8; shift >= 0; shift -= 8) push(size >> shift & 0xff);
  } else {
    push(maskBit | 127);
    for (int shift = 56; shift >= 0; shift -= 8) push(size >> shift & 0xff);
  }
  if (masking == Masking::None) {
    wire.insert(wire.end(), payload.begin(), payload.end());
    return;
  }
  wire.insert(wire.end(), kMask.begin(), kMask.end());
  for (std::size_t i = 0; i < size; ++i) wire.push_back(payload[i] ^ kMask[i % 4]);
}

void FramePiece::appendTo(std::vector<std::byte>& payload) const {
  const std::size_t start = payload.size();
  payload.insert(payload.end(), bytes.begin(), bytes.end());
  if (!mask) return;
  for (std::size_t i = 0; i < bytes.size(); ++i) payload[start + i] ^= (*mask)[(offset + i) % 4];
}

void FrameScanner::headerComplete() {
  const std::size_t lengthEnd = isMasked() ? headerSize_ - 4 : headerSize_;
  left_ = std::to_integer<std::uint64_t>(header_[1]) & 0x7fU;
  if (lengthEnd > 2) left_ = 0;
  for (std::size_t i = 2; i < lengthEnd; ++i) {
    left_ = left_ << 8U | std::to_integer<std::uint64_t>(header_[i]);
  }
  if (isMasked()) std::copy_n(header_.begin() + static_cast<int>(lengthEnd), 4, mask_.begin());
  offset_ = 0;
}

}  // namespace bench
