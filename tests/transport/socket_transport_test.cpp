#include "transport/socket_transport.hpp"

#include "transport/silent_listener.hpp"
#include "transport/transport_fixture.hpp"

#include <cerrno>
#include <csignal>
#include <numeric>

namespace parley::transport {
namespace {

using Step = TransportError::Step;

/// Text in which a piece that is lost, doubled or moved shows.
std::string bulk(std::size_t size) {
  std::string text(size, '\0');
  std::uint32_t state = 1;
  for (char& c : text) {
    state = state * 1664525u + 1013904223u;
    c = static_cast<char>(state >> 24);
  }
  return text;
}

TEST(SocketTransport, IsSmall) {
  EXPECT_LE(sizeof(SocketTransport), 216u);
}

/// Two transports joined over each kind of socket.
class SocketPair : public LoopFixture, public testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    ListenAddress address = TcpAddress{GetParam(), 0};
    const bool isUnix = std::string_view(GetParam()) == "unix";
    if (isUnix) address = UnixAddress{directory_.file("socket")};
    auto listener = listen(loop, address, acceptor_);
    ASSERT_TRUE(listener) << listener.error().message;
    listener_ = std::move(*listener);
    ConnectTarget target = TcpTarget{GetParam(), listener_->port()};
    if (isUnix) target = UnixTarget{directory_.file("socket")};
    dialer_.connector = connect(loop, target, dialer_);
    ASSERT_TRUE(runUntil([&] { return dialer_.isDone() && !acceptor_.accepted.empty(); }));
    ASSERT_TRUE(dialer_.connected) << dialer_.failure->error.message;
    client.take(std::move(dialer_.connected));
    server.take(std::move(acceptor_.accepted.front()));
    listener_.reset();
    dialer_.connector.reset();
  }

  Recorder client, server;

 private:
  TemporaryDirectory directory_;
  Acceptor acceptor_;
  Dialer dialer_;
  ListenerPtr listener_;
};

std::string nameOf(const testing::TestParamInfo<const char*>& parameter) {
  const char* names[] = {"Ipv4", "Ipv6", "Unix"};
  return names[parameter.index];
}
INSTANTIATE_TEST_SUITE_P(Sockets, SocketPair, testing::Values("127.0.0.1", "::1", "unix"), nameOf);

TEST_P(SocketPair, CarriesBytesBothWays) {
  server.transport->resumeReading();
  client.transport->resumeReading();
  server.whenBytes = [&] { EXPECT_EQ(write(*server.transport, server.received), 4u); };
  EXPECT_EQ(write(*client.transport, "ping"), 4u);
  EXPECT_TRUE(client.received.empty());  // never from within a call
  ASSERT_TRUE(runUntil([&] { return client.received.size() == 4; }));
  EXPECT_EQ(client.received, "ping");
  EXPECT_EQ(client.writables + server.writables, 0);
}

TEST_P(SocketPair, WritesManyPiecesInOrder) {
  server.transport->resumeReading();
  std::vector<std::string> texts;
  for (int i = 0; i < 200; ++i) texts.push_back(std::to_string(i) + (i % 7 == 0 ? "" : ","));
  std::vector<protocol::OutputPiece> pieces;
  for (const std::string& text : texts) pieces.push_back(pieceOf(text));
  pieces.push_back({nullptr, 0});
  const std::string all = std::accumulate(texts.begin(), texts.end(), std::string());
  EXPECT_EQ(client.transport->write(pieces), all.size());
  EXPECT_EQ(client.transport->write({}), 0u);
  ASSERT_TRUE(runUntil([&] { return server.received.size() == all.size(); }));
  EXPECT_EQ(server.received, all);
}

TEST_P(SocketPair, CarriesLargeTransfersBothWaysAtOnceUnderBackpressure) {
  const std::string there = bulk(20'000'000);
  const std::string back = bulk(15'000'000);
  Pump clientPump(client, there), serverPump(server, back);
  server.transport->resumeReading();
  client.transport->resumeReading();
  clientPump.push();
  serverPump.push();
  ASSERT_TRUE(runUntil([&] {
    return server.received.size() == there.size() && client.received.size() == back.size();
  }));
  EXPECT_TRUE(server.received == there);
  EXPECT_TRUE(client.received == back);
  EXPECT_GT(clientPump.blocked, 0);
  EXPECT_EQ(client.writables, clientPump.blocked);  // once for each write that fell short
  EXPECT_EQ(server.writables, serverPump.blocked);
}

