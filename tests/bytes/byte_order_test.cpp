#include "bytes/byte_order.hpp"

#include <array>
#include <cstdint>

#include <gtest/gtest.h>

namespace parley::bytes {
namespace {

constexpr std::array<std::byte, 9> kCounting = {std::byte{0xFF}, std::byte{0x81}, std::byte{0x02},
                                                std::byte{0x03}, std::byte{0x04}, std::byte{0x05},
                                                std::byte{0x06}, std::byte{0x07}, std::byte{0x88}};

TEST(ByteOrder, LoadsTheFirstByteAsTheMostSignificantAtAnyAlignment) {
  const std::byte* from = kCounting.data() + 1;
  EXPECT_EQ(loadBig<std::uint8_t>(from), 0x81);
  EXPECT_EQ(loadBig<std::uint16_t>(from), 0x8102);
  EXPECT_EQ(loadBig<std::uint32_t>(from), 0x81020304U);
  EXPECT_EQ(loadBig<std::uint64_t>(from), 0x8102030405060788U);
}

TEST(ByteOrder, StoresTheMostSignificantByteFirstAndNothingBeyond) {
  std::array<std::byte, 9> to = kCounting;
  storeBig<std::uint64_t>(to.data() + 1, 0x1122334455667708U);
  EXPECT_EQ(to[0], std::byte{0xFF});
  EXPECT_EQ(to[1], std::byte{0x11});
  EXPECT_EQ(to[8], std::byte{0x08});
  storeBig<std::uint16_t>(to.data() + 1, 0xABCD);
  EXPECT_EQ(to[1], std::byte{0xAB});
  EXPECT_EQ(to[2], std::byte{0xCD});
  EXPECT_EQ(to[3], std::byte{0x33});
  storeBig<std::uint32_t>(to.data() + 2, 0xDEADBEEFU);
  EXPECT_EQ(to[2], std::byte{0xDE});
  EXPECT_EQ(to[5], std::byte{0xEF});
  EXPECT_EQ(to[6], std::byte{0x66});
}

TEST(ByteOrder, EveryPowerOfTwoSurvivesARoundTrip) {
  std::array<std::byte, 8> memory{};
  for (unsigned bit = 0; bit < 64; ++bit) {
    const std::uint64_t value = (std::uint64_t{1} << bit) + (bit > 0 ? 1U : 0U);
    storeBig(memory.data(), value);
    EXPECT_EQ(loadBig<std::uint64_t>(memory.data()), value);
    storeNative(memory.data(), value);
    EXPECT_EQ(loadNative<std::uint64_t>(memory.data()), value);
    EXPECT_EQ(swapBytes(swapBytes(value)), value);
  }
}

}  // namespace
}  // namespace parley::bytes
