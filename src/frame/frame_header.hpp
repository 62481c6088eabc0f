#pragma once

#include "bytes/byte_order.hpp"
#include "frame/mask.hpp"

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

namespace parley::frame {

/// RFC 6455 section 5.2. The other ten values are reserved and never leave the parser.
enum class Opcode : std::uint8_t {
  Continuation = 0,
  Text = 1,
  Binary = 2,
  Close = 8,
  Ping = 9,
  Pong = 10
};

/// Close, Ping or Pong (RFC 6455 section 5.5: those whose top bit is set).
[[nodiscard]] constexpr bool isControl(Opcode opcode) noexcept {
  return (static_cast<std::uint8_t>(opcode) & 0x8U) != 0;
}

/// The reserved bits as they stand in FrameHeader::rsv.
inline constexpr std::uint8_t kRsv1 = 4;
inline constexpr std::uint8_t kRsv2 = 2;
inline constexpr std::uint8_t kRsv3 = 1;

inline constexpr std::size_t kMaxHeaderSize = 14;
inline constexpr std::size_t kMaxControlPayload = 125;

struct FrameHeader {
  bool fin = true;
  std::uint8_t rsv = 0;
  Opcode opcode = Opcode::Binary;
  std::optional<MaskKey> maskKey;
  std::uint64_t payloadLength = 0;  ///< bytes; below 2^63

