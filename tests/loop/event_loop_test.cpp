#include "loop/event_loop.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace parley::loop {
namespace {

using namespace std::chrono_literals;

class EventLoopTest : public testing::Test {
 protected:
  EventLoopTest() : loop(EventLoop::create()) {}
  ~EventLoopTest() override {
    if (!loop.isShutDown()) loop.shutDown();
    loop.release();
  }

  EventLoop& loop;
  std::vector<std::string> events;
};

class Flusher final : public Flushable {
 public:
  explicit Flusher(std::function<void()> action) : action_(std::move(action)) {}
  void onFlush() override { action_(); }

 private:
  std::function<void()> action_;
};

class Watcher final : public LoopObject {
 public:
  explicit Watcher(std::function<void()> action) : action_(std::move(action)) {}
  void onLoopDestroyed() override { action_(); }

 private:
  std::function<void()> action_;
};

class Alarm final : public Deadline {
 public:
  explicit Alarm(std::function<void()> action) : action_(std::move(action)) {}

 private:
  void onDeadline(protocol::Time) override { action_(); }
  std::function<void()> action_;
};

TEST_F(EventLoopTest, QueuedTasksRunInOrderAndNeverInsideTheCall) {
  loop.queueTask([&] {
    events.emplace_back("first");
    loop.queueTask([&] { events.emplace_back("third"); });
    events.emplace_back("still first");
  });
  loop.queueTask([&] { events.emplace_back("second"); });
  EXPECT_TRUE(events.empty());
  loop.run();
  EXPECT_EQ(events, (std::vector<std::string>{"first", "still first", "second", "third"}));
}

TEST_F(EventLoopTest, FlushesOncePerTurnAfterTheTasks) {
  Flusher flusher([&] { events.emplace_back("flush"); });
  for (int i = 0; i < 3; ++i) {
    loop.queueTask([&] {
      events.emplace_back("task");
      loop.requestFlush(flusher);
    });
  }
  loop.run();
  EXPECT_EQ(events, (std::vector<std::string>{"task", "task", "task", "flush"}));
}

TEST_F(EventLoopTest, AFlushThatIsRequestedAgainWhileFlushingWaitsForTheNextTurn) {
  int flushes = 0;
  std::unique_ptr<Flusher> flusher;
  flusher = std::make_unique<Flusher>([&] {
    if (++flushes < 5) loop.requestFlush(*flusher);
  });
  loop.requestFlush(*flusher);
  EXPECT_EQ(loop.timeout(), 0ms);
  loop.run();
  EXPECT_EQ(flushes, 5);
  EXPECT_EQ(loop.timeout(), std::nullopt);
}

TEST_F(EventLoopTest, ADestroyedFlushableIsNotFlushed) {
  int flushes = 0;
  auto second = std::make_unique<Flusher>([&] { ++flushes; });
  Flusher first([&] { second.reset(); });
  loop.requestFlush(first);
  loop.requestFlush(*second);
  loop.run();
  EXPECT_EQ(flushes, 0);
}

TEST_F(EventLoopTest, WhatIsFlushedByPollIsFlushedBeforeItReturns) {
  int flushes = 0;
  Flusher flusher([&] { ++flushes; });
  loop.post([&] { loop.requestFlush(flusher); });
  loop.poll();
  EXPECT_EQ(flushes, 1);
}

TEST_F(EventLoopTest, DeadlinesFireButDoNotKeepItGoing) {
  int fired = 0;
  Alarm alarm([&] { ++fired; });
  loop.schedule(alarm, loop.updateNow() + 10ms);
  loop.run();
  EXPECT_EQ(fired, 0);  // nothing open: returned at once
  KeepAlive open(loop);
  Alarm done([&] { open.reset(); });
  loop.schedule(alarm, loop.updateNow() + 10ms);
  loop.schedule(done, loop.updateNow() + 80ms);
  loop.run();
  EXPECT_EQ(fired, 1);
}

TEST_F(EventLoopTest, AnEarlierDeadlineIsNotHeldUpByALaterOne) {
  KeepAlive open(loop);
  Alarm late([&] { events.emplace_back("late"); });
  Alarm early([&] {
    events.emplace_back("early");
    open.reset();
  });
  loop.schedule(late, loop.updateNow() + 1h);
  loop.schedule(early, loop.now() + 1ms);
  loop.run();
  EXPECT_EQ(events, std::vector<std::string>{"early"});
  EXPECT_TRUE(late.isScheduled());
}

TEST_F(EventLoopTest, RunsUntilTheLastKeepAliveIsGone) {
  auto first = std::make_unique<KeepAlive>(loop);
  KeepAlive second(loop);
  loop.queueTask([&] {
    events.emplace_back("first");
    first.reset();
  });
  loop.startTimer([&] { second.reset(); }, 1ms, std::nullopt);
  loop.run();
  EXPECT_EQ(events.size(), 1u);
  KeepAlive third(loop);
  KeepAlive moved = std::move(third);
  EXPECT_TRUE(loop.poll());
  moved.reset();
  EXPECT_FALSE(loop.poll());
}

TEST_F(EventLoopTest, RunTaskKeepsExceptionsForRun) {
  loop.runTask([] { throw std::runtime_error("one"); });
  loop.runTask([] { throw std::runtime_error("two"); });
  for (const char* expected : {"one", "two"}) {
    try {
      loop.run();
      FAIL() << "nothing thrown";
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), expected);
    }
  }
  EXPECT_NO_THROW(loop.run());
}

