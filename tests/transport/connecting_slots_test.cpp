#include "transport/connecting_slots.hpp"

#include "transport/socket_address.hpp"
#include "transport/transport_fixture.hpp"

#include <atomic>
#include <latch>
#include <list>
#include <random>
#include <thread>

namespace parley::transport {
namespace {

SlotKey keyOf(const std::string& host, std::uint16_t port = 80) {
  return SlotKey::of(*SocketAddress::parse(host, port));
}

class Waiter final : public SlotWaiter {
 public:
  ConnectingSlot slot;
  std::function<void()> whenSlot;

 private:
  void onSlot(ConnectingSlot given) override {
    EXPECT_FALSE(isInLine());
    slot = std::move(given);
    if (whenSlot) whenSlot();
  }
};

class ConnectingSlotsTest : public LoopFixture {
 protected:
  ConnectingSlot takeNow(const SlotKey& wanted) {
    Waiter unused;
    auto slot = slots.take(wanted, loop, unused);
    EXPECT_TRUE(slot);
    return slot ? std::move(*slot) : ConnectingSlot();
  }
  void standInLine(Waiter& waiter) {
    EXPECT_FALSE(slots.take(key, loop, waiter));
    EXPECT_TRUE(waiter.isInLine());
  }

  const SlotKey key = keyOf("192.0.2.1");
  ConnectingSlots slots;
};

TEST_F(ConnectingSlotsTest, AFreeSlotIsTakenAtOnce) {
  Waiter waiter;
  const auto slot = slots.take(key, loop, waiter);
  ASSERT_TRUE(slot);
  EXPECT_TRUE(*slot);
  EXPECT_FALSE(waiter.isInLine());
}

TEST_F(ConnectingSlotsTest, ATakenSlotIsWaitedForAndComesFromTheLoop) {
  ConnectingSlot first = takeNow(key);
  Waiter second;
  standInLine(second);
  turn();
  EXPECT_FALSE(second.slot);
  first.release();
  EXPECT_FALSE(second.slot);  // never within the call
  turn();
  EXPECT_TRUE(second.slot);
  EXPECT_FALSE(second.isInLine());
}

TEST_F(ConnectingSlotsTest, TheSlotIsFreeAgainWhenNobodyWaits) {
  takeNow(key).release();
  { const ConnectingSlot destroyed = takeNow(key); }
  EXPECT_TRUE(takeNow(key));
}

TEST_F(ConnectingSlotsTest, WhoComesFirstIsServedFirst) {
  ConnectingSlot first = takeNow(key);
  std::vector<int> served;
  std::list<Waiter> waiters(5);
  int number = 0;
  for (Waiter& waiter : waiters) {
    standInLine(waiter);
    waiter.whenSlot = [&served, &waiter, number] {
      served.push_back(number);
      waiter.slot.release();
    };
    ++number;
  }
  first.release();
  turn();
  EXPECT_EQ(served, (std::vector<int>{0, 1, 2, 3, 4}));
  EXPECT_TRUE(takeNow(key));
}

TEST_F(ConnectingSlotsTest, WhoIsNewDoesNotOvertakeASlotThatIsOnItsWay) {
  ConnectingSlot first = takeNow(key);
  Waiter second;
  standInLine(second);
  first.release();
  Waiter third;
  standInLine(third);
  turn();
  EXPECT_TRUE(second.slot);
  EXPECT_FALSE(third.slot);
}

TEST_F(ConnectingSlotsTest, EachAddressPortAndZoneHasItsOwn) {
  const ConnectingSlot slot = takeNow(key);
  const ConnectingSlot otherPort = takeNow(keyOf("192.0.2.1", 81));
  const ConnectingSlot otherAddress = takeNow(keyOf("192.0.2.2"));
  const ConnectingSlot withoutZone = takeNow(keyOf("fe80::1"));
  const ConnectingSlot withZone = takeNow(keyOf("fe80::1%lo"));
}

TEST_F(ConnectingSlotsTest, BothSpellingsOfAnIpv4AddressAreOnePeer) {
  EXPECT_EQ(keyOf("192.0.2.1"), keyOf("::ffff:192.0.2.1"));
  EXPECT_NE(keyOf("192.0.2.1"), keyOf("::192.0.2.1"));
}

TEST_F(ConnectingSlotsTest, ANameBehindAProxyIsAPeerOfItsOwn) {
  EXPECT_EQ(SlotKey::ofName("Example.com", 80), SlotKey::ofName("example.COM", 80));
  EXPECT_NE(SlotKey::ofName("example.com", 80), SlotKey::ofName("example.com", 81));
  EXPECT_NE(SlotKey::ofName("example.com", 80), SlotKey::ofName("example.org", 80));
  EXPECT_NE(SlotKey::ofName("192.0.2.1", 80), keyOf("192.0.2.1"));
}

TEST_F(ConnectingSlotsTest, AnEmptySlotIsOfNobody) {
  ConnectingSlot empty;
  EXPECT_FALSE(empty);
  empty.markAnswered();
  empty.release();
  empty = ConnectingSlot();
}

TEST_F(ConnectingSlotsTest, MovingASlotReleasesTheOneThatItReplaces) {
  const SlotKey otherKey = keyOf("192.0.2.2");
  ConnectingSlot slot = takeNow(key);
  ConnectingSlot other = takeNow(otherKey);
  slot = std::move(other);
  EXPECT_TRUE(takeNow(key));
  Waiter waiter;
  EXPECT_FALSE(slots.take(otherKey, loop, waiter));
  ConnectingSlot moved(std::move(slot));
  moved.release();
  turn();
  EXPECT_TRUE(waiter.slot);
}

TEST_F(ConnectingSlotsTest, WhoLeavesTheLineIsPassedBy) {
  ConnectingSlot first = takeNow(key);
  Waiter third;
  {
    Waiter second;
    standInLine(second);
    standInLine(third);
  }
  first.release();
  turn();
  EXPECT_TRUE(third.slot);
}

TEST_F(ConnectingSlotsTest, WhoLeavesWhileTheSlotIsOnItsWayPassesItOn) {
  ConnectingSlot first = takeNow(key);
  Waiter second;
  Waiter third;
  second.whenSlot = [] { ADD_FAILURE() << "has left"; };
  standInLine(second);
  standInLine(third);
  first.release();
  second.leaveLine();
  turn();
  EXPECT_TRUE(third.slot);
}

TEST_F(ConnectingSlotsTest, TheLastOneThatLeavesWhileTheSlotIsOnItsWayFreesIt) {
  ConnectingSlot first = takeNow(key);
  Waiter second;
  standInLine(second);
  first.release();
  second.leaveLine();
  EXPECT_TRUE(takeNow(key));
  turn();
  EXPECT_FALSE(second.slot);
}

TEST_F(ConnectingSlotsTest, AWaiterMayBeDestroyedWhenItsTurnComes) {
  ConnectingSlot first = takeNow(key);
  auto second = std::make_unique<Waiter>();
  standInLine(*second);
  second->whenSlot = [&] { second.reset(); };
  first.release();
  turn();
  EXPECT_FALSE(second);
  EXPECT_TRUE(takeNow(key));
}

// ---- Has the peer answered? ----

TEST_F(ConnectingSlotsTest, ThoseInLineKnowOncePeerHasAnswered) {
  ConnectingSlot first = takeNow(key);
  Waiter second;
  EXPECT_FALSE(second.hasPeerAnswered());
  standInLine(second);
  EXPECT_FALSE(second.hasPeerAnswered());
  first.markAnswered();
  EXPECT_TRUE(second.hasPeerAnswered());
  first.release();
  turn();
  EXPECT_FALSE(second.hasPeerAnswered());  // not in line any more
}

TEST_F(ConnectingSlotsTest, AnAnswerCountsForTheNextInLineToo) {
  ConnectingSlot first = takeNow(key);
  Waiter second;
  Waiter third;
  standInLine(second);
  standInLine(third);
  first.markAnswered();
  first.release();
  turn();
  ASSERT_TRUE(second.slot);
  EXPECT_TRUE(third.hasPeerAnswered());
}

TEST_F(ConnectingSlotsTest, AnAttemptWithoutAnAnswerMakesTheAnswerBeforeForgotten) {
  ConnectingSlot first = takeNow(key);
  Waiter second;
  Waiter third;
  Waiter fourth;
  for (Waiter* waiter : {&second, &third, &fourth}) standInLine(*waiter);
  first.markAnswered();
  ConnectingSlot moved = std::move(first);
  moved.release();
  turn();
  EXPECT_TRUE(fourth.hasPeerAnswered());
  second.slot.release();
  turn();
  ASSERT_TRUE(third.slot);
  EXPECT_FALSE(fourth.hasPeerAnswered());
}

// ---- Loops and threads ----

TEST_F(ConnectingSlotsTest, ALoopThatIsGoneIsPassedBy) {
  ConnectingSlot first = takeNow(key);
  Waiter second;
  Waiter third;
  loop::EventLoop& gone = loop::EventLoop::create();
  EXPECT_FALSE(slots.take(key, gone, second));
  standInLine(third);
  gone.shutDown();
  gone.release();
  first.release();
  turn();
  EXPECT_FALSE(second.slot);
  EXPECT_FALSE(second.hasPeerAnswered());
  EXPECT_TRUE(third.slot);
  second.leaveLine();
  EXPECT_TRUE(third.slot);
}

TEST_F(ConnectingSlotsTest, ALoopThatGoesWhileTheSlotIsOnItsWayKeepsNothing) {
  ConnectingSlot first = takeNow(key);
  Waiter third;
  loop::EventLoop& going = loop::EventLoop::create();
  {
    Waiter second;
    EXPECT_FALSE(slots.take(key, going, second));
    standInLine(third);
    first.release();
    going.shutDown();
    going.release();
  }
  turn();
  EXPECT_TRUE(third.slot);
}

TEST_F(ConnectingSlotsTest, ASlotMayBeReleasedOnAnotherThread) {
  ConnectingSlot first = takeNow(key);
  Waiter second;
  standInLine(second);
  const loop::KeepAlive open(loop);
  std::thread other([&] { first.release(); });
  EXPECT_TRUE(runUntil([&] { return static_cast<bool>(second.slot); }));
  other.join();
}

/// A loop of the calling thread. All loops of a test are made before one of them ends: libuv closes
/// descriptors behind the back of ThreadSanitizer, which would take their reuse for a race.
class ThreadLoop {
 public:
  ThreadLoop() : loop_(loop::EventLoop::create()) {}
  ThreadLoop(const ThreadLoop&) = delete;
  ThreadLoop& operator=(const ThreadLoop&) = delete;
  ~ThreadLoop() {
    loop_.shutDown();
    loop_.release();
  }