  bool operator==(const FrameHeader&) const = default;
};

static_assert(sizeof(FrameHeader) <= 16, "two registers");

/// The rule of RFC 6455 section 5 that a peer's frame header broke; all are Close 1002.
enum class FrameViolation : std::uint8_t {
  ReservedBits,
  ReservedOpcode,
  FragmentedControl,
  ControlTooLong,
  LengthNotMinimal,
  LengthTopBit,
  MaskMissing,
  MaskUnexpected
};

/// A reason that may be sent to the peer: ASCII, at most 123 bytes.
[[nodiscard]] std::string_view describe(FrameViolation violation) noexcept;

/// What the receiving side demands of the MASK bit: a server requires it, a client forbids it.
enum class MaskRule : std::uint8_t { Required, Forbidden };

/// The bytes so far are fine but no whole header: at least `missing` more are needed.
struct HeaderIncomplete {
  std::uint8_t missing;
  bool operator==(const HeaderIncomplete&) const = default;
};

/// A whole header stands in the first `size` bytes; the payload follows it.
struct HeaderParsed {
  std::uint8_t size;
  bool operator==(const HeaderParsed&) const = default;
};

using HeaderParse = std::variant<HeaderParsed, HeaderIncomplete, FrameViolation>;
static_assert(sizeof(HeaderParse) == 2, "returned in a register");

/// Parses the frame header at the start of `input`. `allowedRsv` are the bits that a negotiated
/// extension uses on data frames; on control frames none ever is. `out` is written only when a
/// whole header was there. A violation is found as soon as the byte that commits it is there.
[[nodiscard]] HeaderParse parseFrameHeader(std::span<const std::byte> input,
                                           std::uint8_t allowedRsv, MaskRule rule,
                                           FrameHeader& out) noexcept;

/// The header of nearly every frame: of a whole message that is not compressed.
struct SimpleHeader {
  Opcode opcode;  ///< Text or Binary
  std::uint8_t size;
  std::uint64_t payloadLength;
  std::optional<MaskKey> maskKey;
};

/// Reads such a header from the front of `input`. False, and nothing is said of it, if it is cut,
/// of another kind or breaks a rule: parseFrameHeader() tells.
[[nodiscard]] bool parseSimpleHeader(std::span<const std::byte> input, MaskRule rule,
                                     SimpleHeader& out) noexcept;

enum class Masking : std::uint8_t { Masked, Unmasked };

/// Bytes that encodeFrameHeader() will write: 2 to 14.
[[nodiscard]] std::size_t frameHeaderSize(std::uint64_t payloadLength, Masking masking) noexcept;

/// Writes `header` with the shortest form of its length; answers the size. `to` has room for
/// frameHeaderSize() bytes, of which kMaxHeaderSize is the most. The length must be below 2^63.
std::size_t encodeFrameHeader(std::byte* to, const FrameHeader& header) noexcept;

// Inline from here on: both run once per frame, most of them with a header of 2 to 6 bytes.

namespace wire {

inline constexpr unsigned kFin = 0x80;
inline constexpr unsigned kMaskBit = 0x80;
inline constexpr unsigned kLength16 = 126;
inline constexpr unsigned kLength64 = 127;
inline constexpr std::size_t kBaseSize = 2;
inline constexpr std::size_t kMaskKeySize = 4;
inline constexpr unsigned kKnownOpcodes = 0b0000'0111'0000'0111;

/// The rules that the first byte alone decides.
[[nodiscard]] inline std::optional<FrameViolation> checkFirstByte(unsigned first,
                                                                  unsigned allowedRsv) noexcept {
  const unsigned opcode = first & 0xFU;
  const unsigned rsv = (first >> 4U) & 0x7U;
  // RFC 6455 section 5.2: a reserved bit that no extension gave a meaning fails the connection.
  if ((rsv & ~allowedRsv) != 0) return FrameViolation::ReservedBits;
  // Section 5.2: opcodes 3..7 and 11..15 are for later; an unknown one fails the connection.
  if (((kKnownOpcodes >> opcode) & 1U) == 0) return FrameViolation::ReservedOpcode;
  if ((opcode & 0x8U) == 0) return std::nullopt;
  // RFC 7692 section 6: no extension that we know marks control frames.
  if (rsv != 0) return FrameViolation::ReservedBits;
  // RFC 6455 section 5.5: control frames are never fragmented.
  if ((first & kFin) == 0) return FrameViolation::FragmentedControl;
  return std::nullopt;
}

/// The rules that the second byte adds.
[[nodiscard]] inline std::optional<FrameViolation> checkSecondByte(unsigned first, unsigned second,
                                                                   MaskRule rule) noexcept {
  // RFC 6455 section 5.1: a client masks every frame, a server none.
  const bool masked = (second & kMaskBit) != 0;
  if (!masked && rule == MaskRule::Required) return FrameViolation::MaskMissing;
  if (masked && rule == MaskRule::Forbidden) return FrameViolation::MaskUnexpected;
  // RFC 6455 section 5.5: a control payload has at most 125 bytes, so no longer form either.
  if ((first & 0x8U) != 0 && (second & 0x7FU) > kMaxControlPayload) {
    return FrameViolation::ControlTooLong;
  }
  return std::nullopt;
}

/// The bytes of the extended length that a 7-bit length announces.
[[nodiscard]] constexpr std::size_t extendedSize(unsigned length7) noexcept {
  return length7 < kLength16 ? 0 : length7 == kLength16 ? 2 : 8;
}

/// Reads an extended length of `extended` bytes, 2 or 8, of which all (or, to find the top bit
/// early, at least one) are there. RFC 6455 section 5.2: the shortest form only, top bit clear.
[[nodiscard]] inline std::optional<FrameViolation> readExtendedLength(
    std::span<const std::byte> input, std::size_t extended, std::uint64_t& length) noexcept {
  const std::span<const std::byte> field = input.subspan(kBaseSize);
  if (extended == 8 && !field.empty() && (field[0] & std::byte{0x80}) != std::byte{}) {
    return FrameViolation::LengthTopBit;
  }
  if (field.size() < extended) return std::nullopt;
  const bool isShort = extended == 2;
  length = isShort ? bytes::loadBig<std::uint16_t>(field.data())
                   : bytes::loadBig<std::uint64_t>(field.data());
  if (length < (isShort ? kLength16 : 0x1'0000U)) return FrameViolation::LengthNotMinimal;
  return std::nullopt;
}

[[nodiscard]] inline HeaderParse incomplete(std::size_t have, std::size_t need) noexcept {
  return HeaderIncomplete{static_cast<std::uint8_t>(need - have)};
}

}  // namespace wire

inline HeaderParse parseFrameHeader(std::span<const std::byte> input, std::uint8_t allowedRsv,
                                    MaskRule rule, FrameHeader& out) noexcept {
  const std::size_t keySize = rule == MaskRule::Required ? wire::kMaskKeySize : 0;
  const std::size_t least = wire::kBaseSize + keySize;
  if (input.empty()) return wire::incomplete(0, least);
  const auto first = std::to_integer<unsigned>(input[0]);
  if (const auto broken = wire::checkFirstByte(first, allowedRsv)) return *broken;
  if (input.size() < wire::kBaseSize) return wire::incomplete(input.size(), least);
  const auto second = std::to_integer<unsigned>(input[1]);
  if (const auto broken = wire::checkSecondByte(first, second, rule)) return *broken;

  std::uint64_t length = second & 0x7FU;
  const std::size_t extended = wire::extendedSize(second & 0x7FU);
  if (extended != 0) [[unlikely]] {
    if (const auto broken = wire::readExtendedLength(input, extended, length)) return *broken;
  }
  const std::size_t size = least + extended;
  if (input.size() < size) return wire::incomplete(input.size(), size);

  out.fin = (first & wire::kFin) != 0;
  out.rsv = static_cast<std::uint8_t>((first >> 4U) & 0x7U);
  out.opcode = static_cast<Opcode>(first & 0xFU);
  out.payloadLength = length;
  out.maskKey.reset();
  if (keySize != 0) {
    const std::byte* key = input.data() + size - wire::kMaskKeySize;
    out.maskKey = std::bit_cast<MaskKey>(bytes::loadNative<std::uint32_t>(key));
  }
  return HeaderParsed{static_cast<std::uint8_t>(size)};
}

inline bool parseSimpleHeader(std::span<const std::byte> input, MaskRule rule,
                              SimpleHeader& out) noexcept {
  const bool isMasked = rule == MaskRule::Required;
  const std::size_t keySize = isMasked ? wire::kMaskKeySize : 0;
  if (input.size() < wire::kBaseSize + keySize) return false;
  // FIN and no reserved bit, Text or Binary: 0x81 and 0x82.
  const unsigned opcode = std::to_integer<unsigned>(input[0]) ^ wire::kFin;
  if (opcode - 1U > 1U) return false;
  // Without the mask bit where there must be one, and with it where there may be none, this is more
  // than any length.
  const unsigned length = std::to_integer<unsigned>(input[1]) ^ (isMasked ? wire::kMaskBit : 0U);
  std::size_t size = wire::kBaseSize;
  out.payloadLength = length;
  if (length >= wire::kLength16) {
    if (length > wire::kLength64) return false;
    const std::size_t extended = wire::extendedSize(length);
    size += extended;
    if (input.size() < size + keySize) return false;
    if (wire::readExtendedLength(input, extended, out.payloadLength)) return false;
  }
  out.opcode = static_cast<Opcode>(opcode);
  out.maskKey.reset();
  if (isMasked) {
    out.maskKey = std::bit_cast<MaskKey>(bytes::loadNative<std::uint32_t>(input.data() + size));
  }
  out.size = static_cast<std::uint8_t>(size + keySize);
  return true;
}

inline std::size_t frameHeaderSize(std::uint64_t payloadLength, Masking masking) noexcept {
  const std::size_t extended = payloadLength < wire::kLength16 ? 0
                               : payloadLength < 0x1'0000      ? 2
                                                               : 8;
  return wire::kBaseSize + extended + (masking == Masking::Masked ? wire::kMaskKeySize : 0);
}

inline std::size_t encodeFrameHeader(std::byte* to, const FrameHeader& header) noexcept {
  assert(header.payloadLength >> 63U == 0);
  const unsigned fin = header.fin ? wire::kFin : 0;
  const unsigned maskBit = header.maskKey ? wire::kMaskBit : 0;
  const unsigned rsv = static_cast<unsigned>(header.rsv & 0x7U) << 4U;
  to[0] = static_cast<std::byte>(fin | rsv | static_cast<unsigned>(header.opcode));
  std::size_t size = wire::kBaseSize;
  if (header.payloadLength < wire::kLength16) {
    to[1] = static_cast<std::byte>(maskBit | static_cast<unsigned>(header.payloadLength));
  } else if (header.payloadLength < 0x1'0000) {
    to[1] = static_cast<std::byte>(maskBit | wire::kLength16);
    bytes::storeBig(to + size, static_cast<std::uint16_t>(header.payloadLength));
    size += 2;
  } else {
    to[1] = static_cast<std::byte>(maskBit | wire::kLength64);
    bytes::storeBig(to + size, header.payloadLength);
    size += 8;
  }
  if (header.maskKey) {
    bytes::storeNative(to + size, std::bit_cast<std::uint32_t>(*header.maskKey));
    size += wire::kMaskKeySize;
  }
  return size;
}

}  // namespace parley::frame
