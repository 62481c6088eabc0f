#include <parley/loop.hpp>

#include <atomic>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <unistd.h>
#include <uv.h>

namespace parley {
namespace {

using namespace std::chrono_literals;

TEST(Loop, RunReturnsAtOnceWithNothingOpen) {
  Loop loop;
  loop.run();
  loop.run();
}

TEST(Loop, RunsWhatWasPostedBefore) {
  Loop loop;
  std::vector<int> ran;
  EXPECT_TRUE(loop.post([&] {
    ran.push_back(1);
    loop.post([&] { ran.push_back(3); });
  }));
  EXPECT_TRUE(loop.post([&] { ran.push_back(2); }));
  EXPECT_TRUE(ran.empty());
  loop.run();
  EXPECT_EQ(ran, (std::vector{1, 2, 3}));
}

TEST(Loop, TimersFireInTheirOrderAndKeepItGoing) {
  Loop loop;
  std::vector<int> fired;
  loop.setTimeout([&] { fired.push_back(20); }, 20ms);
  loop.setTimeout([&] { fired.push_back(5); }, 5ms);
  loop.setTimeout([&] { fired.push_back(0); }, 0ms);
  loop.setTimeout([&] { fired.push_back(-1); }, -5ms);
  const auto started = std::chrono::steady_clock::now();
  loop.run();
  EXPECT_GE(std::chrono::steady_clock::now() - started, 19ms);
  EXPECT_EQ(fired, (std::vector{0, -1, 5, 20}));
}

TEST(Loop, AnIntervalRepeatsUntilItIsCleared) {
  Loop loop;
  int fired = 0;
  TimerId id{};
  id = loop.setInterval(
      [&] {
        if (++fired == 3) loop.clearTimeout(id);
      },
      0ms);
  loop.run();
  EXPECT_EQ(fired, 3);
}

TEST(Loop, AClearedTimerNeitherFiresNorKeepsItGoing) {
  Loop loop;
  const auto token = std::make_shared<int>(0);
  const TimerId id = loop.setTimeout([token] { FAIL(); }, 1h);
  loop.clearTimeout(id);
  EXPECT_EQ(token.use_count(), 1);
  loop.clearTimeout(id);
  loop.clearTimeout(TimerId{});
  loop.clearTimeout(TimerId{999});
  loop.run();
}

TEST(Loop, ATimerLetsGoOfItsTaskOnceItHasFired) {
  Loop loop;
  const auto token = std::make_shared<int>(0);
  loop.setTimeout([token] {}, 0ms);
  loop.run();
  EXPECT_EQ(token.use_count(), 1);
}

TEST(Loop, StopEndsRunAndWhatIsLeftRunsNextTime) {
  Loop loop;
  int fired = 0;
  loop.setTimeout([&] { loop.stop(); }, 0ms);
  loop.setTimeout([&] { ++fired; }, 30ms);
  loop.run();
  EXPECT_EQ(fired, 0);
  loop.run();
  EXPECT_EQ(fired, 1);
}

TEST(Loop, StopFromAnotherThreadWakesIt) {
  Loop loop;
  loop.setTimeout([] { FAIL(); }, 1h);
  std::thread other([&] { loop.stop(); });
  loop.run();
  other.join();
}

TEST(Loop, StopBeforeRunMakesItReturnAtOnceButOnlyOnce) {
  Loop loop;
  int fired = 0;
  loop.setTimeout([&] { ++fired; }, 0ms);
  loop.stop();
  loop.run();
  EXPECT_EQ(fired, 0);
  loop.run();
  EXPECT_EQ(fired, 1);
}

TEST(Loop, RunThrowsWhatATaskThrewAndCanBeCalledAgain) {
  Loop loop;
  std::vector<int> ran;
  loop.post([&] { ran.push_back(1); });
  loop.post([] { throw std::runtime_error("from a task"); });
  loop.post([&] { ran.push_back(2); });
  EXPECT_THROW(loop.run(), std::runtime_error);
  EXPECT_EQ(ran, std::vector{1});
  loop.run();
  EXPECT_EQ(ran, (std::vector{1, 2}));
}

TEST(Loop, RunThrowsWhatATimerThrew) {
  Loop loop;
  int fired = 0;
  loop.setInterval(
      [&] {
        if (++fired == 2) loop.stop();
        throw fired;
      },
      1ms);
  EXPECT_THROW(loop.run(), int);
  EXPECT_THROW(loop.run(), int);
  EXPECT_EQ(fired, 2);
}

TEST(Loop, PollThrowsToo) {
  Loop loop;
  loop.post([] { throw std::runtime_error("from a task"); });
  EXPECT_THROW(loop.poll(), std::runtime_error);
  EXPECT_FALSE(loop.poll());
}

TEST(Loop, OnuncaughtTakesExceptionsInsteadOfRun) {
  Loop loop;
  std::vector<std::string> caught;
  loop.onuncaught = [&](std::exception_ptr exception) {
    try {
      std::rethrow_exception(exception);
    } catch (const std::runtime_error& error) {
      caught.emplace_back(error.what());
    }
  };
  loop.post([] { throw std::runtime_error("one"); });
  loop.setTimeout([] { throw std::runtime_error("two"); }, 0ms);
  loop.run();
  EXPECT_EQ(caught, (std::vector<std::string>{"one", "two"}));
}

TEST(Loop, AnExceptionFromOnuncaughtIsThrownByRun) {
  Loop loop;
  loop.onuncaught = [](std::exception_ptr) { throw std::logic_error("handler"); };
  loop.post([] { throw std::runtime_error("task"); });
  EXPECT_THROW(loop.run(), std::logic_error);
}

TEST(Loop, RunFromWithinATaskIsRefused) {
  Loop loop;
  loop.post([&] { EXPECT_THROW(loop.run(), std::logic_error); });
  loop.post([&] { EXPECT_THROW(loop.poll(), std::logic_error); });
  loop.run();
}

TEST(Loop, CurrentIsTheRunningLoopElseTheThreadsOwn) {
  Loop& own = Loop::current();
  EXPECT_EQ(&own, &Loop::current());
  Loop loop;
  loop.post([&] { EXPECT_EQ(&Loop::current(), &loop); });
  loop.run();
  loop.post([&] { EXPECT_EQ(&Loop::current(), &loop); });
  loop.poll();
  EXPECT_EQ(&Loop::current(), &own);
  std::thread([&own] { EXPECT_NE(&Loop::current(), &own); }).join();
  int ran = 0;
  own.post([&] { ++ran; });
  parley::run();
  EXPECT_EQ(ran, 1);
}

/// Drives a loop from an epoll loop of our own, as a program with another loop would.
class EpollDriver {
 public:
  explicit EpollDriver(Loop& loop) : loop_(loop), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    epoll_event event{};
    event.events = EPOLLIN;
    EXPECT_EQ(::epoll_ctl(epoll_, EPOLL_CTL_ADD, loop.fd(), &event), 0);
  }
  EpollDriver(const EpollDriver&) = delete;
  EpollDriver& operator=(const EpollDriver&) = delete;
  ~EpollDriver() { ::close(epoll_); }