TEST_F(EventLoopTest, PostsFromManyThreadsArriveOnceAndInTheOrderOfEachThread) {
  constexpr int kThreads = 8;
  constexpr int kPosts = 2000;
  std::vector<std::vector<int>> seen(kThreads);
  KeepAlive open(loop);
  int left = kThreads * kPosts;
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kPosts; ++i) {
        EXPECT_TRUE(loop.post([&, t, i] {
          EXPECT_TRUE(loop.isCurrentThread());
          seen[t].push_back(i);
          if (--left == 0) open.reset();
        }));
      }
      EXPECT_FALSE(loop.isCurrentThread());
    });
  }
  loop.run();
  for (std::thread& thread : threads) thread.join();
  for (const auto& order : seen) {
    ASSERT_EQ(order.size(), static_cast<std::size_t>(kPosts));
    EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
  }
}

TEST_F(EventLoopTest, SharesOneReceiveBufferAndGivesRandomWords) {
  EXPECT_EQ(loop.receiveBuffer().size(), EventLoop::kReceiveBufferSize);
  EXPECT_EQ(loop.receiveBuffer().data(), loop.receiveBuffer().data());
  std::vector<std::uint32_t> words;
  for (int i = 0; i < 600; ++i) words.push_back(loop.entropy().word());
  std::sort(words.begin(), words.end());
  const auto distinct = std::unique(words.begin(), words.end()) - words.begin();
  EXPECT_GT(distinct, 590);
}

TEST_F(EventLoopTest, ShutDownEndsWhatIsRegisteredAndDropsTheRest) {
  const auto token = std::make_shared<int>(0);
  Flusher flusher([&] { events.emplace_back("flush"); });
  Alarm alarm([] {});
  Watcher watcher([&] {
    events.emplace_back("destroyed");
    EXPECT_TRUE(loop.isCurrentThread());
    loop.requestFlush(flusher);
  });
  Watcher forgotten([&] { events.emplace_back("never"); });
  loop.add(watcher);
  loop.add(forgotten);
  forgotten.unlink();
  loop.schedule(alarm, loop.now() + 1h);
  loop.queueTask([token] { FAIL(); });
  loop.post([token] { FAIL(); });
  loop.startTimer([token] { FAIL(); }, 0ms, std::nullopt);
  loop.shutDown();
  EXPECT_EQ(events, (std::vector<std::string>{"destroyed", "flush"}));
  EXPECT_EQ(token.use_count(), 1);
  EXPECT_TRUE(loop.isShutDown());
  EXPECT_FALSE(loop.isCurrentThread());
  EXPECT_FALSE(alarm.isScheduled());
}

TEST_F(EventLoopTest, AShutDownLoopIgnoresWhatDeadHandlesDo) {
  KeepAlive open(loop);
  Flusher flusher([] { FAIL(); });
  Alarm alarm([] { FAIL(); });
  loop.shutDown();
  const auto token = std::make_shared<int>(0);
  EXPECT_FALSE(loop.post([token] { FAIL(); }));
  loop.queueTask([token] { FAIL(); });
  EXPECT_EQ(token.use_count(), 1);
  loop.requestFlush(flusher);
  EXPECT_FALSE(flusher.isLinked());
  loop.schedule(alarm, protocol::Time{});
  EXPECT_FALSE(alarm.isScheduled());
  loop.stop();
  open.reset();
}

TEST_F(EventLoopTest, TheLastReferenceMayGoOnAnotherThread) {
  EventLoop& other = EventLoop::create();
  other.retain();
  other.shutDown();
  other.release();
  std::thread([&other] {
    EXPECT_FALSE(other.post([] {}));
    other.release();
  }).join();
}

}  // namespace
}  // namespace parley::loop