  loop::EventLoop& operator*() const { return loop_; }

 private:
  loop::EventLoop& loop_;
};

/// One loop with many who want the slot, some of whom lose patience.
class Crowd {
 public:
  Crowd(ConnectingSlots& slots, std::atomic<int>& holders, unsigned seed)
      : slots_(slots), holders_(holders), random_(seed) {}

  /// @return how many were served
  int run(int count) {
    (*loop_).queueTask([&] {
      for (int i = 0; i < count; ++i) join(waiters_.emplace_back());
    });
    (*loop_).run();
    return served_;
  }

 private:
  void join(Waiter& waiter) {
    loop::EventLoop& loop = *loop_;
    loop.holdOpen();
    waiter.whenSlot = [this, &waiter] { hold(waiter); };
    if (auto slot = slots_.take(keyOf("192.0.2.1"), loop, waiter)) {
      waiter.slot = std::move(*slot);
      return hold(waiter);
    }
    if (random_() % 4 != 0) return;
    loop.post([&loop, &waiter] {
      if (!waiter.isInLine()) return;
      waiter.leaveLine();
      loop.letGo();
    });
  }
  void hold(Waiter& waiter) {
    EXPECT_EQ(++holders_, 1);
    ++served_;
    loop::EventLoop& loop = *loop_;
    loop.post([this, &loop, &waiter] {
      EXPECT_EQ(--holders_, 0);
      if (random_() % 2 == 0) waiter.slot.markAnswered();
      waiter.slot.release();
      loop.letGo();
    });
  }

