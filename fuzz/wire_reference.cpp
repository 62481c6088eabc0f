#include "fuzz/wire_reference.hpp"

#include <algorithm>
#include <utility>

namespace parley::fuzz {

using protocol::FailureCause;
using protocol::Role;

// ---- Headers ----

ReferenceHeaderReader::Outcome ReferenceHeaderReader::broken(FailureCause cause) noexcept {
  cause_ = cause;
  return Outcome::Broken;
}

ReferenceHeaderReader::Outcome ReferenceHeaderReader::take(std::uint8_t byte) {
  bytes_.push_back(byte);
  const Outcome outcome = judge();
  if (outcome == Outcome::Whole) bytes_.clear();
  return outcome;
}

ReferenceHeaderReader::Outcome ReferenceHeaderReader::judge() {
  if (bytes_.size() == 1) return judgeFirst(bytes_[0]);
  if (bytes_.size() == 2) {
    const Outcome outcome = judgeSecond(bytes_[1]);
    if (outcome == Outcome::Broken) return outcome;
  }
  const unsigned length7 = bytes_[1] & 0x7FU;
  const std::size_t lengthBytes = length7 == 127 ? 8 : length7 == 126 ? 2 : 0;
  if (lengthBytes != 0) {
    const Outcome outcome = judgeLength(lengthBytes);
    if (outcome != Outcome::Whole) return outcome;
  }
  const std::size_t keyAt = 2 + lengthBytes;
  if (sender_ == Role::Server) {
    header_.key.reset();
    return Outcome::Whole;
  }
  if (bytes_.size() < keyAt + 4) return Outcome::NeedMore;
  header_.key = {bytes_[keyAt], bytes_[keyAt + 1], bytes_[keyAt + 2], bytes_[keyAt + 3]};
  return Outcome::Whole;
}

ReferenceHeaderReader::Outcome ReferenceHeaderReader::judgeFirst(unsigned first) {
  header_.fin = first >= 0x80;
  header_.rsv = first / 16 % 8;
  header_.opcode = first % 16;
  const bool isControl = isControlOpcode(header_.opcode);
  for (const unsigned bit : {1U, 2U, 4U}) {
    const bool isAllowed = (allowedRsv_ & bit) != 0;
    if ((header_.rsv & bit) != 0 && !isAllowed) return broken(FailureCause::ReservedBits);
  }
  switch (header_.opcode) {
    case kContinuation:
    case kText:
    case kBinary:
    case kClose:
    case kPing:
    case kPong:
      break;
    default:
      return broken(FailureCause::ReservedOpcode);
  }
  if (isControl && header_.rsv != 0) return broken(FailureCause::ReservedBits);
  if (isControl && !header_.fin) return broken(FailureCause::FragmentedControl);
  return Outcome::NeedMore;
}

ReferenceHeaderReader::Outcome ReferenceHeaderReader::judgeSecond(unsigned second) {
  const bool isMasked = second >= 0x80;
  if (sender_ == Role::Client && !isMasked) return broken(FailureCause::MaskMissing);
  if (sender_ == Role::Server && isMasked) return broken(FailureCause::MaskUnexpected);
  header_.length = second % 128;
  if (isControlOpcode(header_.opcode) && header_.length > 125) {
    return broken(FailureCause::ControlTooLong);
  }
  return Outcome::NeedMore;
}

ReferenceHeaderReader::Outcome ReferenceHeaderReader::judgeLength(std::size_t lengthBytes) {
  if (lengthBytes == 8 && bytes_.size() > 2 && bytes_[2] >= 0x80) {
    return broken(FailureCause::LengthTopBit);
  }
  if (bytes_.size() < 2 + lengthBytes) return Outcome::NeedMore;
  header_.length = 0;
  for (std::size_t i = 0; i < lengthBytes; ++i) {
    header_.length = header_.length * 256 + bytes_[2 + i];
  }
  const std::uint64_t least = lengthBytes == 2 ? 126 : 65536;
  if (header_.length < least) return broken(FailureCause::LengthNotMinimal);
  return Outcome::Whole;
}

// ---- Frames ----

void applyKey(std::string& bytes, const ReferenceKey& key, std::uint64_t phase) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<char>(static_cast<std::uint8_t>(bytes[i]) ^ key[(i + phase) % 4]);
  }
}

void ReferenceWire::feed(std::string_view bytes) {
  while (!bytes.empty() && !failure_) {
    if (current_) {
      takePayload(bytes);
      continue;
    }
    const auto outcome = headers_.take(static_cast<std::uint8_t>(bytes.front()));
    bytes.remove_prefix(1);
    switch (outcome) {
      case ReferenceHeaderReader::Outcome::NeedMore:
        break;
      case ReferenceHeaderReader::Outcome::Broken:
        failure_ = headers_.cause();
        break;
      case ReferenceHeaderReader::Outcome::Whole:
        current_ = ReferenceFrame{headers_.header(), {}};
        if (current_->header.length == 0) endFrame();
        break;
    }
  }
}

void ReferenceWire::takePayload(std::string_view& bytes) {
  const ReferenceHeader& header = current_->header;
  const std::uint64_t missing = header.length - current_->payload.size();
  std::string plain(
      bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(missing, bytes.size()))));
  bytes.remove_prefix(plain.size());
  if (header.key) applyKey(plain, *header.key, current_->payload.size());
  current_->payload += plain;
  if (!isControlOpcode(header.opcode)) dataBytes_ += plain.size();
  if (current_->payload.size() == header.length) endFrame();
}

void ReferenceWire::endFrame() {
  frames_.push_back(std::move(*current_));
  current_.reset();
}

// ---- Writing ----

std::string referenceFrame(unsigned first, std::string_view payload,
                           std::optional<ReferenceKey> key, LengthForm form) {
  const unsigned maskBit = key ? 0x80 : 0;
  std::string out(1, static_cast<char>(first));
  if (form == LengthForm::Shortest) {
    form = payload.size() > 65535 ? LengthForm::Bits64 : LengthForm::Bits16;
    if (payload.size() < 126) {
      out.push_back(static_cast<char>(maskBit | payload.size()));
      form = LengthForm::Shortest;
    }
  }
  if (form != LengthForm::Shortest) {
    const int size = form == LengthForm::Bits64 ? 8 : 2;
    out.push_back(static_cast<char>(maskBit | (size == 8 ? 127U : 126U)));
    for (int i = size - 1; i >= 0; --i) {
      out.push_back(static_cast<char>(std::uint64_t{payload.size()} >> (8 * i) & 0xFFU));
    }
  }
  if (!key) return out.append(payload);
  for (const std::uint8_t byte : *key) out.push_back(static_cast<char>(byte));
  std::string masked(payload);
  applyKey(masked, *key, 0);
  return out + masked;
}

}  // namespace parley::fuzz
