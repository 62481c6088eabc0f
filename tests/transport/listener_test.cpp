#include "transport/listener.hpp"

#include "transport/transport_fixture.hpp"

#include <cerrno>
#include <fstream>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/un.h>

namespace parley::transport {
namespace {

using Step = TransportError::Step;

class ListenerTest : public LoopFixture {
 protected:
  ListenerPtr mustListen(const ListenAddress& address) {
    auto listener = listen(loop, address, acceptor);
    EXPECT_TRUE(listener) << listener.error().message;
    return listener ? std::move(*listener) : nullptr;
  }
  bool connects(ConnectTarget target) {
    Dialer dialer;
    dialer.connector = connect(loop, std::move(target), dialer);
    EXPECT_TRUE(runUntil([&] { return dialer.isDone(); }));
    return dialer.connected != nullptr;
  }

  Acceptor acceptor;
  TemporaryDirectory directory;
};

TEST_F(ListenerTest, TellsThePortThatTheSystemChose) {
  const ListenerPtr listener = mustListen(TcpAddress{});
  EXPECT_NE(listener->port(), 0);
  EXPECT_EQ(listener->description(), "127.0.0.1:" + std::to_string(listener->port()));
}

TEST_F(ListenerTest, ListensOnNames) {
  const ListenerPtr listener = mustListen(TcpAddress{"localhost", 0});
  EXPECT_TRUE(connects(TcpTarget{"localhost", listener->port()}));
}

TEST_F(ListenerTest, SaysThatAPortIsTaken) {
  const ListenerPtr first = mustListen(TcpAddress{});
  const auto second = listen(loop, TcpAddress{"127.0.0.1", first->port()}, acceptor);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().step, Step::Listen);
  EXPECT_EQ(second.error().systemError, EADDRINUSE);
  EXPECT_EQ(second.error().message,
            "listen on 127.0.0.1:" + std::to_string(first->port()) + ": address already in use");
}

TEST_F(ListenerTest, SaysThatAnAddressIsNotOurs) {
  const auto listener = listen(loop, TcpAddress{"192.0.2.1", 0}, acceptor);
  ASSERT_FALSE(listener);
  EXPECT_EQ(listener.error().systemError, EADDRNOTAVAIL);
}

TEST_F(ListenerTest, SaysThatANameDoesNotResolve) {
  const auto listener = listen(loop, TcpAddress{"nonexistent.invalid", 0}, acceptor);
  ASSERT_FALSE(listener);
  EXPECT_EQ(listener.error().step, Step::Resolve);
}

TEST_F(ListenerTest, SharesAPortIfAllSaySo) {
  TcpAddress address;
  address.portUse = PortUse::Shared;
  const ListenerPtr first = mustListen(address);
  address.port = first->port();
  const ListenerPtr second = mustListen(address);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->port(), first->port());
  address.portUse = PortUse::Exclusive;
  EXPECT_FALSE(listen(loop, address, acceptor));
}

TEST_F(ListenerTest, ServesIpv4OnAnIpv6AddressOnlyIfAsked) {
  TcpAddress address{"::", 0};
  const ListenerPtr both = mustListen(address);
  EXPECT_TRUE(connects(TcpTarget{"127.0.0.1", both->port()}));
  EXPECT_TRUE(connects(TcpTarget{"::1", both->port()}));
  address.ipVersions = IpVersions::Ipv6Only;
  const ListenerPtr only = mustListen(address);
  EXPECT_FALSE(connects(TcpTarget{"127.0.0.1", only->port()}));
  EXPECT_TRUE(connects(TcpTarget{"[::1]", only->port()}));
}

TEST_F(ListenerTest, AcceptsManyThatCameTogether) {
  const ListenerPtr listener = mustListen(TcpAddress{});
  std::vector<std::unique_ptr<RawPeer>> peers;
  for (int i = 0; i < 150; ++i) peers.push_back(std::make_unique<RawPeer>(listener->port()));
  ASSERT_TRUE(runUntil([&] { return acceptor.accepted.size() == 150; }));
}

TEST_F(ListenerTest, APausedListenerLeavesConnectionsWaiting) {
  const ListenerPtr listener = mustListen(TcpAddress{});
  listener->pause();
  RawPeer peer(listener->port());
  EXPECT_TRUE(peer.isConnected());
  turn();
  EXPECT_TRUE(acceptor.accepted.empty());
  listener->resume();
  EXPECT_TRUE(runUntil([&] { return acceptor.accepted.size() == 1; }));
}

TEST_F(ListenerTest, MayBeReleasedWithinOnAccepted) {
  ListenerPtr listener = mustListen(TcpAddress{});
  RawPeer first(listener->port()), second(listener->port());
  acceptor.whenAccepted = [&] { listener.reset(); };
  ASSERT_TRUE(runUntil([&] { return !acceptor.accepted.empty(); }));
  turn();
  EXPECT_EQ(acceptor.accepted.size(), 1u);
  EXPECT_EQ(second.receive(), "");
}

