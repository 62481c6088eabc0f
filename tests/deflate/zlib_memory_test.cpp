#include "deflate/zlib_memory.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace parley::deflate {
namespace {

class ZlibMemoryTest : public testing::Test {
 protected:
  ZlibMemoryTest() : zlib_(memory_, 8'192) {
    zlib_.serve(stream_);
    begin_ = take(1);
  }

  /// Written to from end to end.
  std::byte* take(unsigned size) {
    auto* const taken = static_cast<std::byte*>(stream_.zalloc(stream_.opaque, 1, size));
    EXPECT_NE(taken, nullptr);
    std::fill_n(taken, size, std::byte{1});
    return taken;
  }
  void give(std::byte* taken) { stream_.zfree(stream_.opaque, taken); }

  ContextMemory memory_;
  ZlibMemory zlib_;
  z_stream stream_{};
  std::byte* begin_ = nullptr;
};

TEST_F(ZlibMemoryTest, HandsItsBlockOutFromTheFront) {
  ASSERT_TRUE(zlib_.isThere());
  const std::byte* const first = take(100);
  const std::byte* const second = take(100);
  EXPECT_GE(first, begin_ + 1);
  EXPECT_GE(second, first + 100);
  EXPECT_LT(second, begin_ + 8'192);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(first) % alignof(std::max_align_t), 0U);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(second) % alignof(std::max_align_t), 0U);
}

TEST_F(ZlibMemoryTest, TakesBackOnlyTheLast) {
  std::byte* const first = take(100);
  std::byte* const second = take(100);
  give(first);
  const std::byte* const third = take(50);
  EXPECT_GT(third, second);
  std::byte* const window = take(2'000);
  give(window);
  EXPECT_EQ(take(4'000), window);
}

TEST_F(ZlibMemoryTest, WhatDoesNotFitIsElsewhere) {
  std::byte* const large = take(8'192);
  EXPECT_TRUE(large < begin_ || large >= begin_ + 8'192);
  std::byte* const small = take(4'000);
  EXPECT_TRUE(small > begin_ && small < begin_ + 8'192);
  std::byte* const more = take(5'000);
  EXPECT_TRUE(more < begin_ || more >= begin_ + 8'192);
  give(more);
  give(large);
}

TEST(ZlibMemory, GivesItsBlockBackAsAWhole) {
  ContextMemory memory;
  const std::byte* where = nullptr;
  {
    ZlibMemory zlib(memory, 8'192);
    z_stream stream{};
    zlib.serve(stream);
    where = static_cast<const std::byte*>(stream.zalloc(stream.opaque, 1, 1));
  }
  EXPECT_EQ(memory.take(8'192).bytes().data(), where);
}

TEST(ZlibMemory, IsNotThereIfMemoryEnds) {
  ContextMemory memory;
  EXPECT_FALSE(ZlibMemory(memory, SIZE_MAX / 2).isThere());
}

}  // namespace
}  // namespace parley::deflate
