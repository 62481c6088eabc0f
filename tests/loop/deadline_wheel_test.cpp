#include "loop/deadline_wheel.hpp"

#include <functional>
#include <memory>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace parley::loop {
namespace {

using namespace std::chrono_literals;
using protocol::Duration;
using protocol::Time;

constexpr Time kStart{Duration(123'456'789)};

class Recorder final : public Deadline {
 public:
  std::function<void()> action;
  std::vector<Time> fired;

 private:
  void onDeadline(Time now) override {
    fired.push_back(now);
    if (action) action();
  }
};

/// Turns the wheel as a loop does: to each time that it asks for, up to `end`.
std::size_t turn(DeadlineWheel& wheel, Time end) {
  std::size_t turns = 0;
  while (auto next = wheel.nextExpiry()) {
    if (*next > end) break;
    wheel.expire(*next);
    ++turns;
  }
  wheel.expire(end);
  return turns;
}

TEST(DeadlineWheel, ADeadlineIsSmall) {
  class Bare final : public Deadline {
    void onDeadline(Time) override {}
  };
  EXPECT_LE(sizeof(Bare), 32u);
}

TEST(DeadlineWheel, FiresOnceNeverEarlyAndAtMostATickLate) {
  for (const Duration delay : {0ms, 1ms, 31ms, 32ms, 33ms, 1000ms, 20'000ms, 32'767ms}) {
    DeadlineWheel wheel;
    Recorder deadline;
    const Time due = kStart + delay;
    ASSERT_TRUE(wheel.schedule(deadline, due, kStart));
    turn(wheel, due - 1ms);
    EXPECT_TRUE(deadline.fired.empty()) << delay.count();
    turn(wheel, due + 2 * DeadlineWheel::kTick);
    ASSERT_EQ(deadline.fired.size(), 1u) << delay.count();
    EXPECT_GE(deadline.fired[0], due);
    EXPECT_LE(deadline.fired[0], due + DeadlineWheel::kTick);
    EXPECT_FALSE(deadline.isScheduled());
    EXPECT_FALSE(wheel.nextExpiry());
  }
}

TEST(DeadlineWheel, AnswersWhenItMustBeCalled) {
  DeadlineWheel wheel;
  Recorder late, early;
  EXPECT_FALSE(wheel.nextExpiry());
  const auto lateAt = wheel.schedule(late, kStart + 10s, kStart);
  ASSERT_TRUE(lateAt);
  EXPECT_EQ(wheel.nextExpiry(), lateAt);
  const auto earlyAt = wheel.schedule(early, kStart + 1s, kStart);
  ASSERT_TRUE(earlyAt);
  EXPECT_LT(*earlyAt, *lateAt);
  EXPECT_EQ(wheel.nextExpiry(), earlyAt);
  DeadlineWheel::cancel(early);
  EXPECT_EQ(wheel.nextExpiry(), lateAt);
}

TEST(DeadlineWheel, MovingToALaterTimeAsksForNothing) {
  DeadlineWheel wheel;
  Recorder deadline;
  const auto first = wheel.schedule(deadline, kStart + 1s, kStart);
  EXPECT_FALSE(wheel.schedule(deadline, kStart + 5s, kStart + 500ms));
  EXPECT_FALSE(wheel.schedule(deadline, kStart + 9s, kStart + 600ms));
  EXPECT_EQ(wheel.nextExpiry(), first);  // the old place is only looked at when it comes up
  turn(wheel, kStart + 8999ms);
  EXPECT_TRUE(deadline.fired.empty());
  turn(wheel, kStart + 9s + DeadlineWheel::kTick);
  EXPECT_EQ(deadline.fired.size(), 1u);
}

TEST(DeadlineWheel, MovingToAnEarlierTimeTakesEffect) {
  DeadlineWheel wheel;
  Recorder deadline;
  wheel.schedule(deadline, kStart + 30s, kStart);
  EXPECT_TRUE(wheel.schedule(deadline, kStart + 1s, kStart));
  turn(wheel, kStart + 1s + DeadlineWheel::kTick);
  EXPECT_EQ(deadline.fired.size(), 1u);
  turn(wheel, kStart + 60s);
  EXPECT_EQ(deadline.fired.size(), 1u);
}

TEST(DeadlineWheel, HoldsDeadlinesOfHours) {
  DeadlineWheel wheel;
  Recorder hours;
  const Time due = kStart + 26h;
  wheel.schedule(hours, due, kStart);
  const std::size_t turns = turn(wheel, due - 1ms);
  EXPECT_TRUE(hours.fired.empty());
  EXPECT_LT(turns, 3000u);  // looked at once in a round of half a minute
  turn(wheel, due + DeadlineWheel::kTick);
  EXPECT_EQ(hours.fired.size(), 1u);
}

TEST(DeadlineWheel, HoldsADeadlineThatNeverComes) {
  DeadlineWheel wheel;
  Recorder never;
  EXPECT_TRUE(wheel.schedule(never, Time::max(), kStart));
  turn(wheel, kStart + 1h);
  EXPECT_TRUE(never.fired.empty());
  EXPECT_TRUE(never.isScheduled());
}

TEST(DeadlineWheel, SurvivesAClockThatLeapsAhead) {
  DeadlineWheel wheel;
  Recorder soon, later, afterLeap, distant;
  wheel.schedule(soon, kStart + 1s, kStart);
  wheel.schedule(later, kStart + 25s, kStart);
  wheel.schedule(afterLeap, kStart + 10h + 10s, kStart);
  wheel.schedule(distant, kStart + 100h, kStart);
  const Time woken = kStart + 10h;
  wheel.expire(woken);
  EXPECT_EQ(soon.fired, std::vector{woken});
  EXPECT_EQ(later.fired, std::vector{woken});
  EXPECT_TRUE(afterLeap.fired.empty());
  turn(wheel, kStart + 10h + 10s + DeadlineWheel::kTick);
  EXPECT_EQ(afterLeap.fired.size(), 1u);
  EXPECT_TRUE(distant.fired.empty());
  EXPECT_TRUE(distant.isScheduled());
}

TEST(DeadlineWheel, ATimeThatHasPassedFiresAtTheNextTick) {
  DeadlineWheel wheel;
  Recorder deadline;
  const auto at = wheel.schedule(deadline, kStart - 5s, kStart);
  ASSERT_TRUE(at);
  EXPECT_LE(*at, kStart + DeadlineWheel::kTick);
  wheel.expire(*at);
  EXPECT_EQ(deadline.fired.size(), 1u);
}

TEST(DeadlineWheel, StartsFromTheCurrentTimeAfterALongPause) {
  DeadlineWheel wheel;
  Recorder deadline;
  wheel.schedule(deadline, kStart + 1s, kStart);
  turn(wheel, kStart + 2s);
  const Time later = kStart + 5h;  // nobody called meanwhile: nothing was scheduled
  const auto at = wheel.schedule(deadline, later + 1s, later);
  ASSERT_TRUE(at);
  EXPECT_GE(*at, later + 1s);
}

TEST(DeadlineWheel, CancelledAndDestroyedDeadlinesDoNotFire) {
  DeadlineWheel wheel;
  Recorder cancelled, kept;
  wheel.schedule(cancelled, kStart + 1s, kStart);
  wheel.schedule(kept, kStart + 1s, kStart);
  {
    Recorder destroyed;
    wheel.schedule(destroyed, kStart + 1s, kStart);
  }
  DeadlineWheel::cancel(cancelled);
  DeadlineWheel::cancel(cancelled);
  turn(wheel, kStart + 2s);
  EXPECT_TRUE(cancelled.fired.empty());
  EXPECT_EQ(kept.fired.size(), 1u);
}

TEST(DeadlineWheel, ACallbackMayChangeAnyDeadline) {
  DeadlineWheel wheel;
  Recorder first, second, third, again;
  auto doomed = std::make_unique<Recorder>();
  // All in one slot; whichever comes first takes the others out of it.
  const auto clear = [&] {
    for (Recorder* other : {&first, &second, &third}) DeadlineWheel::cancel(*other);
    doomed.reset();
    wheel.schedule(again, kStart + 1s, kStart + 1s);
  };
  for (Recorder* deadline : {&first, &second, &third, doomed.get()}) {
    deadline->action = clear;
    wheel.schedule(*deadline, kStart + 1s, kStart);
  }
  doomed->action = nullptr;
  wheel.expire(kStart + 1s + DeadlineWheel::kTick);
  EXPECT_EQ(first.fired.size() + second.fired.size() + third.fired.size(), 1u);
  EXPECT_TRUE(again.fired.empty());  // not in the same pass
  turn(wheel, kStart + 2s);
  EXPECT_EQ(again.fired.size(), 1u);
}

TEST(DeadlineWheel, ACallbackThatSchedulesItselfRunsOnceInATick) {
  DeadlineWheel wheel;
  Recorder deadline;
  Time now = kStart;
  deadline.action = [&] { wheel.schedule(deadline, now, now); };
  wheel.schedule(deadline, now, now);
  for (std::size_t i = 1; i <= 100; ++i) {
    now += DeadlineWheel::kTick;
    wheel.expire(now);
    ASSERT_EQ(deadline.fired.size(), i);
  }
}

TEST(DeadlineWheel, ClearCancelsAll) {
  DeadlineWheel wheel;
  Recorder one, two;
  wheel.schedule(one, kStart + 1s, kStart);
  wheel.schedule(two, kStart + 1h, kStart);
  wheel.clear();
  EXPECT_FALSE(one.isScheduled());
  EXPECT_FALSE(two.isScheduled());
  EXPECT_FALSE(wheel.nextExpiry());
}

/// Any sequence of operations behaves like a plain list of times.
TEST(DeadlineWheel, AgreesWithAListOfTimesUnderRandomUse) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::mt19937 random(seed);
    DeadlineWheel wheel;
    std::vector<std::unique_ptr<Recorder>> deadlines;
    std::vector<std::optional<Time>> due(50);
    for (std::size_t i = 0; i < due.size(); ++i) deadlines.push_back(std::make_unique<Recorder>());
    Time now = kStart;
    for (int step = 0; step < 3000; ++step) {
      const std::size_t i = random() % due.size();
      switch (random() % 4) {
        case 0:
        case 1:
          due[i] = now + Duration(random() % (random() % 20 == 0 ? 200'000 : 3'000));
          wheel.schedule(*deadlines[i], *due[i], now);
          break;
        case 2:
          due[i].reset();
          DeadlineWheel::cancel(*deadlines[i]);
          break;
        case 3:
          now += Duration(random() % (random() % 100 == 0 ? 100'000 : 300));
          wheel.expire(now);
          break;
      }
      for (std::size_t k = 0; k < due.size(); ++k) {
        if (!deadlines[k]->fired.empty()) {
          ASSERT_TRUE(due[k]) << "seed " << seed;
          ASSERT_EQ(deadlines[k]->fired.size(), 1u);
          ASSERT_GE(now, *due[k]);
          deadlines[k]->fired.clear();
          due[k].reset();
        } else if (due[k] && !deadlines[k]->isScheduled()) {
          FAIL() << "lost, seed " << seed;
        } else if (due[k]) {
          const auto next = wheel.nextExpiry();
          ASSERT_TRUE(next);
          // Two ticks: one for the rounding, one for being scheduled in the past of a tick.
          ASSERT_LE(now, *due[k] + 2 * DeadlineWheel::kTick) << "overdue, seed " << seed;
        }
      }
    }
  }
}

}  // namespace
}  // namespace parley::loop
