#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

/// The tables of the vectorised validator, an idea of Keiser and Lemire ("Validating UTF-8 in less
/// than one instruction per byte", 2020): every error of UTF-8 but one shows in two neighbouring
/// bytes, and there in the high and low half of the first and the high half of the second. Each
/// half looks up the set of errors that it leaves possible; an error in all three sets is real.
/// The one that needs more than two bytes is whether a continuation follows a continuation by
/// right: kTwoContinuations must be set exactly two bytes after a lead of three or four, or three
/// bytes after a lead of four.
namespace parley::bytes::utf8 {

inline constexpr std::uint8_t kTooShort = 1;              // a lead, then no continuation
inline constexpr std::uint8_t kTooLong = 2;               // ASCII, then a continuation
inline constexpr std::uint8_t kOverlong3 = 4;             // E0, then 80..9F
inline constexpr std::uint8_t kTooLarge = 8;              // F4, then 90..BF; F5..FF, then 90..BF
inline constexpr std::uint8_t kSurrogate = 16;            // ED, then A0..BF
inline constexpr std::uint8_t kOverlong2 = 32;            // C0 or C1, then a continuation
inline constexpr std::uint8_t kOverlong4OrTooLarge = 64;  // F0, or F5..FF, then 80..8F
inline constexpr std::uint8_t kTwoContinuations = 128;

/// Sixteen entries for a byte shuffle, one for each value of half a byte.
struct alignas(16) HalfByteTable {
  std::array<std::uint8_t, 16> entries{};
};

inline constexpr HalfByteTable kFirstHigh = [] {
  HalfByteTable table;
  for (std::size_t high = 0; high < 8; ++high) table.entries[high] = kTooLong;
  for (std::size_t high = 8; high < 12; ++high) table.entries[high] = kTwoContinuations;
  table.entries[0xC] = kTooShort | kOverlong2;
  table.entries[0xD] = kTooShort;
  table.entries[0xE] = kTooShort | kOverlong3 | kSurrogate;
  table.entries[0xF] = kTooShort | kTooLarge | kOverlong4OrTooLarge;
  return table;
}();

inline constexpr HalfByteTable kFirstLow = [] {
  HalfByteTable table;
  // The low half says nothing about these three.
  table.entries.fill(kTooShort | kTooLong | kTwoContinuations);
  table.entries[0x0] |= kOverlong2 | kOverlong3 | kOverlong4OrTooLarge;
  table.entries[0x1] |= kOverlong2;
  table.entries[0x4] |= kTooLarge;
  for (std::size_t low = 5; low < 16; ++low) {
    table.entries[low] |= kTooLarge | kOverlong4OrTooLarge;
  }
  table.entries[0xD] |= kSurrogate;
  return table;
}();

inline constexpr HalfByteTable kSecondHigh = [] {
  HalfByteTable table;
  table.entries.fill(kTooShort);
  for (std::size_t high = 8; high < 12; ++high) {
    table.entries[high] = kTooLong | kOverlong2 | kTwoContinuations;
  }
  table.entries[0x8] |= kOverlong3 | kOverlong4OrTooLarge;
  table.entries[0x9] |= kOverlong3 | kTooLarge;
  table.entries[0xA] |= kSurrogate | kTooLarge;
  table.entries[0xB] |= kSurrogate | kTooLarge;
  return table;
}();

/// What subtracted with saturation leaves the top bit only in leads of three or four bytes, and
/// only in leads of four.
inline constexpr std::uint8_t kBelowLead3 = 0xE0 - 0x80;
inline constexpr std::uint8_t kBelowLead4 = 0xF0 - 0x80;

/// For a text's last block of fewer than 16 bytes: loaded at `16 - rest`, a shuffle that moves the
/// last `rest` bytes of a register to its front and fills up with zeros.
inline constexpr std::array<std::uint8_t, 32> kMoveToFront = [] {
  std::array<std::uint8_t, 32> order{};
  order.fill(0x80);
  for (std::size_t i = 0; i < 16; ++i) order[i] = static_cast<std::uint8_t>(i);
  return order;
}();

}  // namespace parley::bytes::utf8
