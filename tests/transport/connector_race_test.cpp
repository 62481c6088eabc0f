// Connectors with several addresses, and several connectors to one address.

#include "transport/busy_resolver.hpp"
#include "transport/connector.hpp"
#include "transport/silent_listener.hpp"
#include "transport/transport_fixture.hpp"

#include <atomic>
#include <cerrno>
#include <latch>
#include <thread>

namespace parley::transport {
namespace {

using namespace std::chrono_literals;
using Step = TransportError::Step;

const TcpTarget kTarget{"peer.test", 443};

class ConnectorRaceTest : public LoopFixture {
 protected:
  ConnectorRaceTest() {
    auto made = listen(loop, TcpAddress{}, acceptor);
    EXPECT_TRUE(made);
    listener = std::move(*made);
  }
  [[nodiscard]] SocketAddress good() const { return at("127.0.0.1"); }
  /// Nobody listens there on that port.
  [[nodiscard]] SocketAddress refusing(int number = 1) const {
    return at("127.0.9." + std::to_string(number));
  }
  [[nodiscard]] SocketAddress at(const std::string& host) const {
    return *SocketAddress::parse(host, listener->port());
  }
  static ConnectOptions to(std::vector<SocketAddress> addresses, ConnectOptions options = {}) {
    options.resolveOverrides = {{"peer.test", 443, std::move(addresses)}};
    return options;
  }
  void start(Dialer& caller, ConnectOptions options) {
    caller.connector = connect(loop, kTarget, caller, std::move(options));
  }
  void dial(ConnectOptions options) {
    start(dialer, std::move(options));
    ASSERT_TRUE(runUntil([&] { return dialer.isDone(); }));
  }
  [[nodiscard]] static std::vector<std::string> addressesOf(const std::vector<TriedAddress>& all) {
    std::vector<std::string> addresses;
    for (const TriedAddress& tried : all) addresses.push_back(tried.address);
    return addresses;
  }
  [[nodiscard]] bool wait(std::chrono::milliseconds time) {
    bool isOver = false;
    loop.startTimer([&] { isOver = true; }, time, std::nullopt);
    return runUntil([&] { return isOver; });
  }
  /// The slot of an address, if it is free.
  std::optional<ConnectingSlot> takeSlot(const SocketAddress& address) {
    class Nobody final : public SlotWaiter {
      void onSlot(ConnectingSlot) override {}
    } nobody;
    return ConnectingSlots::ofProcess().take(SlotKey::of(address), loop, nobody);
  }
  [[nodiscard]] bool isFree(const SocketAddress& address) { return takeSlot(address).has_value(); }