  /// How long it would wait; -1: for ever.
  int wait() const {
    const auto timeout = loop_.timeout();
    return timeout ? static_cast<int>(timeout->count()) : -1;
  }
  bool turn() {
    epoll_event event{};
    EXPECT_GE(::epoll_wait(epoll_, &event, 1, wait()), 0);
    return loop_.poll();
  }
  bool isReadable() const {
    epoll_event event{};
    return ::epoll_wait(epoll_, &event, 1, 0) == 1;
  }

 private:
  Loop& loop_;
  int epoll_;
};

TEST(LoopInAnEpollLoop, DoesNotSpinWhenNothingIsOpen) {
  Loop loop;
  EpollDriver driver(loop);
  EXPECT_EQ(driver.wait(), -1);
  EXPECT_FALSE(driver.isReadable());
  EXPECT_FALSE(loop.poll());
  EXPECT_EQ(driver.wait(), -1);
  EXPECT_FALSE(driver.isReadable());
}

TEST(LoopInAnEpollLoop, IsWokenByAPostOfAnotherThread) {
  Loop loop;
  EpollDriver driver(loop);
  bool ran = false;
  std::thread other([&] { loop.post([&] { ran = true; }); });
  while (!ran) driver.turn();
  other.join();
  EXPECT_EQ(driver.wait(), -1);
  EXPECT_FALSE(driver.isReadable());
}

TEST(LoopInAnEpollLoop, TellsWhenTheNextTimerIsDue) {
  Loop loop;
  EpollDriver driver(loop);
  bool fired = false;
  loop.setTimeout([&] { fired = true; }, 20ms);
  EXPECT_GT(driver.wait(), 0);
  EXPECT_LE(driver.wait(), 20);
  int turns = 0;
  while (driver.turn()) ++turns;
  EXPECT_TRUE(fired);
  EXPECT_LE(turns, 5);
}

TEST(LoopInAnEpollLoop, StopIsNoObstacle) {
  Loop loop;
  EpollDriver driver(loop);
  bool fired = false;
  loop.setTimeout([&] { fired = true; }, 1ms);
  loop.stop();
  while (driver.turn()) {
  }
  EXPECT_TRUE(fired);
}

class ForeignLoop : public testing::Test {
 protected:
  ForeignLoop() { EXPECT_EQ(uv_loop_init(&foreign), 0); }
  /// Every handle of ours must be gone by then.
  ~ForeignLoop() override {
    uv_run(&foreign, UV_RUN_DEFAULT);
    EXPECT_EQ(uv_loop_close(&foreign), 0);
  }

