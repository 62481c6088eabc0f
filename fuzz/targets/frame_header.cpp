#include "frame/frame_header.hpp"

#include "fuzz/exact_copy.hpp"
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/target.hpp"
#include "fuzz/wire_reference.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <variant>

// Oracles: the header that is read a second time, byte by byte; each beginning of the input against
// the whole; encode and parse against each other.

namespace parley::fuzz {

namespace {

using frame::FrameHeader;
using frame::FrameViolation;
using frame::HeaderIncomplete;
using frame::HeaderParse;
using frame::HeaderParsed;
using protocol::FailureCause;
using protocol::Role;

FailureCause causeOf(FrameViolation violation) {
  switch (violation) {
    case FrameViolation::ReservedBits:
      return FailureCause::ReservedBits;
    case FrameViolation::ReservedOpcode:
      return FailureCause::ReservedOpcode;
    case FrameViolation::FragmentedControl:
      return FailureCause::FragmentedControl;
    case FrameViolation::ControlTooLong:
      return FailureCause::ControlTooLong;
    case FrameViolation::LengthNotMinimal:
      return FailureCause::LengthNotMinimal;
    case FrameViolation::LengthTopBit:
      return FailureCause::LengthTopBit;
    case FrameViolation::MaskMissing:
      return FailureCause::MaskMissing;
    case FrameViolation::MaskUnexpected:
      return FailureCause::MaskUnexpected;
  }
  return FailureCause::InternalError;
}

ReferenceHeader referenceOf(const FrameHeader& header) {
  ReferenceHeader out;
  out.fin = header.fin;
  out.rsv = header.rsv;
  out.opcode = static_cast<unsigned>(header.opcode);
  if (header.maskKey) {
    out.key = std::bit_cast<std::array<std::uint8_t, 4>>(*header.maskKey);
  }
  out.length = header.payloadLength;
  return out;
}

struct Setting {
  std::uint8_t allowedRsv = 0;
  frame::MaskRule rule = frame::MaskRule::Required;

  [[nodiscard]] Role sender() const noexcept {
    return rule == frame::MaskRule::Required ? Role::Client : Role::Server;
  }
  [[nodiscard]] HeaderParse parse(Bytes bytes, FrameHeader& out) const {
    const ExactCopy copy(bytes);
    return frame::parseFrameHeader(copy.bytes(), allowedRsv, rule, out);
  }
};

void checkEncode(Bytes bytes, const FrameHeader& header) {
  std::array<std::byte, frame::kMaxHeaderSize> out{};
  const std::size_t size = frame::encodeFrameHeader(out.data(), header);
  require(std::ranges::equal(std::span(out).first(size), bytes), "encode(parse(x)) is x");
  const auto masking = header.maskKey ? frame::Masking::Masked : frame::Masking::Unmasked;
  require(frame::frameHeaderSize(header.payloadLength, masking) == size, "the size was foretold");
}

/// The reference has looked at `bytes`, the last of which led to `outcome`.
void checkStep(const Setting& setting, Bytes bytes, ReferenceHeaderReader::Outcome outcome,
               const ReferenceHeaderReader& reader) {
  FrameHeader header;
  const HeaderParse parsed = setting.parse(bytes, header);
  switch (outcome) {
    case ReferenceHeaderReader::Outcome::NeedMore: {
      const auto* const incomplete = std::get_if<HeaderIncomplete>(&parsed);
      require(incomplete != nullptr && incomplete->missing > 0, "more is needed");
      require(bytes.size() + incomplete->missing <= frame::kMaxHeaderSize, "but not for ever");
      require(header == FrameHeader{}, "no half header is written");
      break;
    }
    case ReferenceHeaderReader::Outcome::Broken: {
      const auto* const violation = std::get_if<FrameViolation>(&parsed);
      require(violation != nullptr && causeOf(*violation) == reader.cause(),
              "a rule is broken at this byte");
      break;
    }
    case ReferenceHeaderReader::Outcome::Whole: {
      const auto* const whole = std::get_if<HeaderParsed>(&parsed);
      require(whole != nullptr && whole->size == bytes.size(), "the header ends here");
      require(referenceOf(header) == reader.header(), "the header is the reference");
      checkEncode(bytes, header);
      break;
    }
  }
}

void checkParse(const Setting& setting, Bytes bytes) {
  ReferenceHeaderReader reader(setting.sender(), setting.allowedRsv);
  FrameHeader nothing;
  std::size_t promised = 0;
  std::size_t size = 0;
  auto outcome = ReferenceHeaderReader::Outcome::NeedMore;
  while (size < bytes.size() && outcome == ReferenceHeaderReader::Outcome::NeedMore) {
    const HeaderParse before = setting.parse(bytes.first(size), nothing);
    promised = size + std::get<HeaderIncomplete>(before).missing;
    outcome = reader.take(std::to_integer<std::uint8_t>(bytes[size++]));
    checkStep(setting, bytes.first(size), outcome, reader);
  }
  if (outcome == ReferenceHeaderReader::Outcome::NeedMore) return;
  if (outcome == ReferenceHeaderReader::Outcome::Whole) {
    require(promised == size, "what was missing was missing");
  }
  FrameHeader header;
  FrameHeader again;
  require(
      setting.parse(bytes, header) == setting.parse(bytes.first(size), again) && header == again,
      "what follows makes no difference");
}

}  // namespace

void frameHeader(Bytes data) {
  Input input(data);
  const std::uint8_t choice = input.byte();
  Setting setting;
  setting.allowedRsv = choice % 8;
  setting.rule = choice < 128 ? frame::MaskRule::Required : frame::MaskRule::Forbidden;
  checkParse(setting, input.rest());
}

}  // namespace parley::fuzz