  Acceptor acceptor;
  ListenerPtr listener;
  Dialer dialer;
};

// ---- One connector ----

TEST_F(ConnectorRaceTest, GoesOnAtOnceWhenAnAddressRefuses) {
  dial(to({refusing(), good()}, {.attemptDelay = 1h}));
  ASSERT_TRUE(dialer.connected);
  EXPECT_EQ(dialer.connected->description(), good().text());
}

TEST_F(ConnectorRaceTest, GoesOnAfterTheAttemptDelayWhenAnAddressIsSilent) {
  const SilentListener silent;
  dial(to({silent.address(), good()}, {.attemptDelay = 20ms}));
  ASSERT_TRUE(dialer.connected);
  EXPECT_EQ(dialer.connected->description(), good().text());
}

TEST_F(ConnectorRaceTest, GoesOnFromASilentIpv6AddressToIpv4) {
  const SilentListener silent("::1");
  dial(to({good(), silent.address()}, {.attemptDelay = 20ms}));
  ASSERT_TRUE(dialer.connected);
  EXPECT_EQ(dialer.connected->description(), good().text());
}

TEST_F(ConnectorRaceTest, TheFirstSuccessGivesUpAllOthers) {
  const SilentListener silent;
  dial(to({silent.address(), good()}, {.attemptDelay = 20ms}));
  ASSERT_TRUE(dialer.connected);
  EXPECT_TRUE(isFree(silent.address()));
  EXPECT_TRUE(dialer.slot);
  EXPECT_FALSE(isFree(good()));
  dialer.slot.release();
  EXPECT_TRUE(isFree(good()));
}

TEST_F(ConnectorRaceTest, AnEarlierAttemptMayStillWin) {
  const SilentListener silent;
  auto slot = takeSlot(good());  // of someone who has no answer yet: the first attempt is late
  ASSERT_TRUE(slot);
  start(dialer, to({good(), silent.address()}, {.attemptDelay = 10ms}));
  ASSERT_TRUE(runUntil([&] { return dialer.connector->tried().size() == 2; }));
  slot->release();
  ASSERT_TRUE(runUntil([&] { return dialer.isDone(); }));
  ASSERT_TRUE(dialer.connected);
  EXPECT_EQ(dialer.connected->description(), good().text());
  EXPECT_TRUE(isFree(silent.address()));
}

TEST_F(ConnectorRaceTest, ListsEveryAddressInTheOrderOfTrying) {
  const std::uint16_t port = listener->port();
  const SocketAddress ipv6 = *SocketAddress::parse("::1", port);
  listener.reset();
  const SocketAddress ipv4 = *SocketAddress::parse("127.0.9.1", port);
  const SocketAddress second = *SocketAddress::parse("127.0.9.2", port);
  dial(to({ipv4, second, ipv6}));
  ASSERT_TRUE(dialer.failure);
  EXPECT_EQ(addressesOf(dialer.failure->tried),
            (std::vector{ipv6.text(), ipv4.text(), second.text()}));
  for (const TriedAddress& tried : dialer.failure->tried) {
    EXPECT_EQ(tried.error.systemError, ECONNREFUSED);
    EXPECT_EQ(tried.error.message, "connect to " + tried.address + ": connection refused");
  }
  EXPECT_EQ(dialer.failure->error.step, Step::Connect);
}

TEST_F(ConnectorRaceTest, TheErrorIsOfAnAddressThatThereIsAWayTo) {
  // TCP to a multicast address: the network is unreachable, whatever the routes.
  dial(to({refusing(1), refusing(2), at("224.0.0.1")}));
  ASSERT_TRUE(dialer.failure);
  EXPECT_EQ(dialer.failure->tried.size(), 3u);
  EXPECT_EQ(dialer.failure->tried[2].error.systemError, ENETUNREACH);
  EXPECT_EQ(dialer.failure->error.systemError, ECONNREFUSED);
  EXPECT_EQ(dialer.failure->address, refusing(2).text());
}

TEST_F(ConnectorRaceTest, TheErrorIsOfTheLastAddressIfThereIsAWayToNone) {
  dial(to({at("224.0.0.1"), at("224.0.0.2")}));
  ASSERT_TRUE(dialer.failure);
  EXPECT_EQ(dialer.failure->error.systemError, ENETUNREACH);
  EXPECT_EQ(dialer.failure->address, at("224.0.0.2").text());
}

TEST_F(ConnectorRaceTest, ManyDeadAddressesDoNotAddUp) {
  const SilentListener silent("0.0.0.0");
  std::vector<SocketAddress> addresses;
  for (int i = 1; i <= 50; ++i) {
    addresses.push_back(
        *SocketAddress::parse("127.0.1." + std::to_string(i), silent.address().port()));
  }
  addresses.push_back(good());
  const protocol::Time start = loop.updateNow();
  dial(to(addresses, {.attemptDelay = 10ms}));
  ASSERT_TRUE(dialer.connected);
  EXPECT_GE(loop.updateNow() - start, 500ms);
  EXPECT_LT(loop.updateNow() - start, 10s);
}

TEST_F(ConnectorRaceTest, ManyRefusingAddressesTakeNoTime) {
  std::vector<SocketAddress> addresses;
  for (int i = 1; i <= 50; ++i) addresses.push_back(refusing(i));
  addresses.push_back(good());
  dial(to(addresses, {.attemptDelay = 1h}));
  EXPECT_TRUE(dialer.connected);
}

TEST_F(ConnectorRaceTest, KeepsToTheNumberOfSimultaneousAttempts) {
  const SilentListener silent;
  const SilentListener other;
  start(dialer, to({silent.address(), other.address(), good()},
                   {.attemptDelay = 10ms, .maxSimultaneousAttempts = 2}));
  ASSERT_TRUE(wait(60ms));
  EXPECT_FALSE(dialer.isDone());
  EXPECT_EQ(addressesOf(dialer.connector->tried()),
            (std::vector{silent.address().text(), other.address().text()}));
}

// ---- connectTimeout ----

TEST_F(ConnectorRaceTest, EachAttemptHasTheConnectTimeout) {
  const SilentListener silent;
  const SilentListener other;
  dial(to({silent.address(), other.address()}, {.attemptDelay = 10ms, .connectTimeout = 30ms}));
  ASSERT_TRUE(dialer.failure);
  EXPECT_EQ(addressesOf(dialer.failure->tried),
            (std::vector{silent.address().text(), other.address().text()}));
  for (const TriedAddress& tried : dialer.failure->tried) {
    EXPECT_EQ(tried.error.step, Step::Connect);
    EXPECT_EQ(tried.error.systemError, ETIMEDOUT);
    EXPECT_EQ(tried.error.limit, "connectTimeout");
    EXPECT_EQ(tried.error.message,
              "connect to " + tried.address + ": no answer within 30 ms (connectTimeout)");
  }
  EXPECT_EQ(dialer.failure->error.limit, "connectTimeout");
  EXPECT_EQ(dialer.failure->address, other.address().text());
  EXPECT_TRUE(isFree(silent.address()));
}

TEST_F(ConnectorRaceTest, GoesOnAtOnceAfterTheConnectTimeout) {
  const SilentListener silent;
  dial(to({silent.address(), good()}, {.attemptDelay = 1h, .connectTimeout = 20ms}));
  EXPECT_TRUE(dialer.connected);
}

TEST_F(ConnectorRaceTest, TellsWhatWasTriedSoFar) {
  const SilentListener silent;
  start(dialer, to({refusing(), silent.address()}));
  EXPECT_EQ(dialer.connector->tried().size(), 1u);  // at once: only outcomes wait for the loop
  ASSERT_TRUE(runUntil([&] { return dialer.connector->tried().size() == 2; }));
  const std::vector<TriedAddress> tried = dialer.connector->tried();
  EXPECT_EQ(tried[0].error.systemError, ECONNREFUSED);
  EXPECT_EQ(tried[1].address, silent.address().text());
  EXPECT_EQ(tried[1].error.systemError, ETIMEDOUT);
  Dialer second;
  start(second, to({silent.address()}));
  ASSERT_TRUE(runUntil([&] { return second.connector->tried().size() == 1; }));
  EXPECT_EQ(second.connector->tried()[0].error.message,
            "connect to " + silent.address().text() + ": another connection to it is being opened");
}

// ---- RFC 6455 section 4.1: one CONNECTING socket for each address ----

/// One connector that is connected and holds its slot, and a second one.
class ConnectorLineTest : public ConnectorRaceTest {
 protected:
  void connectFirst() {
    start(first, to({good()}));
    ASSERT_TRUE(runUntil([&] { return first.isDone(); }));
    ASSERT_TRUE(first.slot);
  }

