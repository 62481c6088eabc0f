#include "transport/connector.hpp"

#include "transport/busy_resolver.hpp"
#include "transport/transport_fixture.hpp"

#include <cerrno>

namespace parley::transport {
namespace {

using Step = TransportError::Step;

class ConnectorTest : public LoopFixture {
 protected:
  /// A port that nobody listens on: it was ours a moment ago.
  std::uint16_t closedPort() {
    auto listener = listen(loop, TcpAddress{}, acceptor);
    EXPECT_TRUE(listener);
    return (*listener)->port();
  }
  void dial(ConnectTarget target, ConnectOptions options = {}) {
    dialer.connector = connect(loop, std::move(target), dialer, std::move(options));
    EXPECT_FALSE(dialer.isDone());  // never within the call
    ASSERT_TRUE(runUntil([&] { return dialer.isDone(); }));
  }

  Acceptor acceptor;
  Dialer dialer;
};

TEST_F(ConnectorTest, ConnectsToAddressesInEachSpelling) {
  for (const char* host : {"127.0.0.1", "::1", "[::1]"}) {
    auto listener = listen(loop, TcpAddress{host, 0}, acceptor);
    ASSERT_TRUE(listener) << listener.error().message;
    dial(TcpTarget{host, (*listener)->port()});
    EXPECT_TRUE(dialer.connected) << host;
    dialer.connected.reset();
  }
}

/// "127.1" is an address to the resolver, but not to us: a name that needs no name server, and that
/// has no IPv6 address.
TEST_F(ConnectorTest, ResolvesNames) {
  auto listener = listen(loop, TcpAddress{}, acceptor);
  ASSERT_TRUE(listener);
  dial(TcpTarget{"127.1", (*listener)->port()}, {.resolutionDelay = std::chrono::hours(1)});
  ASSERT_TRUE(dialer.connected) << dialer.failure->error.message;
}

TEST_F(ConnectorTest, WaitsForEverForTheLargestResolveTimeout) {
  auto listener = listen(loop, TcpAddress{}, acceptor);
  ASSERT_TRUE(listener);
  ConnectOptions options;
  options.resolveTimeout = std::chrono::milliseconds::max();
  dial(TcpTarget{"127.1", (*listener)->port()}, options);
  ASSERT_TRUE(dialer.connected) << dialer.failure->error.message;
}

TEST_F(ConnectorTest, ConnectsToLocalhostWithoutTheResolver) {
  BusyResolver busy(loop);
  auto listener = listen(loop, TcpAddress{}, acceptor);
  ASSERT_TRUE(listener);
  for (const char* host : {"localhost", "app.localhost", "LOCALHOST."}) {
    dial(TcpTarget{host, (*listener)->port()});
    EXPECT_TRUE(dialer.connected) << host;
    dialer.connected.reset();
    dialer.slot.release();
  }
}

TEST_F(ConnectorTest, SaysWhoRefused) {
  const std::uint16_t port = closedPort();
  dial(TcpTarget{"127.0.0.1", port});
  ASSERT_TRUE(dialer.failure);
  const std::string address = "127.0.0.1:" + std::to_string(port);
  EXPECT_EQ(dialer.failure->error.step, Step::Connect);
  EXPECT_EQ(dialer.failure->error.systemError, ECONNREFUSED);
  EXPECT_EQ(dialer.failure->error.message, "connect to " + address + ": connection refused");
  EXPECT_EQ(dialer.failure->address, address);
  ASSERT_EQ(dialer.failure->tried.size(), 1u);
  EXPECT_EQ(dialer.failure->tried[0].address, address);
  EXPECT_EQ(dialer.failure->tried[0].error.systemError, ECONNREFUSED);
}

TEST_F(ConnectorTest, TellsOfANameThatDoesNotResolve) {
  dial(TcpTarget{"nonexistent.invalid", 80});
  ASSERT_TRUE(dialer.failure);
  EXPECT_EQ(dialer.failure->error.step, Step::Resolve);
  EXPECT_EQ(dialer.failure->error.systemError, 0);
  EXPECT_EQ(dialer.failure->error.message.find("resolve nonexistent.invalid: "), 0u);
  EXPECT_TRUE(dialer.failure->error.limit.empty());
  EXPECT_TRUE(dialer.failure->tried.empty());
}

TEST_F(ConnectorTest, TellsOfAnOverrideWithoutAnAddress) {
  dial(TcpTarget{"nowhere.test", 80}, {.resolveOverrides = {{"nowhere.test", 80, {}}}});
  ASSERT_TRUE(dialer.failure);
  EXPECT_EQ(dialer.failure->error.step, Step::Resolve);
  EXPECT_EQ(dialer.failure->error.message, "resolve nowhere.test: it has no address");
}

TEST_F(ConnectorTest, TellsNothingOfWhatFailedAtOnceIfItIsReleasedBefore) {
  dialer.connector = connect(loop, TcpTarget{"nowhere.test", 80}, dialer,
                             ConnectOptions{.resolveOverrides = {{"nowhere.test", 80, {}}}});
  dialer.connector.reset();
  turn();
  EXPECT_FALSE(dialer.isDone());
}

TEST_F(ConnectorTest, GivesALookUpTheResolveTimeout) {
  BusyResolver busy(loop);
  dial(TcpTarget{"127.1", 80}, {.resolveTimeout = std::chrono::milliseconds(20)});
  ASSERT_TRUE(dialer.failure);
  EXPECT_EQ(dialer.failure->error.step, Step::Resolve);
  EXPECT_EQ(dialer.failure->error.limit, "resolveTimeout");
  EXPECT_EQ(dialer.failure->error.message,
            "resolve 127.1: no answer within 20 ms (resolveTimeout)");
  EXPECT_TRUE(dialer.failure->tried.empty());
}

TEST_F(ConnectorTest, TellsNothingMoreAfterTheResolveTimeout) {
  BusyResolver busy(loop);
  dial(TcpTarget{"127.1", 80}, {.resolveTimeout = std::chrono::milliseconds(1)});
  dialer.failure.reset();
  busy.release();
  turn(20);
  EXPECT_FALSE(dialer.isDone());
}

TEST_F(ConnectorTest, TellsOfWhatIsNoNameAtAll) {
  for (const std::string& host : {std::string(), std::string(3000, 'a')}) {
    Dialer other;
    other.connector = connect(loop, TcpTarget{host, 80}, other);
    ASSERT_TRUE(runUntil([&] { return other.isDone(); }));
    ASSERT_TRUE(other.failure) << host.size();
  }
}

TEST_F(ConnectorTest, ConnectsToUnixSockets) {
  TemporaryDirectory directory;
  const std::string path = directory.file("socket");
  auto listener = listen(loop, UnixAddress{path}, acceptor);
  ASSERT_TRUE(listener);
  dial(UnixTarget{path});
  ASSERT_TRUE(dialer.connected);
  EXPECT_EQ(dialer.connected->description(), "unix:" + path);
  EXPECT_FALSE(dialer.slot);  // no peer with an IP address
}

TEST_F(ConnectorTest, TellsWhyAUnixSocketCannotBeReached) {
  TemporaryDirectory directory;
  const std::pair<std::string, int> cases[] = {
      {directory.file("nothing"), ENOENT}, {"", ENOENT}, {std::string(200, 'x'), ENAMETOOLONG}};
  for (const auto& [path, expected] : cases) {
    Dialer other;
    other.connector = connect(loop, UnixTarget{path}, other);
    ASSERT_TRUE(runUntil([&] { return other.isDone(); }));
    ASSERT_TRUE(other.failure);
    EXPECT_EQ(other.failure->error.systemError, expected) << path;
  }
}

TEST_F(ConnectorTest, ReleasingCancelsAtEachStage) {
  auto listener = listen(loop, TcpAddress{}, acceptor);
  ASSERT_TRUE(listener);
  for (const char* host : {"127.0.0.1", "localhost", "127.1", "nonexistent.invalid"}) {
    for (int turns = 0; turns < 3; ++turns) {
      Dialer cancelled;
      cancelled.connector = connect(loop, TcpTarget{host, (*listener)->port()}, cancelled);
      turn(turns);
      cancelled.connector.reset();
      const bool wasDone = cancelled.isDone();
      turn(20);
      EXPECT_EQ(cancelled.isDone(), wasDone) << host << turns;
    }
  }
}

TEST_F(ConnectorTest, MayBeReleasedFromItsOutcome) {
  dialer.whenDone = [&] { dialer.connector.reset(); };
  dial(TcpTarget{"127.0.0.1", closedPort()});
  EXPECT_TRUE(dialer.failure);
  dialer.failure.reset();
  auto listener = listen(loop, TcpAddress{}, acceptor);
  ASSERT_TRUE(listener);
  dial(TcpTarget{"127.0.0.1", (*listener)->port()});
  EXPECT_TRUE(dialer.connected);
}

/// Gives a connector up right after its look-up has begun: flushes come in the order of their
/// requests.
class GiveUp final : public loop::Flushable {
 public:
  explicit GiveUp(Dialer& dialer) : dialer_(dialer) {}
  void onFlush() override { dialer_.connector.reset(); }

 private:
  Dialer& dialer_;
};

TEST_F(ConnectorTest, ALookUpForNobodyDoesNotKeepRunGoing) {
  dialer.connector = connect(loop, TcpTarget{"nonexistent.invalid", 80}, dialer);
  GiveUp giveUp(dialer);
  loop.requestFlush(giveUp);
  loop.run();
  EXPECT_FALSE(dialer.isDone());
}

TEST(ConnectorAtTheEnd, ALoopIsDestroyedWhileANameIsBeingResolved) {
  loop::EventLoop& loop = loop::EventLoop::create();
  Dialer dialer;
  dialer.connector = connect(loop, TcpTarget{"nonexistent.invalid", 80}, dialer);
  GiveUp giveUp(dialer);
  loop.requestFlush(giveUp);
  loop.run();
  loop.shutDown();
  loop.release();
  EXPECT_FALSE(dialer.isDone());
}

}  // namespace
}  // namespace parley::transport
