#include "transport/connect_attempt.hpp"

#include "transport/silent_listener.hpp"
#include "transport/transport_fixture.hpp"

#include <cerrno>

namespace parley::transport {
namespace {

using State = ConnectAttempt::State;
using Step = TransportError::Step;

class Owner final : public AttemptOwner {
 public:
  void onAttemptMoved(ConnectAttempt& attempt) override {
    states.push_back(attempt.state());
    if (whenMoved) whenMoved();
  }

  std::vector<State> states;
  std::function<void()> whenMoved;
};

class ConnectAttemptTest : public LoopFixture {
 protected:
  ConnectAttemptTest() {
    auto made = listen(loop, TcpAddress{}, acceptor);
    EXPECT_TRUE(made);
    listener = std::move(*made);
  }
  [[nodiscard]] SocketAddress good() const {
    return *SocketAddress::parse("127.0.0.1", listener->port());
  }
  /// Nobody listens on that address with this port: the listener is bound to another one.
  [[nodiscard]] SocketAddress refusing() const {
    return *SocketAddress::parse("127.0.0.9", listener->port());
  }
  [[nodiscard]] bool runUntilEnd(const ConnectAttempt& attempt) {
    return runUntil(
        [&] { return attempt.state() == State::Connected || attempt.state() == State::Failed; });
  }

