#include "protocol/output_memory.hpp"

#include "protocol/allocation_counter.hpp"
#include "protocol/output_queue.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace parley::protocol {
namespace {

const Connection* owner(int which) {
  static const std::byte places[2]{};
  return reinterpret_cast<const Connection*>(&places[which]);
}

TEST(Cork, BelongsToTheFirstComerUntilItIsEmpty) {
  Cork cork;
  EXPECT_TRUE(cork.claim(owner(0), 10));
  EXPECT_FALSE(cork.holdsFramesOf(owner(0))) << "nothing is in it";
  EXPECT_TRUE(cork.claim(owner(1), 10)) << "so it is free";
  cork.end = 5;
  EXPECT_TRUE(cork.holdsFramesOf(owner(1)));
  EXPECT_FALSE(cork.claim(owner(0), 10));
  EXPECT_TRUE(cork.claim(owner(1), 10));
  cork.begin = 5;
  EXPECT_TRUE(cork.claim(owner(0), 10));
  EXPECT_EQ(cork.end, 0U);
}

TEST(Cork, RefusesWhatDoesNotFit) {
  Cork cork;
  EXPECT_FALSE(cork.claim(owner(0), Cork::kSize + 1));
  EXPECT_TRUE(cork.claim(owner(0), Cork::kSize));
  cork.end = Cork::kSize - 9;
  EXPECT_FALSE(cork.claim(owner(0), 10));
  EXPECT_TRUE(cork.claim(owner(0), 9));
}

TEST(OutputMemory, HandsSegmentsOutAgain) {
  OutputMemory memory;
  OutputSegment* const first = memory.takeSegment(100);
  EXPECT_EQ(first->capacity, OutputMemory::kStockRoom);
  first->end = 50;
  first->payload = 40;
  first->holdsPing = true;
  first->startsInsideFrame = true;
  memory.giveSegment(first);
  const AllocationCounter counter;
  OutputSegment* const again = memory.takeSegment(OutputMemory::kStockRoom);
  EXPECT_EQ(again, first);
  EXPECT_EQ(again->end, 0U);
  EXPECT_EQ(again->payload, 0U);
  EXPECT_FALSE(again->holdsPing);
  EXPECT_FALSE(again->startsInsideFrame);
  EXPECT_EQ(again->next, nullptr);
  EXPECT_EQ(counter.count(), 0U);
  memory.giveSegment(again);
}

TEST(OutputMemory, KeepsNoLargeSegmentsAndABoundedStock) {
  OutputMemory memory;
  const AllocationCounter counter;
  memory.giveSegment(memory.takeSegment(100'000));
  EXPECT_EQ(counter.growth(), 0);
  std::vector<OutputSegment*> segments;
  segments.reserve(5000);
  const AllocationCounter more;
  for (int i = 0; i < 5000; ++i) segments.push_back(memory.takeSegment(1));
  for (OutputSegment* segment : segments) memory.giveSegment(segment);
  EXPECT_LE(more.growth(), std::ptrdiff_t{4} << 20U);
}

TEST(OutputMemory, HandsQueuesOutAgainEmpty) {
  OutputMemory memory;
  std::unique_ptr<OutputQueue> queue = memory.takeQueue();
  const OutputQueue* const first = queue.get();
  (void)queue->room(10);
  queue->commit(10, 10);
  memory.giveQueue(std::move(queue));
  const AllocationCounter counter;
  queue = memory.takeQueue();
  EXPECT_EQ(queue.get(), first);
  EXPECT_TRUE(queue->empty());
  EXPECT_EQ(counter.count(), 0U);
}

}  // namespace
}  // namespace parley::protocol
