#include "deflate/context_memory.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

namespace parley::deflate {
namespace {

using Block = ContextMemory::Block;

constexpr std::size_t kSize = 100'000;

bool isMapped(const std::byte* data) {
  return msync(const_cast<std::byte*>(data), 1, MS_ASYNC) == 0;
}

bool isZero(const Block& block) {
  const std::span<const std::byte> bytes = block.bytes();
  return std::all_of(bytes.begin(), bytes.end(),
                     [](std::byte byte) { return byte == std::byte{}; });
}

/// Takes `count` blocks, writes to them, and gives them back in their order; answers where they
/// were.
std::vector<const std::byte*> useMany(ContextMemory& memory, std::size_t count) {
  std::vector<std::optional<Block>> blocks;
  std::vector<const std::byte*> where;
  blocks.reserve(count);
  where.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    blocks.emplace_back(memory.take(kSize));
    EXPECT_TRUE(blocks.back()->isThere());
    blocks.back()->bytes().back() = std::byte{1};
    where.push_back(blocks.back()->bytes().data());
  }
  for (auto& block : blocks) block.reset();
  return where;
}

TEST(ContextMemory, IsMadeOfWholePagesOfZeros) {
  ContextMemory memory;
  const Block block = memory.take(kSize);
  ASSERT_TRUE(block.isThere());
  EXPECT_GE(block.bytes().size(), kSize);
  EXPECT_LT(block.bytes().size(), kSize + 4096);
  const auto page = static_cast<std::uintptr_t>(getpagesize());
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block.bytes().data()) % page, 0U);
  EXPECT_EQ(block.content(), Block::Content::Zeros);
  EXPECT_TRUE(isZero(block));
}

TEST(ContextMemory, KeepsABlockForTheNextOfItsSize) {
  ContextMemory memory;
  const std::byte* const first = useMany(memory, 1).front();
  const Block other = memory.take(2 * kSize);
  EXPECT_NE(other.bytes().data(), first);
  EXPECT_EQ(other.content(), Block::Content::Zeros);
  const Block same = memory.take(kSize - 1);
  EXPECT_EQ(same.bytes().data(), first);
  EXPECT_EQ(same.content(), Block::Content::Unknown);
  const Block next = memory.take(kSize);
  EXPECT_NE(next.bytes().data(), first);
}

TEST(ContextMemory, GivesBackToTheSystemAllButTheLast) {
  ContextMemory memory;
  const auto where = useMany(memory, ContextMemory::kMaxStock + 20);
  for (std::size_t i = 0; i < where.size(); ++i) EXPECT_EQ(isMapped(where[i]), i >= 20) << i;
  // The youngest first: what was written last is still near.
  EXPECT_EQ(memory.take(kSize).bytes().data(), where.back());
}

TEST(ContextMemory, KeepsTheNewSizeThoughItsStockIsFullOfAnother) {
  ContextMemory memory;
  (void)useMany(memory, ContextMemory::kMaxStock);
  const std::byte* where = nullptr;
  {
    const Block large = memory.take(3 * kSize);
    where = large.bytes().data();
  }
  EXPECT_EQ(memory.take(3 * kSize).bytes().data(), where);
}

TEST(ContextMemory, GivesAllBackWhenItIsTrimmed) {
  ContextMemory memory;
  const auto where = useMany(memory, 5);
  for (const std::byte* const block : where) EXPECT_TRUE(isMapped(block));
  memory.trim();
  for (const std::byte* const block : where) EXPECT_FALSE(isMapped(block));
  EXPECT_EQ(memory.take(kSize).content(), Block::Content::Zeros);
}

TEST(ContextMemory, GivesAllBackWhenItEnds) {
  std::optional<ContextMemory> memory(std::in_place);
  const auto where = useMany(*memory, 5);
  memory.reset();
  for (const std::byte* const block : where) EXPECT_FALSE(isMapped(block));
}

TEST(ContextMemory, AMovedBlockIsGivenBackOnce) {
  ContextMemory memory;
  const std::byte* where = nullptr;
  {
    Block first = memory.take(kSize);
    where = first.bytes().data();
    const Block second = std::move(first);
    EXPECT_EQ(second.bytes().data(), where);
    EXPECT_FALSE(first.isThere());  // NOLINT: that it is empty is promised
  }
  const Block one = memory.take(kSize);
  const Block another = memory.take(kSize);
  EXPECT_EQ(one.bytes().data(), where);
  EXPECT_NE(another.bytes().data(), where);
}

TEST(ContextMemory, IsNotThereIfMemoryEnds) {
  ContextMemory memory;
  for (const std::size_t size : {SIZE_MAX, SIZE_MAX - 4096, SIZE_MAX / 2}) {
    const Block block = memory.take(size);
    EXPECT_FALSE(block.isThere());
    EXPECT_TRUE(block.bytes().empty());
  }
}

}  // namespace
}  // namespace parley::deflate