  const loop::KeepAlive open{loop};
  Acceptor acceptor;
  ListenerPtr listener;
  Owner owner;
};

TEST_F(ConnectAttemptTest, ConnectsAndGivesItsTransportAndSlot) {
  ConnectAttempt attempt(loop, good(), owner);
  EXPECT_EQ(attempt.state(), State::New);
  attempt.begin(ConnectingLimit::OnePerAddress);
  EXPECT_EQ(attempt.state(), State::Running);
  EXPECT_TRUE(owner.states.empty());
  ASSERT_TRUE(runUntilEnd(attempt));
  EXPECT_EQ(attempt.state(), State::Connected);
  const TransportPtr transport = attempt.takeTransport();
  EXPECT_EQ(transport->description(), good().text());
  EXPECT_TRUE(attempt.takeSlot());
}

TEST_F(ConnectAttemptTest, TakesNoSlotWhereNoneIsWanted) {
  ConnectAttempt first(loop, good(), owner);
  ConnectAttempt second(loop, good(), owner);
  first.begin(ConnectingLimit::None);
  second.begin(ConnectingLimit::None);
  EXPECT_EQ(second.state(), State::Running);
  ASSERT_TRUE(runUntilEnd(first));
  EXPECT_FALSE(first.takeSlot());
}

TEST_F(ConnectAttemptTest, SaysWhoRefused) {
  ConnectAttempt attempt(loop, refusing(), owner);
  attempt.begin(ConnectingLimit::OnePerAddress);
  ASSERT_TRUE(runUntilEnd(attempt));
  EXPECT_EQ(attempt.state(), State::Failed);
  EXPECT_EQ(attempt.error().step, Step::Connect);
  EXPECT_EQ(attempt.error().systemError, ECONNREFUSED);
  EXPECT_EQ(attempt.error().message, "connect to " + refusing().text() + ": connection refused");
  EXPECT_TRUE(attempt.error().limit.empty());
}

TEST_F(ConnectAttemptTest, FailsWithinBeginWithoutACallWhereThereIsNoWay) {
  ConnectAttempt attempt(loop, *SocketAddress::parse("fe80::1", 80), owner);
  attempt.begin(ConnectingLimit::OnePerAddress);
  EXPECT_EQ(attempt.state(), State::Failed);
  EXPECT_NE(attempt.error().systemError, 0);
  turn();
  EXPECT_TRUE(owner.states.empty());
}

TEST_F(ConnectAttemptTest, WaitsInLineForAnAttemptAtTheSameAddress) {
  const SilentListener silent;
  ConnectAttempt first(loop, silent.address(), owner);
  ConnectAttempt second(loop, silent.address(), owner);
  first.begin(ConnectingLimit::OnePerAddress);
  second.begin(ConnectingLimit::OnePerAddress);
  EXPECT_EQ(first.state(), State::Running);
  EXPECT_EQ(second.state(), State::InLine);
  turn();
  EXPECT_EQ(second.state(), State::InLine);
  EXPECT_FALSE(second.isInLiveLine());
  first.fail({Step::Connect, ETIMEDOUT, "too long"});
  EXPECT_EQ(first.error().message, "too long");
  turn();
  EXPECT_EQ(second.state(), State::Running);
  EXPECT_EQ(owner.states, (std::vector{State::Running}));
}

TEST_F(ConnectAttemptTest, HoldsItsSlotOnceConnectedUntilThatIsReleased) {
  ConnectAttempt first(loop, good(), owner);
  ConnectAttempt second(loop, good(), owner);
  first.begin(ConnectingLimit::OnePerAddress);
  second.begin(ConnectingLimit::OnePerAddress);
  ASSERT_TRUE(runUntilEnd(first));
  ConnectingSlot slot = first.takeSlot();
  turn();
  EXPECT_EQ(second.state(), State::InLine);
  EXPECT_TRUE(second.isInLiveLine());
  slot.release();
  ASSERT_TRUE(runUntilEnd(second));
  EXPECT_EQ(second.state(), State::Connected);
}

TEST_F(ConnectAttemptTest, ItsTimeCountsFromTheEndOfTheLine) {
  const SilentListener silent;
  ConnectAttempt first(loop, silent.address(), owner);
  ConnectAttempt second(loop, silent.address(), owner);
  first.begin(ConnectingLimit::OnePerAddress);
  second.begin(ConnectingLimit::OnePerAddress);
  bool waited = false;
  loop.startTimer([&] { waited = true; }, std::chrono::milliseconds(20), std::nullopt);
  ASSERT_TRUE(runUntil([&] { return waited; }));
  first.fail({});
  ASSERT_TRUE(runUntil([&] { return second.state() == State::Running; }));
  EXPECT_GE(second.runningSince() - first.runningSince(), protocol::Duration(20));
}

TEST_F(ConnectAttemptTest, MayFailInLine) {
  const SilentListener silent;
  ConnectAttempt first(loop, silent.address(), owner);
  ConnectAttempt second(loop, silent.address(), owner);
  ConnectAttempt third(loop, silent.address(), owner);
  for (ConnectAttempt* attempt : {&first, &second, &third}) {
    attempt->begin(ConnectingLimit::OnePerAddress);
  }
  second.fail({});
  first.fail({});
  turn();
  EXPECT_EQ(second.state(), State::Failed);
  EXPECT_EQ(third.state(), State::Running);
}

TEST_F(ConnectAttemptTest, MayBeDestroyedInEachState) {
  const SilentListener silent;
  for (const bool isSecond : {false, true}) {
    auto first = std::make_unique<ConnectAttempt>(loop, silent.address(), owner);
    auto second = std::make_unique<ConnectAttempt>(loop, silent.address(), owner);
    first->begin(ConnectingLimit::OnePerAddress);
    second->begin(ConnectingLimit::OnePerAddress);
    (isSecond ? second : first).reset();
    turn();
    EXPECT_EQ((isSecond ? first : second)->state(), State::Running);
  }
  ConnectAttempt last(loop, silent.address(), owner);
  last.begin(ConnectingLimit::OnePerAddress);
  EXPECT_EQ(last.state(), State::Running);  // all slots came back
}

TEST_F(ConnectAttemptTest, MayBeDestroyedFromItsOutcome) {
  for (const SocketAddress& address : {good(), refusing()}) {
    auto attempt = std::make_unique<ConnectAttempt>(loop, address, owner);
    owner.whenMoved = [&] { attempt.reset(); };
    attempt->begin(ConnectingLimit::OnePerAddress);
    ASSERT_TRUE(runUntil([&] { return !attempt || attempt->state() == State::Failed; }));
    turn();
  }
}

}  // namespace
}  // namespace parley::transport