TEST_P(SocketPair, APausedReaderStopsTheWriter) {
  const std::string text = bulk(20'000'000);
  Pump pump(client, text);
  pump.push();
  turn(50);
  EXPECT_FALSE(pump.isDone());
  EXPECT_TRUE(server.received.empty());
  server.transport->resumeReading();
  ASSERT_TRUE(runUntil([&] { return server.received.size() > 1'000'000; }));
  server.transport->pauseReading();
  const std::size_t seen = server.received.size();
  turn(50);
  EXPECT_EQ(server.received.size(), seen);
  server.transport->resumeReading();
  ASSERT_TRUE(runUntil([&] { return pump.isDone() && server.received.size() == text.size(); }));
  EXPECT_TRUE(server.received == text);
}

TEST_P(SocketPair, PausingWithinOnBytesStopsAtOnce) {
  server.readBuffer = {};
  std::vector<std::byte> memory(10);
  server.readBuffer = memory;
  server.whenBytes = [&] { server.transport->pauseReading(); };
  server.transport->resumeReading();
  EXPECT_EQ(write(*client.transport, std::string(100, 'x')), 100u);
  ASSERT_TRUE(runUntil([&] { return !server.received.empty(); }));
  turn();
  EXPECT_EQ(server.received.size(), 10u);
}

/// Whoever waits for a descriptor that is ready, and that nobody reads, spins.
TEST_P(SocketPair, WhatArrivesInAPauseLeavesTheLoopAsleep) {
  server.transport->resumeReading();
  turn();
  server.transport->pauseReading();
  EXPECT_EQ(write(*client.transport, "x"), 1u);
  turn();
  pollfd descriptor{loop.fd(), POLLIN, 0};
  EXPECT_EQ(::poll(&descriptor, 1, 0), 0);
  EXPECT_TRUE(server.received.empty());
  server.transport->resumeReading();
  ASSERT_TRUE(runUntil([&] { return server.received == "x"; }));
}

TEST_P(SocketPair, ReadsOnAfterAPauseInWhichNothingArrived) {
  server.transport->resumeReading();
  turn();
  server.transport->pauseReading();
  server.transport->resumeReading();
  EXPECT_EQ(write(*client.transport, "x"), 1u);
  ASSERT_TRUE(runUntil([&] { return server.received == "x"; }));
}

TEST_P(SocketPair, ReadsIntoTheMemoryThatTheListenerGives) {
  std::vector<std::byte> memory(1000);
  server.readBuffer = memory;
  server.transport->resumeReading();
  const std::string text = bulk(5000);
  EXPECT_EQ(write(*client.transport, text), text.size());
  ASSERT_TRUE(runUntil([&] { return server.received.size() == text.size(); }));
  EXPECT_EQ(server.received, text);
  EXPECT_EQ(server.lastData, memory.data());
  EXPECT_EQ(server.largest, 1000u);
}

TEST_P(SocketPair, ReadsIntoTheSharedBufferOtherwise) {
  server.transport->resumeReading();
  EXPECT_EQ(write(*client.transport, "x"), 1u);
  ASSERT_TRUE(runUntil([&] { return !server.received.empty(); }));
  EXPECT_EQ(server.lastData, loop.receiveBuffer().data());
}

TEST_P(SocketPair, ClosesHalfByHalf) {
  server.transport->resumeReading();
  client.transport->resumeReading();
  EXPECT_EQ(write(*client.transport, "last words"), 10u);
  client.transport->finish();
  client.transport->finish();
  EXPECT_EQ(write(*client.transport, "too late"), 0u);
  ASSERT_TRUE(runUntil([&] { return server.ends == 1; }));
  EXPECT_EQ(server.received, "last words");
  turn();
  EXPECT_EQ(server.ends, 1);  // and the loop does not spin on the end
  EXPECT_EQ(write(*server.transport, "answer"), 6u);
  server.transport->finish();
  ASSERT_TRUE(runUntil([&] { return client.ends == 1; }));
  EXPECT_EQ(client.received, "answer");
  turn();
  EXPECT_EQ(client.failures.size() + server.failures.size(), 0u);
}

