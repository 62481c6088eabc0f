#include "loop/background.hpp"

#include "loop/event_loop.hpp"

#include <parley/loop.hpp>

#include <atomic>
#include <memory>
#include <thread>

#include <gtest/gtest.h>

namespace parley::loop {
namespace {

TEST(Background, WorksElsewhereAndEndsOnTheLoop) {
  Loop loop;
  std::thread::id worked;
  bool isDone = false;
  runInBackground(
      loop.eventLoop(), [&] { worked = std::this_thread::get_id(); },
      [&] {
        isDone = true;
        EXPECT_TRUE(loop.isCurrentThread());
      });
  EXPECT_FALSE(isDone);
  while (!isDone) loop.poll();
  EXPECT_NE(worked, std::thread::id());
  EXPECT_NE(worked, std::this_thread::get_id());
}

TEST(Background, IsForgottenByALoopThatEnds) {
  auto isCalled = std::make_shared<std::atomic<bool>>(false);
  std::atomic<bool> mayEnd = false;
  std::weak_ptr<std::atomic<bool>> watched = isCalled;
  {
    Loop loop;
    runInBackground(
        loop.eventLoop(), [&mayEnd] { mayEnd.wait(false); }, [isCalled] { *isCalled = true; });
  }
  mayEnd = true;
  mayEnd.notify_all();
  // Its thread lets go of what the job held, whenever that is.
  while (watched.use_count() > 1) std::this_thread::yield();
  EXPECT_FALSE(*isCalled);
}

TEST(Background, DoesNothingOnALoopThatHasEnded) {
  auto loop = std::make_unique<Loop>();
  EventLoop& ended = loop->eventLoop();
  ended.retain();
  loop.reset();
  runInBackground(
      ended, [] { FAIL(); }, [] { FAIL(); });
  ended.release();
}

}  // namespace
}  // namespace parley::loop
