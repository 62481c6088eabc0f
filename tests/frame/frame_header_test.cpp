#include "frame/frame_header.hpp"

#include "bytes/byte_literals.hpp"

#include <array>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace parley::frame {
namespace {

using tests::ExactCopy;

constexpr MaskKey kKey{{std::byte{0x01}, std::byte{0x80}, std::byte{0x00}, std::byte{0xFE}}};
constexpr Opcode kOpcodes[] = {Opcode::Continuation, Opcode::Text, Opcode::Binary,
                               Opcode::Close,        Opcode::Ping, Opcode::Pong};
constexpr MaskRule kRules[] = {MaskRule::Required, MaskRule::Forbidden};

struct LengthClass {
  std::uint64_t length;
  std::size_t extended;
};

constexpr LengthClass kLengths[] = {{0, 0},
                                    {1, 0},
                                    {125, 0},
                                    {126, 2},
                                    {127, 2},
                                    {255, 2},
                                    {256, 2},
                                    {0x7FFF, 2},
                                    {0x8000, 2},
                                    {0xFFFF, 2},
                                    {0x1'0000, 8},
                                    {0x7FFF'FFFF, 8},
                                    {0x8000'0000, 8},
                                    {0xFFFF'FFFF, 8},
                                    {0x1'0000'0000, 8},
                                    {0x1'0000'007D, 8},
                                    {0x12'3456'789A'BCDE, 8},
                                    {std::uint64_t{1} << 53U, 8},
                                    {0x7FFF'FFFF'FFFF'FFFF, 8}};

std::vector<std::byte> encoded(const FrameHeader& header) {
  std::vector<std::byte> room(kMaxHeaderSize, std::byte{0xA5});
  const std::size_t size = encodeFrameHeader(room.data(), header);
  for (std::size_t i = size; i < room.size(); ++i) EXPECT_EQ(room[i], std::byte{0xA5});
  room.resize(size);
  return room;
}

std::vector<std::byte> wireBytes(std::initializer_list<unsigned> values) {
  std::vector<std::byte> bytes;
  for (const unsigned value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

HeaderParse parse(std::span<const std::byte> input, std::uint8_t allowedRsv, MaskRule rule) {
  FrameHeader ignored;
  return parseFrameHeader(ExactCopy(input).bytes(), allowedRsv, rule, ignored);
}

/// How soon and with what a header is refused when it comes byte by byte.
struct Refusal {
  FrameViolation violation;
  std::size_t afterBytes;
  bool operator==(const Refusal&) const = default;
};

std::optional<Refusal> refusalByteByByte(std::span<const std::byte> input, std::uint8_t allowedRsv,
                                         MaskRule rule) {
  for (std::size_t size = 0; size <= input.size(); ++size) {
    const HeaderParse result = parse(input.first(size), allowedRsv, rule);
    if (const auto* violation = std::get_if<FrameViolation>(&result)) {
      return Refusal{*violation, size};
    }
  }
  return std::nullopt;
}

/// Each cut asks for bytes that exist, never for more than a header has, and leaves `out` alone.
void expectParsesByteByByte(std::span<const std::byte> input, MaskRule rule,
                            const FrameHeader& expected) {
  for (std::size_t size = 0; size < input.size(); ++size) {
    FrameHeader out{.fin = false, .rsv = 3, .maskKey = {}, .payloadLength = 77};
    const FrameHeader before = out;
    const auto result = parseFrameHeader(ExactCopy(input.first(size)).bytes(), 7, rule, out);
    const auto* incomplete = std::get_if<HeaderIncomplete>(&result);
    ASSERT_NE(incomplete, nullptr) << size << " of " << input.size();
    EXPECT_GE(incomplete->missing, 1);
    EXPECT_LE(size + incomplete->missing, input.size());
    if (size >= 2) {
      EXPECT_EQ(size + incomplete->missing, input.size());
    }
    EXPECT_EQ(out, before);
  }
  std::vector<std::byte> withPayload(input.begin(), input.end());
  for (int more = 0; more < 3; ++more) {
    FrameHeader out;
    const auto result = parseFrameHeader(ExactCopy(withPayload).bytes(), 7, rule, out);
    EXPECT_EQ(result, HeaderParse(HeaderParsed{static_cast<std::uint8_t>(input.size())}));
    EXPECT_EQ(out, expected);
    withPayload.push_back(std::byte{0xFF});
  }
}

TEST(FrameHeader, EveryLengthClassSurvivesARoundTripByteByByte) {
  for (const LengthClass& row : kLengths) {
    for (const MaskRule rule : kRules) {
      FrameHeader header{.fin = true,
                         .rsv = 0,
                         .opcode = Opcode::Text,
                         .maskKey = {},
                         .payloadLength = row.length};
      if (rule == MaskRule::Required) header.maskKey = kKey;
      const auto bytes = encoded(header);
      const std::size_t expected = 2 + row.extended + (rule == MaskRule::Required ? 4 : 0);
      EXPECT_EQ(bytes.size(), expected) << row.length;
      EXPECT_EQ(frameHeaderSize(row.length,
                                rule == MaskRule::Required ? Masking::Masked : Masking::Unmasked),
                expected);
      expectParsesByteByByte(bytes, rule, header);
    }
  }
}

TEST(FrameHeader, EveryLegalFirstByteSurvivesARoundTrip) {
  for (const Opcode opcode : kOpcodes) {
    for (unsigned rsv = 0; rsv < 8; ++rsv) {
      for (const bool fin : {true, false}) {
        if (isControl(opcode) && (rsv != 0 || !fin)) continue;
        const FrameHeader header{.fin = fin,
                                 .rsv = static_cast<std::uint8_t>(rsv),
                                 .opcode = opcode,
                                 .maskKey = kKey,
                                 .payloadLength = 125};
        expectParsesByteByByte(encoded(header), MaskRule::Required, header);
      }
    }
  }
}

TEST(FrameHeader, HasTheBytesOfTheStandardsExamples) {
  // RFC 6455 section 5.7.
  EXPECT_EQ(encoded({.opcode = Opcode::Text, .maskKey = {}, .payloadLength = 5}),
            wireBytes({0x81, 0x05}));
  const MaskKey key{{std::byte{0x37}, std::byte{0xFA}, std::byte{0x21}, std::byte{0x3D}}};
  EXPECT_EQ(encoded({.opcode = Opcode::Text, .maskKey = key, .payloadLength = 5}),
            wireBytes({0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D}));
  EXPECT_EQ(encoded({.fin = false, .opcode = Opcode::Text, .maskKey = {}, .payloadLength = 3}),
            wireBytes({0x01, 0x03}));
  EXPECT_EQ(encoded({.opcode = Opcode::Binary, .maskKey = {}, .payloadLength = 256}),
            wireBytes({0x82, 0x7E, 0x01, 0x00}));
  EXPECT_EQ(encoded({.opcode = Opcode::Binary, .maskKey = {}, .payloadLength = 65536}),
            wireBytes({0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0}));
  EXPECT_EQ(encoded({.rsv = kRsv1, .opcode = Opcode::Text, .maskKey = {}, .payloadLength = 0}),
            wireBytes({0xC1, 0x00}));
}

/// What the table of RFC 6455 section 5.2 says about a first byte, bit by bit.
std::optional<FrameViolation> expectedOfFirstByte(unsigned first, unsigned allowedRsv) {
  const unsigned opcode = first % 16;
  const bool isControlByte = opcode >= 8;
  for (const unsigned bit : {0x40U, 0x20U, 0x10U}) {
    if ((first & bit) != 0 && (allowedRsv & (bit / 16)) == 0) return FrameViolation::ReservedBits;
  }
  if ((opcode > 2 && opcode < 8) || opcode > 10) return FrameViolation::ReservedOpcode;
  if (isControlByte && (first & 0x70U) != 0) return FrameViolation::ReservedBits;
  if (isControlByte && first < 0x80) return FrameViolation::FragmentedControl;
  return std::nullopt;
}

TEST(FrameHeader, JudgesAll256FirstBytesAtOnceInBothRolesForAllAllowedBits) {
  for (const MaskRule rule : kRules) {
    for (unsigned allowed = 0; allowed < 8; ++allowed) {
      for (unsigned first = 0; first < 256; ++first) {
        const auto result = parse(wireBytes({first}), static_cast<std::uint8_t>(allowed), rule);
        const auto expected = expectedOfFirstByte(first, allowed);
        if (expected) {
          ASSERT_EQ(result, HeaderParse(*expected)) << first << " with " << allowed;
        } else {
          const std::uint8_t missing = rule == MaskRule::Required ? 5 : 1;
          ASSERT_EQ(result, HeaderParse(HeaderIncomplete{missing})) << first;
        }
      }
    }
  }
}

TEST(FrameHeader, JudgesAll256SecondBytesAtOnceInBothRolesForEveryOpcode) {
  for (const MaskRule rule : kRules) {
    for (const Opcode opcode : kOpcodes) {
      for (unsigned second = 0; second < 256; ++second) {
        const auto input = wireBytes({0x80U | static_cast<unsigned>(opcode), second});
        const auto refusal = refusalByteByByte(input, 0, rule);
        const bool masked = second >= 128;
        if (masked != (rule == MaskRule::Required)) {
          const auto expected =
              masked ? FrameViolation::MaskUnexpected : FrameViolation::MaskMissing;
          ASSERT_EQ(refusal, (Refusal{expected, 2})) << second;
        } else if (isControl(opcode) && second % 128 > 125) {
          ASSERT_EQ(refusal, (Refusal{FrameViolation::ControlTooLong, 2})) << second;
        } else {
          ASSERT_EQ(refusal, std::nullopt) << second;
        }
      }
    }
  }
}

TEST(FrameHeader, RefusesASixteenBitLengthThatFitsInSeven) {
  for (unsigned length = 0; length < 256; ++length) {
    const auto refusal =
        refusalByteByByte(wireBytes({0x82, 0x7E, 0, length, 0xFF}), 0, MaskRule::Forbidden);
    if (length < 126) {
      EXPECT_EQ(refusal, (Refusal{FrameViolation::LengthNotMinimal, 4})) << length;
    } else {
      EXPECT_EQ(refusal, std::nullopt) << length;
    }
  }
}

TEST(FrameHeader, RefusesALongLengthInAMaskedFrameBeforeItsKey) {
  const auto refusal =
      refusalByteByByte(wireBytes({0x82, 0xFE, 0, 125, 1, 2, 3, 4}), 0, MaskRule::Required);
  EXPECT_EQ(refusal, (Refusal{FrameViolation::LengthNotMinimal, 4}));
}

TEST(FrameHeader, RefusesASixtyFourBitLengthThatFitsInSixteen) {
  for (const unsigned high : {0U, 1U, 0x7FU, 0xFFU}) {
    const auto small = wireBytes({0x82, 0x7F, 0, 0, 0, 0, 0, 0, high, 0xFF});
    EXPECT_EQ(refusalByteByByte(small, 0, MaskRule::Forbidden),
              (Refusal{FrameViolation::LengthNotMinimal, 10}));
  }
  const auto least = wireBytes({0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0});
  EXPECT_EQ(refusalByteByByte(least, 0, MaskRule::Forbidden), std::nullopt);
}

TEST(FrameHeader, RefusesALengthWithItsTopBitAtItsFirstByte) {
  for (unsigned first = 0; first < 256; ++first) {
    const auto input = wireBytes({0x82, 0xFF, first, 0, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4});
    const auto refusal = refusalByteByByte(input, 0, MaskRule::Required);
    if (first < 0x80) {
      EXPECT_EQ(refusal, std::nullopt) << first;
    } else {
      EXPECT_EQ(refusal, (Refusal{FrameViolation::LengthTopBit, 3})) << first;
    }
  }
}

TEST(SimpleFrameHeader, IsWhatTheWholeParserSaysOfIt) {
  // What stands where a length of 16 bits is its first two bytes.
  constexpr std::uint64_t kFields[] = {0,
                                       0xFFFF,
                                       0x1'0000,
                                       0x0000'0100'0000'0000,
                                       0x007D'0000'0000'0000,
                                       0x007E'0000'0000'0000,
                                       0x7FFF'FFFF'FFFF'FFFF,
                                       0x8000'0000'0000'0000};
  for (const MaskRule rule : kRules) {
    for (unsigned first = 0; first < 256; ++first) {
      for (unsigned second = 0; second < 256; ++second) {
        for (const std::uint64_t field : kFields) {
          const bool isExtended = (second & 0x7FU) >= 126;
          if (!isExtended && field != kFields[0]) continue;
          for (std::size_t size = 0; size <= 14; ++size) {
            std::array<std::byte, 14> bytes{std::byte(first), std::byte(second)};
            for (unsigned i = 0; i < 12; ++i) bytes[2 + i] = std::byte(field >> (8 * (7 - i % 8)));
            const auto input = std::span<const std::byte>(bytes).first(size);
            FrameHeader header;
            const HeaderParse parsed = parseFrameHeader(input, 0, rule, header);
            const auto* const whole = std::get_if<HeaderParsed>(&parsed);
            const bool isSimple =
                whole != nullptr && header.fin &&
                (header.opcode == Opcode::Text || header.opcode == Opcode::Binary);
            SimpleHeader simple{};
            ASSERT_EQ(parseSimpleHeader(input, rule, simple), isSimple)
                << first << ' ' << second << ' ' << field << ' ' << size;
            if (!isSimple) continue;
            ASSERT_EQ(simple.opcode, header.opcode);
            ASSERT_EQ(simple.size, whole->size);
            ASSERT_EQ(simple.payloadLength, header.payloadLength);
            ASSERT_EQ(simple.maskKey, header.maskKey);
          }
        }
      }
    }
  }
}

TEST(FrameHeader, ForgetsTheKeyOfAnEarlierFrame) {
  FrameHeader out{.maskKey = kKey};
  const auto input = wireBytes({0x81, 0x00});
  EXPECT_EQ(parseFrameHeader(input, 0, MaskRule::Forbidden, out), HeaderParse(HeaderParsed{2}));
  EXPECT_EQ(out.maskKey, std::nullopt);
}

TEST(FrameHeader, KeepsAKeyOfZeros) {
  FrameHeader out;
  const auto input = wireBytes({0x81, 0x80, 0, 0, 0, 0});
  EXPECT_EQ(parseFrameHeader(input, 0, MaskRule::Required, out), HeaderParse(HeaderParsed{6}));
  EXPECT_EQ(out.maskKey, MaskKey{});
}

TEST(FrameViolationReasons, AreDistinctAndFitInACloseFrame) {
  std::vector<std::string_view> seen;
  for (unsigned value = 0; value <= static_cast<unsigned>(FrameViolation::MaskUnexpected);
       ++value) {
    const std::string_view reason = describe(static_cast<FrameViolation>(value));
    EXPECT_FALSE(reason.empty());
    EXPECT_LE(reason.size(), 123U);
    for (const std::string_view other : seen) EXPECT_NE(reason, other);
    for (const char c : reason) EXPECT_TRUE(c >= ' ' && c <= '~') << reason;
    seen.push_back(reason);
  }
}

}  // namespace
}  // namespace parley::frame
