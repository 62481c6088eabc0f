#include "fuzz/splitter.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace parley::fuzz {
namespace {

using Sizes = std::vector<std::size_t>;

/// The pieces of 20 bytes.
Sizes divide(std::string_view codes) {
  Input input(asBytes(codes));
  Splitter splitter(input);
  const std::string data = "0123456789abcdefghij";
  Sizes sizes;
  std::string together;
  splitter.divide(asBytes(data), [&](std::span<std::byte> piece) {
    sizes.push_back(piece.size());
    together += asText(piece);
    return Appetite::More;
  });
  EXPECT_EQ(together, data);
  return sizes;
}

TEST(Splitter, TakesItsSizesFromTheInput) {
  EXPECT_EQ(divide(""), Sizes{20});
  EXPECT_EQ(divide("\x01\x08"), (Sizes{8, 8, 4}));
  EXPECT_EQ(divide("\x02\x03\x05"), (Sizes{3, 5, 3, 5, 3, 1}));
  EXPECT_EQ(divide("\x01\x80"), Sizes{20});
}

TEST(Splitter, EndsThoughItsSizesAreNothing) {
  EXPECT_EQ(divide(std::string_view("\x01\x00", 2)), (Sizes{0, 20}));
  EXPECT_EQ(divide(std::string_view("\x03\x00\x06\x00", 4)),
            (Sizes{0, 6, 0, 0, 6, 0, 0, 6, 0, 0, 2}));
}

TEST(Splitter, TakesLargerStepsThroughALongStream) {
  Input input(asBytes("\x01\x01"));
  Splitter splitter(input);
  const std::string data(100'000, 'x');
  std::size_t reads = 0;
  std::size_t bytes = 0;
  splitter.divide(asBytes(data), [&](std::span<std::byte> piece) {
    bytes += piece.size();
    if (++reads == 256) {
      EXPECT_EQ(bytes, 256U);
    }
    return Appetite::More;
  });
  EXPECT_EQ(bytes, data.size());
  EXPECT_LT(reads, 3'000U);
}

TEST(Splitter, StopsForAReaderThatHasEnough) {
  Input input(asBytes("\x01\x01"));
  Splitter splitter(input);
  int reads = 0;
  splitter.divide(asBytes("abc"), [&](std::span<std::byte>) {
    return ++reads == 2 ? Appetite::Sated : Appetite::More;
  });
  EXPECT_EQ(reads, 2);
}

TEST(Input, HasAMeaningBeyondItsEnd) {
  Input input(
      asBytes("\x02"
              "ab\x05xy"));
  EXPECT_EQ(input.text(), "ab");
  EXPECT_EQ(input.text(), "xy");
  EXPECT_TRUE(input.empty());
  EXPECT_EQ(input.word(), 0);
  EXPECT_EQ(input.block().size(), 0U);
}

}  // namespace
}  // namespace parley::fuzz