  ThreadLoop loop_;
  ConnectingSlots& slots_;
  std::atomic<int>& holders_;
  std::minstd_rand random_;
  std::list<Waiter> waiters_;
  int served_ = 0;
};

TEST(ConnectingSlotsOfManyLoops, OneAtATimeHoldsTheSlotAndNobodyIsForgotten) {
  constexpr int kThreads = 4;
  constexpr int kEach = 300;
  ConnectingSlots slots;
  std::atomic<int> holders{0};
  std::atomic<int> served{0};
  std::latch start(kThreads);
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      Crowd crowd(slots, holders, i + 1);
      start.arrive_and_wait();
      served += crowd.run(kEach);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(holders, 0);
  EXPECT_GE(served, kThreads * kEach / 2);  // at least those who have patience
}

/// As at the end of a process: loops go while slots are on their way to them.
TEST(ConnectingSlotsOfManyLoops, LoopsMayGoAtAnyTime) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 12;
  ConnectingSlots slots;
  const SlotKey key = keyOf("192.0.2.1");
  std::latch start(kThreads);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      std::list<ThreadLoop> loops(kRounds);
      start.arrive_and_wait();
      while (!loops.empty()) {
        std::list<Waiter> waiters(5);
        for (Waiter& waiter : waiters) {
          waiter.whenSlot = [&waiter] { waiter.slot.release(); };
          if (auto slot = slots.take(key, *loops.front(), waiter)) slot->release();
        }
        (*loops.front()).poll();
        loops.pop_front();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const ThreadLoop loop;
  Waiter waiter;
  EXPECT_TRUE(slots.take(key, *loop, waiter));  // nothing is left behind
}

}  // namespace
}  // namespace parley::transport
