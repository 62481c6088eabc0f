#include "frame.hpp"

#include <algorithm>

namespace parley::tool::check {

namespace {

constexpr std::uint64_t kLargestFrame = std::uint64_t{128} << 20;

void appendBigEndian(std::string& out, std::uint64_t number, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(number >> shift));
  }
}

/// RFC 6455 section 5.3.
void applyMask(std::string& bytes, std::size_t begin, const MaskKey& key) {
  for (std::size_t i = begin; i < bytes.size(); ++i) {
    bytes[i] = static_cast<char>(static_cast<unsigned char>(bytes[i]) ^ key[(i - begin) % 4]);
  }
}

LengthForm formOf(const Frame& frame, std::uint64_t length) noexcept {
  if (frame.lengthForm != LengthForm::Shortest || length < 126) return frame.lengthForm;
  return length < 65536 ? LengthForm::Bits16 : LengthForm::Bits64;
}

}  // namespace

bool isMasked(Role sender, MaskUse use) noexcept {
  return (sender == Role::Client) == (use == MaskUse::AsRoleDemands);
}

std::string closeBody(std::uint16_t code, std::string_view reason) {
  std::string body;
  appendBigEndian(body, code, 2);
  return body.append(reason);
}

MaskKey FrameWriter::nextKey() noexcept {
  keys_ = keys_ * 1664525U + 1013904223U;
  return {static_cast<unsigned char>(keys_ >> 24), static_cast<unsigned char>(keys_ >> 16),
          static_cast<unsigned char>(keys_ >> 8), static_cast<unsigned char>(keys_ >> 3)};
}

std::string FrameWriter::write(const Frame& frame) {
  const std::uint64_t length = frame.announcedLength.value_or(frame.payload.size());
  const bool masked = isMasked(role_, frame.masking);
  const unsigned maskBit = masked ? 0x80 : 0;
  std::string out;
  out.reserve(frame.payload.size() + 14);
  out.push_back(static_cast<char>((frame.isFinal ? 0x80U : 0U) | unsigned{frame.reserved} << 4U |
                                  static_cast<unsigned>(frame.opcode)));
  switch (formOf(frame, length)) {
    case LengthForm::Shortest:
      out.push_back(static_cast<char>(maskBit | length));
      break;
    case LengthForm::Bits16:
      out.push_back(static_cast<char>(maskBit | 126));
      appendBigEndian(out, length, 2);
      break;
    case LengthForm::Bits64:
      out.push_back(static_cast<char>(maskBit | 127));
      appendBigEndian(out, length, 8);
      break;
  }
  const MaskKey key = frame.maskKey.value_or(nextKey());
  if (masked) out.append(key.begin(), key.end());
  const std::size_t begin = out.size();
  out += frame.payload.bytes();
  if (masked) applyMask(out, begin, key);
  return out;
}

std::optional<ReceivedFrame> FrameReader::next() {
  if (isOversized_ || pending() < 2) return std::nullopt;
  ReceivedFrame frame;
  frame.isFinal = (at(0) & 0x80U) != 0;
  frame.reserved = static_cast<std::uint8_t>(at(0) >> 4U & 7U);
  frame.opcode = static_cast<Opcode>(at(0) & 15U);
  const bool masked = (at(1) & 0x80U) != 0;
  std::uint64_t length = at(1) & 0x7FU;
  const std::size_t lengthBytes = length == 126 ? 2 : length == 127 ? 8 : 0;
  const std::size_t head = 2 + lengthBytes + (masked ? 4 : 0);
  if (pending() < head) return std::nullopt;
  if (lengthBytes > 0) {
    length = 0;
    for (std::size_t i = 0; i < lengthBytes; ++i) length = length << 8U | at(2 + i);
    frame.isLengthShortest = length >= (lengthBytes == 2 ? 126U : 65536U);
    frame.isLengthTopBitSet = length >> 63U != 0;
  }
  if (length > kLargestFrame) {
    isOversized_ = true;
    return std::nullopt;
  }
  if (pending() < head + length) return std::nullopt;
  frame.payload = buffer_.substr(begin_ + head, length);
  if (masked) {
    MaskKey& key = frame.maskKey.emplace();
    for (std::size_t i = 0; i < key.size(); ++i) key[i] = at(head - 4 + i);
    applyMask(frame.payload, 0, *frame.maskKey);
  }
  begin_ += head + length;
  if (begin_ >= std::max<std::size_t>(65536, buffer_.size() / 2)) {
    buffer_.erase(0, begin_);
    begin_ = 0;
  }
  return frame;
}

}  // namespace parley::tool::check