TEST_P(SocketPair, AfterTheEndALargeAnswerStillArrives) {
  const std::string answer = bulk(10'000'000);
  Pump pump(server, answer);
  server.whenEnd = [&] { pump.push(); };
  server.transport->resumeReading();
  client.transport->resumeReading();
  client.transport->finish();
  ASSERT_TRUE(runUntil([&] { return client.received.size() == answer.size(); }));
  EXPECT_TRUE(client.received == answer);
}

TEST_P(SocketPair, AbortTellsNothingMoreHere) {
  server.transport->resumeReading();
  client.transport->resumeReading();
  EXPECT_EQ(write(*client.transport, "x"), 1u);
  client.transport->abort();
  client.transport->abort();
  EXPECT_EQ(write(*client.transport, "y"), 0u);
  client.transport->resumeReading();
  client.transport->pauseReading();
  client.transport->finish();
  ASSERT_TRUE(runUntil([&] { return server.ends == 1; }));
  EXPECT_EQ(server.received, "x");
  EXPECT_EQ(client.ends + client.writables, 0);
  EXPECT_TRUE(client.failures.empty());
}

TEST_P(SocketPair, MayBeReleasedWithinOnBytes) {
  server.whenBytes = [&] { server.transport.reset(); };
  server.transport->resumeReading();
  client.transport->resumeReading();
  EXPECT_EQ(write(*client.transport, std::string(2'000'000, 'x')) > 0, true);
  ASSERT_TRUE(runUntil([&] { return client.ends != 0 || !client.failures.empty(); }));
  EXPECT_EQ(server.ends, 0);
}

TEST_P(SocketPair, MayBeReleasedWithinOnEnd) {
  server.whenEnd = [&] { server.transport.reset(); };
  server.transport->resumeReading();
  client.transport->resumeReading();
  client.transport->finish();
  ASSERT_TRUE(runUntil([&] { return client.ends == 1; }));
}

TEST_P(SocketPair, MayBeReleasedWithinOnWritable) {
  const std::string text = bulk(8'000'000);
  Pump pump(client, text);
  client.whenWritable = [&] { client.transport.reset(); };
  server.transport->resumeReading();
  pump.push();
  ASSERT_TRUE(runUntil([&] { return server.ends == 1; }));
  EXPECT_EQ(client.writables, 1);
}

TEST_P(SocketPair, ABrokenPipeIsAFailureAndNoSignal) {
  struct sigaction before {};
  ASSERT_EQ(::sigaction(SIGPIPE, nullptr, &before), 0);
  EXPECT_EQ(before.sa_handler, SIG_DFL);  // the loop has left it alone, so a signal would end this
  server.transport.reset();
  client.whenFailed = [&] { client.transport.reset(); };
  while (client.failures.empty()) {
    (void)write(*client.transport, "into the void");
    EXPECT_TRUE(client.failures.empty());
    turn(1);
  }
  const int error = client.failures[0].systemError;
  EXPECT_TRUE(error == EPIPE || error == ECONNRESET) << error;
  EXPECT_EQ(client.writables, 0);
}

TEST_P(SocketPair, WhatThePeerSaidBeforeItWentIsHeardBeforeTheFailure) {
  EXPECT_EQ(write(*server.transport, "last words"), 10u);
  server.transport.reset();
  turn();
  // These meet a closed socket; the answer to the first makes the second fail.
  for (int i = 0; i < 5; ++i) (void)write(*client.transport, "x");
  client.transport->resumeReading();
  ASSERT_TRUE(runUntil([&] { return client.ends != 0 || !client.failures.empty(); }));
  if (std::string_view(GetParam()) == "unix") {
    EXPECT_EQ(client.received, "last words");
  }
}

TEST_P(SocketPair, KeepsTheLoopGoingUntilItIsReleased) {
  client.transport->pauseReading();
  server.transport.reset();
  EXPECT_TRUE(loop.poll());
  client.transport.reset();
  EXPECT_FALSE(loop.poll());
  loop.run();
}

TEST_P(SocketPair, NamesThePeer) {
  const std::string name = client.transport->description();
  const std::string_view expected = std::string_view(GetParam()) == "unix"  ? "unix:/"
                                    : std::string_view(GetParam()) == "::1" ? "[::1]:"
                                                                            : "127.0.0.1:";
  EXPECT_EQ(name.substr(0, expected.size()), expected);
  client.transport->abort();
  EXPECT_EQ(client.transport->description(), "a disconnected peer");
}