TEST_F(ListenerTest, KeepsTheLoopGoingUntilItIsReleased) {
  ListenerPtr listener = mustListen(TcpAddress{});
  EXPECT_TRUE(loop.poll());
  listener->pause();
  EXPECT_TRUE(loop.poll());
  listener.reset();
  EXPECT_FALSE(loop.poll());
}

TEST_F(ListenerTest, RemovesItsSocketFile) {
  const std::string path = directory.file("socket");
  ListenerPtr listener = mustListen(UnixAddress{path});
  EXPECT_EQ(listener->port(), 0);
  EXPECT_EQ(listener->description(), "unix:" + path);
  EXPECT_TRUE(std::filesystem::exists(path));
  EXPECT_TRUE(connects(UnixTarget{path}));
  listener.reset();
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(ListenerTest, RefusesASocketFileThatIsInUse) {
  const std::string path = directory.file("socket");
  const ListenerPtr first = mustListen(UnixAddress{path});
  const auto second = listen(loop, UnixAddress{path}, acceptor);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message, "listen on unix:" + path + ": address already in use");
  EXPECT_TRUE(connects(UnixTarget{path}));
}

TEST_F(ListenerTest, ReplacesASocketFileThatNobodyListensOn) {
  const std::string path = directory.file("socket");
  const int dead = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(dead, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ::close(dead);
  ASSERT_TRUE(std::filesystem::exists(path));
  const ListenerPtr listener = mustListen(UnixAddress{path});
  EXPECT_TRUE(connects(UnixTarget{path}));
}

TEST_F(ListenerTest, LeavesAFileAloneThatIsNoSocket) {
  const std::string path = directory.file("file");
  std::ofstream(path) << "precious";
  const auto listener = listen(loop, UnixAddress{path}, acceptor);
  ASSERT_FALSE(listener);
  EXPECT_EQ(listener.error().systemError, EADDRINUSE);
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST_F(ListenerTest, LeavesASocketFileAloneThatHasReplacedItsOwn) {
  const std::string path = directory.file("socket");
  ListenerPtr first = mustListen(UnixAddress{path});
  std::filesystem::remove(path);
  const ListenerPtr second = mustListen(UnixAddress{path});
  first.reset();
  EXPECT_TRUE(connects(UnixTarget{path}));
}

TEST_F(ListenerTest, SaysThatAPathIsTooLong) {
  const auto listener = listen(loop, UnixAddress{std::string(200, 'x')}, acceptor);
  ASSERT_FALSE(listener);
  EXPECT_EQ(listener.error().systemError, ENAMETOOLONG);
}

/// Takes all descriptors of the process until it is destroyed.
class Exhaustion {
 public:
  Exhaustion() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    rlimit low = before_;
    low.rlim_cur = 128;
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
    for (int fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC); fd >= 0;
         fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC)) {
      taken_.push_back(fd);
    }
  }
  Exhaustion(const Exhaustion&) = delete;
  Exhaustion& operator=(const Exhaustion&) = delete;
  ~Exhaustion() {
    for (const int fd : taken_) ::close(fd);
    ::setrlimit(RLIMIT_NOFILE, &before_);
  }

 private:
  rlimit before_{};
  std::vector<int> taken_;
};

TEST_F(ListenerTest, OutOfDescriptorsItWaitsWithoutSpinningAndTurnsNobodyAway) {
  const ListenerPtr listener = mustListen(TcpAddress{});
  RawPeer first(listener->port()), second(listener->port());
  std::optional<Exhaustion> exhaustion(std::in_place);
  int turns = 0;
  ASSERT_TRUE(runUntil([&] {
    ++turns;
    return acceptor.pauses.size() == 3;
  }));
  EXPECT_EQ(acceptor.pauses[0].step, Step::Accept);
  EXPECT_EQ(acceptor.pauses[0].systemError, EMFILE);
  EXPECT_LE(turns, 20);  // asleep between its attempts
  EXPECT_TRUE(acceptor.accepted.empty());
  exhaustion.reset();
  ASSERT_TRUE(runUntil([&] { return acceptor.accepted.size() == 2; }));
}

TEST_F(ListenerTest, MayBeReleasedWhileItWaitsForDescriptors) {
  ListenerPtr listener = mustListen(TcpAddress{});
  RawPeer peer(listener->port());
  Exhaustion exhaustion;
  acceptor.whenPaused = [&] { listener.reset(); };
  ASSERT_TRUE(runUntil([&] { return !acceptor.pauses.empty(); }));
  EXPECT_FALSE(loop.poll());
}

}  // namespace
}  // namespace parley::transport