  uv_loop_t foreign;
};

TEST_F(ForeignLoop, MakesProgressWithItsTurns) {
  Loop loop(&foreign);
  std::vector<int> ran;
  loop.setTimeout(
      [&] {
        ran.push_back(1);
        loop.post([&] { ran.push_back(2); });
      },
      1ms);
  // A post does not keep the foreign loop alive, as it does not keep run() going; this timer does.
  loop.setTimeout([] {}, 30ms);
  uv_run(&foreign, UV_RUN_DEFAULT);
  EXPECT_EQ(ran, (std::vector{1, 2}));
}

TEST_F(ForeignLoop, IsNotHeldByALoopWithNothingOpen) {
  Loop loop(&foreign);
  EXPECT_EQ(uv_loop_alive(&foreign), 0);
  const TimerId timer = loop.setTimeout([] {}, 1h);
  EXPECT_NE(uv_loop_alive(&foreign), 0);
  loop.clearTimeout(timer);
  uv_run(&foreign, UV_RUN_DEFAULT);
  EXPECT_EQ(uv_loop_alive(&foreign), 0);
}

TEST_F(ForeignLoop, IsNotForUsToRun) {
  Loop loop(&foreign);
  EXPECT_THROW(loop.run(), std::logic_error);
  EXPECT_THROW(loop.poll(), std::logic_error);
}

TEST_F(ForeignLoop, ReportsToOnuncaught) {
  Loop loop(&foreign);
  int caught = 0;
  loop.onuncaught = [&](std::exception_ptr) { ++caught; };
  loop.setTimeout([] { throw std::runtime_error("task"); }, 0ms);
  uv_run(&foreign, UV_RUN_DEFAULT);
  EXPECT_EQ(caught, 1);
}

TEST_F(ForeignLoop, HandlesCloseInItsNextTurns) {
  {
    Loop loop(&foreign);
    loop.setInterval([] { FAIL(); }, 1h);
    loop.post([] { FAIL(); });
  }
  EXPECT_NE(uv_loop_alive(&foreign), 0);  // closing
  uv_run(&foreign, UV_RUN_DEFAULT);
  EXPECT_EQ(uv_loop_alive(&foreign), 0);
}

using ForeignLoopDeathTest = ForeignLoop;

TEST_F(ForeignLoopDeathTest, AnExceptionThatNobodyTakesEndsTheProgram) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        Loop loop(&foreign);
        loop.setTimeout([] { throw std::runtime_error("nobody"); }, 0ms);
        uv_run(&foreign, UV_RUN_DEFAULT);
      },
      "nobody");
}

TEST(LoopDestruction, NeverWaitsForWhatIsOpen) {
  const auto token = std::make_shared<int>(0);
  {
    Loop loop;
    loop.setTimeout([token] { FAIL(); }, 1h);
    loop.setInterval([token] { FAIL(); }, 1h);
    loop.post([token] { FAIL(); });
  }
  EXPECT_EQ(token.use_count(), 1);
}

TEST(LoopThread, RunsPostsOnItsOwnThread) {
  LoopThread network;
  std::promise<std::thread::id> ran;
  ASSERT_TRUE(network.loop().post([&] {
    EXPECT_EQ(&Loop::current(), &network.loop());
    ran.set_value(std::this_thread::get_id());
  }));
  EXPECT_NE(ran.get_future().get(), std::this_thread::get_id());
}

TEST(LoopThread, GoesOnAfterStop) {
  LoopThread network;
  network.loop().stop();
  std::promise<void> ran;
  network.loop().post([&] {
    network.loop().stop();
    network.loop().post([&] { ran.set_value(); });
  });
  ran.get_future().wait();
}

TEST(LoopThread, IsDestroyedWithTimersPending) {
  LoopThread network;
  network.loop().post([&] { network.loop().setTimeout([] { FAIL(); }, 1h); });
}

TEST(LoopThread, MayBeDestroyedOnItsOwnThread) {
  auto network = std::make_shared<std::unique_ptr<LoopThread>>(std::make_unique<LoopThread>());
  std::promise<void> destroyed;
  (*network)->loop().post([&, network] {
    network->reset();
    destroyed.set_value();
  });
  network.reset();
  destroyed.get_future().wait();
}

TEST(LoopThread, TakesPostsFromManyThreadsWhileItGoes) {
  std::atomic<int> ran{0};
  {
    LoopThread network;
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 500; ++i) network.loop().post([&] { ++ran; });
      });
    }
    for (std::thread& thread : threads) thread.join();
    std::promise<void> done;
    network.loop().post([&] { done.set_value(); });
    done.get_future().wait();
  }
  EXPECT_EQ(ran, 4000);
}

}  // namespace
}  // namespace parley
