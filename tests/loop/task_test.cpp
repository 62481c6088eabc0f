#include "loop/task.hpp"

#include "loop/task_queue.hpp"

#include <array>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

namespace parley::loop {
namespace {

TEST(Task, CallsWhatItHoldsInsideItself) {
  int calls = 0;
  Task task = [&calls] { ++calls; };
  task();
  task();
  EXPECT_EQ(calls, 2);
}

TEST(Task, CallsWhatIsTooLargeToHoldInside) {
  std::array<int, 64> large{};
  large[63] = 7;
  int seen = 0;
  Task task = [large, &seen] { seen = large[63]; };
  Task moved = std::move(task);
  moved();
  EXPECT_EQ(seen, 7);
}

TEST(Task, TakesCallablesThatCanOnlyBeMoved) {
  auto number = std::make_unique<int>(5);
  int seen = 0;
  Task task = [number = std::move(number), &seen] { seen = *number; };
  Task moved;
  EXPECT_FALSE(moved);
  moved = std::move(task);
  EXPECT_FALSE(task);  // NOLINT: what is left behind is empty
  moved();
  EXPECT_EQ(seen, 5);
}

TEST(Task, DestroysItsCapturesOnceWhereverTheyAreKept) {
  const auto token = std::make_shared<int>(1);
  {
    Task small = [token] {};
    std::array<char, 100> bulk{};
    Task large = [token, bulk] { (void)bulk; };
    Task moved = std::move(large);
    EXPECT_EQ(token.use_count(), 3);
    small = std::move(moved);
    EXPECT_EQ(token.use_count(), 2);
  }
  EXPECT_EQ(token.use_count(), 1);
}

TEST(TaskQueue, RunsInOrderAndLeavesWhatIsQueuedMeanwhileForTheNextBatch) {
  TaskQueue queue;
  std::vector<int> ran;
  queue.push([&] {
    ran.push_back(1);
    queue.push([&] { ran.push_back(3); });
  });
  queue.push([&] { ran.push_back(2); });
  const auto run = [](Task& task) {
    task();
    return true;
  };
  queue.runBatch(run);
  EXPECT_EQ(ran, (std::vector{1, 2}));
  EXPECT_FALSE(queue.empty());
  queue.runBatch(run);
  EXPECT_EQ(ran, (std::vector{1, 2, 3}));
  EXPECT_TRUE(queue.empty());
}

TEST(TaskQueue, KeepsOrderWhenABatchIsInterrupted) {
  TaskQueue queue;
  std::vector<int> ran;
  for (int i = 1; i <= 3; ++i) queue.push([&ran, i] { ran.push_back(i); });
  queue.runBatch([](Task& task) {
    task();
    return false;
  });
  std::vector<Task> more;
  more.emplace_back([&ran] { ran.push_back(4); });
  queue.pushAll(more);
  EXPECT_TRUE(more.empty());
  while (!queue.empty()) {
    queue.runBatch([](Task& task) {
      task();
      return true;
    });
  }
  EXPECT_EQ(ran, (std::vector{1, 2, 3, 4}));
}

}  // namespace
}  // namespace parley::loop
