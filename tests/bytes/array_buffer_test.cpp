#include <parley/array_buffer.hpp>

#include <cstdint>
#include <limits>
#include <new>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(ArrayBuffer, StartsEmptyWithoutMemory) {
  const ArrayBuffer buffer;
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.data(), nullptr);
  EXPECT_EQ(buffer.capacity(), 0U);
}

TEST(ArrayBuffer, OfALengthHoldsZeros) {
  const ArrayBuffer buffer(100'000);
  ASSERT_EQ(buffer.byteLength(), 100'000U);
  for (const std::byte byte : buffer.bytes()) ASSERT_EQ(byte, std::byte{0});
}

TEST(ArrayBuffer, CopiesBytesAndText) {
  const ArrayBuffer text = ArrayBuffer::copyOf("abc");
  EXPECT_EQ(text.text(), "abc");
  const ArrayBuffer copy = ArrayBuffer::copyOf(text.bytes());
  EXPECT_EQ(copy.text(), "abc");
  EXPECT_NE(copy.data(), text.data());
  EXPECT_TRUE(ArrayBuffer::copyOf("").empty());
}

TEST(ArrayBuffer, MovesItsMemoryAndLeavesTheOtherEmpty) {
  ArrayBuffer from = ArrayBuffer::copyOf("abc");
  const std::byte* const memory = from.data();
  ArrayBuffer to(std::move(from));
  EXPECT_EQ(to.data(), memory);
  EXPECT_TRUE(from.empty());  // NOLINT: what a moved-from buffer is, is part of the contract
  EXPECT_EQ(from.capacity(), 0U);
  from = std::move(to);
  EXPECT_EQ(from.text(), "abc");
  EXPECT_TRUE(to.empty());  // NOLINT
}

TEST(ArrayBuffer, SurvivesAMoveToItself) {
  ArrayBuffer buffer = ArrayBuffer::copyOf("abc");
  ArrayBuffer& same = buffer;
  buffer = std::move(same);
  EXPECT_EQ(buffer.text(), "abc");
}

TEST(ArrayBuffer, SlicesAsEcmaScriptDoes) {
  const ArrayBuffer buffer = ArrayBuffer::copyOf("0123456789");
  const struct {
    std::int64_t begin;
    std::int64_t end;
    std::string_view expected;
  } cases[] = {
      {0, 10, "0123456789"},
      {2, 5, "234"},
      {-3, INT64_MAX, "789"},
      {-3, -1, "78"},
      {0, -10, ""},
      {-100, 2, "01"},
      {5, 2, ""},
      {10, 20, ""},
      {100, 200, ""},
      {INT64_MIN, INT64_MAX, "0123456789"},
      {INT64_MAX, INT64_MIN, ""},
  };
  for (const auto& [begin, end, expected] : cases) {
    EXPECT_EQ(buffer.slice(begin, end).text(), expected) << begin << ".." << end;
  }
  EXPECT_EQ(buffer.slice(7).text(), "789");
  EXPECT_TRUE(ArrayBuffer().slice(0).empty());
}

TEST(ArrayBuffer, AppendsAndGrowsByHalf) {
  ArrayBuffer buffer;
  std::string expected;
  std::size_t growths = 0;
  std::size_t capacity = 0;
  for (int i = 0; i < 100'000; ++i) {
    const char c = static_cast<char>('a' + i % 26);
    expected.push_back(c);
    buffer.append(std::as_bytes(std::span(&c, 1)));
    if (buffer.capacity() != capacity) ++growths;
    capacity = buffer.capacity();
  }
  EXPECT_EQ(buffer.text(), expected);
  EXPECT_LT(growths, 40U);
  EXPECT_LE(capacity, 150'000U);
}

TEST(ArrayBuffer, AppendsAPartOfItself) {
  ArrayBuffer buffer = ArrayBuffer::copyOf("abcdef");
  for (int i = 0; i < 10; ++i) buffer.append(std::as_const(buffer).bytes());
  ASSERT_EQ(buffer.byteLength(), 6U << 10U);
  for (std::size_t i = 0; i < buffer.byteLength(); i += 6) {
    ASSERT_EQ(buffer.text().substr(i, 6), "abcdef");
  }
}

TEST(ArrayBuffer, ReserveKeepsBytesAndLength) {
  ArrayBuffer buffer = ArrayBuffer::copyOf("abc");
  buffer.reserve(1 << 20);
  EXPECT_EQ(buffer.text(), "abc");
  EXPECT_GE(buffer.capacity(), 1U << 20U);
  const std::byte* const memory = buffer.data();
  buffer.resizeUninitialized(1 << 20);
  EXPECT_EQ(buffer.data(), memory);
  EXPECT_EQ(buffer.text().substr(0, 3), "abc");
  buffer.resizeUninitialized(2);
  EXPECT_EQ(buffer.text(), "ab");
}

TEST(ArrayBuffer, ResetReleases) {
  ArrayBuffer buffer(1000);
  buffer.reset();
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.capacity(), 0U);
  buffer.append(ArrayBuffer::copyOf("x").bytes());
  EXPECT_EQ(buffer.text(), "x");
}

TEST(ArrayBuffer, ReportsTheEndOfMemoryAndStaysWhole) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "AddressSanitizer ends the program instead";
#endif
  ArrayBuffer buffer = ArrayBuffer::copyOf("abc");
  EXPECT_THROW(buffer.reserve(std::numeric_limits<std::size_t>::max() / 4), std::bad_alloc);
  EXPECT_EQ(buffer.text(), "abc");
}

}  // namespace
}  // namespace parley