  Dialer first;
};

TEST_F(ConnectorLineTest, TheSecondWaitsUntilTheFirstReleasesItsSlot) {
  connectFirst();
  start(dialer, to({good()}));
  ASSERT_TRUE(wait(30ms));
  EXPECT_FALSE(dialer.isDone());
  first.slot.release();
  ASSERT_TRUE(runUntil([&] { return dialer.isDone(); }));
  EXPECT_TRUE(dialer.connected);
}

TEST_F(ConnectorLineTest, TheSecondGoesOnWhenTheFirstFails) {
  const SilentListener silent;
  start(first, to({silent.address()}, {.connectTimeout = 20ms}));
  start(dialer, to({silent.address()}, {.connectTimeout = 20ms}));
  ASSERT_TRUE(runUntil([&] { return dialer.isDone(); }));
  EXPECT_TRUE(first.failure);
  EXPECT_TRUE(dialer.failure);
}

TEST_F(ConnectorLineTest, NobodyWaitsWhereTheLimitIsLifted) {
  connectFirst();
  dial(to({good()}, {.connectingLimit = ConnectingLimit::None}));
  EXPECT_TRUE(dialer.connected);
  EXPECT_FALSE(dialer.slot);
}

TEST_F(ConnectorLineTest, TheLineDoesNotCountAsConnectTimeout) {
  connectFirst();
  start(dialer, to({good()}, {.connectTimeout = 20ms}));
  ASSERT_TRUE(wait(60ms));
  EXPECT_FALSE(dialer.isDone());
  first.slot.release();
  ASSERT_TRUE(runUntil([&] { return dialer.isDone(); }));
  EXPECT_TRUE(dialer.connected);
}

TEST_F(ConnectorLineTest, AnAddressThatServesAnotherIsNotOvertaken) {
  connectFirst();
  auto other = listen(loop, TcpAddress{"127.0.0.2", 0}, acceptor);
  ASSERT_TRUE(other);
  const SocketAddress second = *SocketAddress::parse("127.0.0.2", (*other)->port());
  start(dialer, to({good(), second}, {.attemptDelay = 10ms}));
  ASSERT_TRUE(wait(60ms));
  EXPECT_FALSE(dialer.isDone());
  EXPECT_EQ(addressesOf(dialer.connector->tried()), (std::vector{good().text()}));
  first.slot.release();
  ASSERT_TRUE(runUntil([&] { return dialer.isDone(); }));
  ASSERT_TRUE(dialer.connected);
  EXPECT_EQ(dialer.connected->description(), good().text());
}

TEST_F(ConnectorLineTest, AnAddressThatIsSilentToAnotherIsOvertaken) {
  const SilentListener silent;
  start(first, to({silent.address()}));
  start(dialer, to({silent.address(), good()}, {.attemptDelay = 20ms}));
  ASSERT_TRUE(runUntil([&] { return dialer.isDone(); }));
  ASSERT_TRUE(dialer.connected);
  EXPECT_EQ(dialer.connected->description(), good().text());
  EXPECT_FALSE(first.isDone());
}

TEST_F(ConnectorLineTest, TheAttemptDelayCountsFromTheEndOfTheLine) {
  const SilentListener silent;
  auto slot = takeSlot(silent.address());  // of someone who has no answer yet
  ASSERT_TRUE(slot);
  const protocol::Time begin = loop.updateNow();
  start(dialer, to({silent.address(), good()}, {.attemptDelay = 200ms}));
  ASSERT_TRUE(wait(100ms));
  slot->release();
  ASSERT_TRUE(runUntil([&] { return dialer.isDone(); }));
  EXPECT_TRUE(dialer.connected);
  EXPECT_GE(loop.updateNow() - begin, 300ms);
}

TEST_F(ConnectorLineTest, TellsForHowLongItWaited) {
  connectFirst();
  start(dialer, to({good()}));
  EXPECT_EQ(dialer.connector->timeInLine(), 0ms);
  ASSERT_TRUE(wait(30ms));
  EXPECT_GE(dialer.connector->timeInLine(), 20ms);
  first.slot.release();
  ASSERT_TRUE(runUntil([&] { return dialer.isDone(); }));
  const protocol::Duration waited = dialer.connector->timeInLine();
  EXPECT_GE(waited, 20ms);
  ASSERT_TRUE(wait(20ms));
  EXPECT_EQ(dialer.connector->timeInLine(), waited);
}

TEST_F(ConnectorLineTest, TimeInLineDoesNotIncludeARunningAttempt) {
  const SilentListener silent;
  connectFirst();
  start(dialer, to({silent.address(), good()}, {.attemptDelay = 10ms}));
  ASSERT_TRUE(runUntil([&] { return dialer.connector->tried().size() == 2; }));
  ASSERT_TRUE(wait(20ms));
  EXPECT_EQ(dialer.connector->timeInLine(), 0ms);
}

TEST_F(ConnectorLineTest, ReleasingInLineLeavesIt) {
  connectFirst();
  start(dialer, to({good()}));
  ASSERT_TRUE(runUntil([&] { return dialer.connector->tried().size() == 1; }));
  dialer.connector.reset();
  first.slot.release();
  EXPECT_TRUE(isFree(good()));
  turn();
  EXPECT_FALSE(dialer.isDone());
}

TEST_F(ConnectorLineTest, ConnectorsOfSeveralLoopsTakeTurns) {
  connectFirst();
  std::atomic<bool> isConnected{false};
  std::latch mayEnd(1);
  std::thread thread([&, options = to({good()})] {
    loop::EventLoop& other = loop::EventLoop::create();
    Dialer theirs;
    theirs.whenDone = [&] {
      isConnected = static_cast<bool>(theirs.connected);
      theirs.connected.reset();
      theirs.slot.release();
      theirs.connector.reset();
      loop.post([] {});  // so that ours looks up
    };
    theirs.connector = connect(other, kTarget, theirs, options);
    other.run();
    // libuv closes descriptors behind the back of ThreadSanitizer, which would take their reuse by
    // us for a race.
    mayEnd.wait();
    other.shutDown();
    other.release();
  });
  start(dialer, to({good()}));
  ASSERT_TRUE(wait(30ms));
  EXPECT_FALSE(isConnected);
  dialer.whenDone = [&] { dialer.slot.release(); };
  first.slot.release();
  EXPECT_TRUE(runUntil([&] { return dialer.isDone() && isConnected; }));
  mayEnd.count_down();
  thread.join();
}

TEST_F(ConnectorLineTest, AStampedeIsServedOneByOne) {
  std::vector<std::unique_ptr<Dialer>> dialers;
  int served = 0;
  for (int i = 0; i < 100; ++i) {
    Dialer& each = *dialers.emplace_back(std::make_unique<Dialer>());
    each.whenDone = [&] {
      EXPECT_TRUE(each.connected);
      EXPECT_EQ(&each, dialers[static_cast<std::size_t>(served)].get());
      ++served;
      each.slot.release();
    };
    start(each, to({good()}));
  }
  EXPECT_TRUE(runUntil([&] { return served == 100; }));
}

// ---- Giving up ----

TEST_F(ConnectorRaceTest, ReleasingLeavesNothingBehindAtAnyTime) {
  const SilentListener silent;
  for (int delay = 0; delay <= 40; delay += 5) {
    start(dialer, to({refusing(), silent.address(), refusing(2)}, {.attemptDelay = 15ms}));
    ASSERT_TRUE(wait(std::chrono::milliseconds(delay)));
    dialer.connector.reset();
    for (const SocketAddress& address : {refusing(), silent.address(), refusing(2)}) {
      EXPECT_TRUE(isFree(address)) << delay;
    }
  }
  ASSERT_TRUE(wait(20ms));
  EXPECT_FALSE(dialer.isDone());
}

TEST_F(ConnectorRaceTest, ReleasingRecallsLookUps) {
  BusyResolver busy(loop);
  dialer.connector =
      connect(loop, TcpTarget{"127.1", listener->port()}, dialer, {.resolveTimeout = 10ms});
  turn();
  dialer.connector.reset();
  busy.release();
  ASSERT_TRUE(wait(20ms));
  EXPECT_FALSE(dialer.isDone());
}

TEST_F(ConnectorRaceTest, MayBeReleasedFromALateOutcome) {
  const SilentListener silent;
  dialer.whenDone = [&] { dialer.connector.reset(); };
  dial(to({silent.address()}, {.connectTimeout = 10ms}));
  EXPECT_TRUE(dialer.failure);
  dialer.failure.reset();
  dial(to({silent.address(), good()}, {.attemptDelay = 10ms}));
  EXPECT_TRUE(dialer.connected);
}

}  // namespace
}  // namespace parley::transport