TEST_P(SocketPair, OneBusySocketDoesNotStarveTheLoop) {
  const std::string text = bulk(4'000'000);
  Pump pump(client, text);
  server.transport->resumeReading();
  std::vector<std::byte> tiny(1);
  server.readBuffer = tiny;
  pump.push();
  ASSERT_TRUE(runUntil([&] { return !server.received.empty(); }));
  const std::size_t before = server.received.size();
  loop.poll();
  EXPECT_LE(server.received.size() - before, 8u);
}

/// Against a peer that does what no transport does.
class SocketWithRawPeer : public LoopFixture {
 protected:
  void SetUp() override {
    auto listener = listen(loop, TcpAddress{}, acceptor_);
    ASSERT_TRUE(listener);
    peer = std::make_unique<RawPeer>((*listener)->port());
    ASSERT_TRUE(peer->isConnected());
    ASSERT_TRUE(runUntil([&] { return !acceptor_.accepted.empty(); }));
    recorder.take(std::move(acceptor_.accepted.front()));
  }

  std::unique_ptr<RawPeer> peer;
  Recorder recorder;

 private:
  Acceptor acceptor_;
};

TEST_F(SocketWithRawPeer, AResetIsAFailureAndNoEnd) {
  recorder.transport->resumeReading();
  peer->reset();
  ASSERT_TRUE(runUntil([&] { return !recorder.failures.empty(); }));
  EXPECT_EQ(recorder.failures[0].step, Step::Read);
  EXPECT_EQ(recorder.failures[0].systemError, ECONNRESET);
  EXPECT_NE(recorder.failures[0].message.find("connection reset by peer"), std::string::npos);
  EXPECT_EQ(recorder.ends, 0);
  turn();
  EXPECT_EQ(recorder.failures.size(), 1u);
  EXPECT_EQ(write(*recorder.transport, "x"), 0u);
}

TEST_F(SocketWithRawPeer, WhatCameBeforeAResetIsRead) {
  peer->send("last words");
  peer->reset();
  recorder.transport->resumeReading();
  ASSERT_TRUE(runUntil([&] { return !recorder.failures.empty(); }));
  EXPECT_EQ(recorder.received, "last words");
}

TEST_F(SocketWithRawPeer, WhatCameBeforeAResetInAPauseIsReadAfterIt) {
  recorder.transport->resumeReading();
  turn();
  recorder.transport->pauseReading();
  peer->send("last words");
  peer->reset();
  turn();
  EXPECT_TRUE(recorder.received.empty());
  EXPECT_TRUE(recorder.failures.empty());
  recorder.transport->resumeReading();
  ASSERT_TRUE(runUntil([&] { return !recorder.failures.empty(); }));
  EXPECT_EQ(recorder.received, "last words");
  EXPECT_EQ(recorder.failures.front().systemError, ECONNRESET);
}

TEST_F(SocketWithRawPeer, AResetIsHeardByABlockedWriterThatDoesNotRead) {
  Pump pump(recorder, bulk(20'000'000));
  pump.push();
  ASSERT_FALSE(pump.isDone());
  peer->reset();
  ASSERT_TRUE(runUntil([&] { return !recorder.failures.empty(); }));
  EXPECT_EQ(recorder.failures[0].step, Step::Write);
}

TEST_F(SocketWithRawPeer, MayBeReleasedWithinOnFailed) {
  recorder.whenFailed = [&] { recorder.transport.reset(); };
  recorder.transport->resumeReading();
  peer->reset();
  ASSERT_TRUE(runUntil([&] { return !recorder.failures.empty(); }));
  EXPECT_FALSE(recorder.transport);
  turn();
}

TEST_F(SocketWithRawPeer, ReleasedInTheSameTurnAsAFailedWriteItTellsNothing) {
  peer->reset();
  while (write(*recorder.transport, "x") == 1) {
  }
  recorder.transport.reset();
  turn();
  EXPECT_TRUE(recorder.failures.empty());
}

TEST_F(SocketWithRawPeer, ReleaseWithoutFinishEndsTheConnection) {
  EXPECT_EQ(write(*recorder.transport, "bye"), 3u);
  recorder.transport.reset();
  EXPECT_EQ(peer->receive(), "bye");
  EXPECT_EQ(peer->receive(), "");
}

// ---- connect() ----

class SocketTransportConnect : public LoopFixture {
 protected:
  void begin(const SocketAddress& address) {
    auto made = SocketTransport::connect(loop, address);
    ASSERT_TRUE(made) << made.error().value;
    recorder.take(std::move(*made));
    EXPECT_EQ(recorder.writables, 0);
  }
  [[nodiscard]] ListenerPtr listenHere(const ListenAddress& address) {
    auto made = listen(loop, address, acceptor);
    EXPECT_TRUE(made);
    return std::move(*made);
  }

  const loop::KeepAlive open{loop};
  Acceptor acceptor;
  Recorder recorder;
};

TEST_F(SocketTransportConnect, IsWritableOnceConnected) {
  const ListenerPtr listener = listenHere(TcpAddress{});
  begin(*SocketAddress::parse("127.0.0.1", listener->port()));
  ASSERT_TRUE(runUntil([&] { return recorder.writables != 0; }));
  EXPECT_EQ(recorder.transport->description(), listener->description());
  turn();
  EXPECT_EQ(recorder.writables, 1);
  ASSERT_EQ(acceptor.accepted.size(), 1u);
  EXPECT_EQ(write(*acceptor.accepted.front(), "x"), 1u);
  recorder.transport->resumeReading();
  ASSERT_TRUE(runUntil([&] { return recorder.received == "x"; }));
}

TEST_F(SocketTransportConnect, MayReadFromTheMomentItIsConnected) {
  const ListenerPtr listener = listenHere(TcpAddress{});
  acceptor.whenAccepted = [&] { EXPECT_EQ(write(*acceptor.accepted.front(), "x"), 1u); };
  recorder.whenWritable = [&] { recorder.transport->resumeReading(); };
  begin(*SocketAddress::parse("127.0.0.1", listener->port()));
  ASSERT_TRUE(runUntil([&] { return recorder.received == "x"; }));
}

TEST_F(SocketTransportConnect, ConnectsToUnixSockets) {
  TemporaryDirectory directory;
  const ListenerPtr listener = listenHere(UnixAddress{directory.file("socket")});
  begin(*SocketAddress::unixPath(directory.file("socket")));
  ASSERT_TRUE(runUntil([&] { return recorder.writables != 0; }));
  EXPECT_EQ(recorder.transport->description(), "unix:" + directory.file("socket"));
}

TEST_F(SocketTransportConnect, WaitsForAnAnswer) {
  SilentListener silent;
  begin(silent.address());
  turn();
  EXPECT_EQ(recorder.writables, 0);
  pollfd descriptor{loop.fd(), POLLIN, 0};
  EXPECT_EQ(::poll(&descriptor, 1, 0), 0);
  silent.answer();
  ASSERT_TRUE(runUntil([&] { return recorder.writables != 0; }));
  EXPECT_EQ(recorder.transport->description(), silent.address().text());
  turn();
  EXPECT_EQ(recorder.writables, 1);
  EXPECT_TRUE(recorder.failures.empty());
}

TEST_F(SocketTransportConnect, TellsOfARefusal) {
  const ListenerPtr listener = listenHere(TcpAddress{});
  begin(*SocketAddress::parse("127.0.0.9", listener->port()));
  ASSERT_TRUE(runUntil([&] { return !recorder.failures.empty(); }));
  EXPECT_EQ(recorder.failures.front().step, Step::Connect);
  EXPECT_EQ(recorder.failures.front().systemError, ECONNREFUSED);
  EXPECT_EQ(recorder.writables, 0);
}

TEST_F(SocketTransportConnect, ReturnsWhatFailsAtOnce) {
  TemporaryDirectory directory;
  const auto made =
      SocketTransport::connect(loop, *SocketAddress::unixPath(directory.file("nothing")));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().value, ENOENT);
}

TEST_F(SocketTransportConnect, MayBeReleasedWhileItIsUnderWayAndFromItsOutcome) {
  const SilentListener silent;
  const ListenerPtr listener = listenHere(TcpAddress{});
  const auto good = *SocketAddress::parse("127.0.0.1", listener->port());
  for (const SocketAddress& address : {silent.address(), good}) {
    begin(address);
    recorder.transport.reset();
    turn();
  }
  begin(silent.address());
  turn();
  recorder.transport.reset();
  turn();
  EXPECT_EQ(recorder.writables, 0);
  recorder.whenWritable = [&] { recorder.transport.reset(); };
  begin(good);
  ASSERT_TRUE(runUntil([&] { return recorder.writables == 1; }));
  turn();
  EXPECT_TRUE(recorder.failures.empty());
}

}  // namespace
}  // namespace parley::transport
