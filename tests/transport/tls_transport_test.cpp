#include "transport/tls_transport.hpp"

#include "tls/openssl_peer.hpp"
#include "transport/tap.hpp"
#include "transport/tls_buffer.hpp"
#include "transport/tls_fixture.hpp"

#include <cerrno>
#include <numeric>

namespace parley::transport {
namespace {

using Direction = MemoryPipe::Direction;

TEST(TlsTransportSize, IsSmall) {
  EXPECT_LE(sizeof(TlsTransport), 136U);
}

/// Two TLS transports over the pipe in memory; the client is its first end.
class TlsOverPipe : public TlsFixture {
 protected:
  TlsOverPipe() : pipe(loop) {}

  void SetUp() override {
    begin(pipe.takeFirst(), pipe.takeSecond());
    ASSERT_TRUE(finishHandshakes());
    takeSecured();
    turn();  // tickets
  }
  void readBoth() {
    client.transport->resumeReading();
    server.transport->resumeReading();
  }

  MemoryPipe pipe;
};

/// The same over real sockets.
class TlsOverSockets : public TlsFixture {
 protected:
  void SetUp() override {
    auto listening = listen(loop, TcpAddress{"127.0.0.1", 0}, acceptor_);
    ASSERT_TRUE(listening) << listening.error().message;
    ListenerPtr listener = std::move(*listening);
    dialer_.connector = connect(loop, TcpTarget{"127.0.0.1", listener->port()}, dialer_);
    ASSERT_TRUE(runUntil([&] { return dialer_.isDone() && !acceptor_.accepted.empty(); }));
    clientSettings.host = "127.0.0.1";
    begin(std::move(dialer_.connected), std::move(acceptor_.accepted.front()));
    ASSERT_TRUE(finishHandshakes());
    takeSecured();
    dialer_.connector.reset();
  }

 private:
  Acceptor acceptor_;
  Dialer dialer_;
};

TEST_F(TlsOverSockets, CarriesLargeTransfersBothWaysAtOnceUnderBackpressure) {
  const std::string there = patternText(20'000'000);
  const std::string back = patternText(15'000'000);
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

TEST_F(TlsOverSockets, APausedReaderStopsTheWriter) {
  const std::string text = patternText(20'000'000);
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
  ASSERT_TRUE(runUntil([&] { return server.received.size() == text.size(); }));
  EXPECT_TRUE(server.received == text);
}

TEST_F(TlsOverSockets, EndsBothWaysWithCloseNotify) {
  client.transport->resumeReading();
  server.transport->resumeReading();
  EXPECT_EQ(write(*client.transport, "last"), 4U);
  client.transport->finish();
  EXPECT_EQ(write(*client.transport, "late"), 0U);
  ASSERT_TRUE(runUntil([&] { return server.ends == 1; }));
  EXPECT_EQ(server.received, "last");
  EXPECT_EQ(write(*server.transport, "answer"), 6U);
  server.transport->finish();
  ASSERT_TRUE(runUntil([&] { return client.ends == 1; }));
  EXPECT_EQ(client.received, "answer");
  EXPECT_TRUE(client.failures.empty());
  EXPECT_TRUE(server.failures.empty());
}

TEST_F(TlsOverSockets, ReleasingSaysSoToThePeer) {
  server.transport->resumeReading();
  client.transport->resumeReading();
  turn();  // with tickets unread, closing would reset the connection
  EXPECT_EQ(write(*client.transport, "bye"), 3U);
  client.transport.reset();
  ASSERT_TRUE(runUntil([&] { return server.ends == 1; }));
  EXPECT_EQ(server.received, "bye");
  EXPECT_TRUE(server.failures.empty());
}

TEST_F(TlsOverSockets, AbortingIsTruncationForThePeer) {
  server.transport->resumeReading();
  EXPECT_EQ(write(*client.transport, "half a"), 6U);
  client.transport->abort();
  ASSERT_TRUE(runUntil([&] { return !server.failures.empty(); }));
  EXPECT_EQ(server.received, "half a");
  EXPECT_EQ(server.ends, 0);
}

TEST_F(TlsOverSockets, DescribesThePeer) {
  EXPECT_TRUE(client.transport->description().starts_with("127.0.0.1:"));
}

// ---- Over the pipe ----

TEST_F(TlsOverPipe, DeliversByteByByte) {
  pipe.setChunkSize(Direction::FirstToSecond, 1);
  readBoth();
  const std::string text = patternText(3000);
  EXPECT_EQ(write(*client.transport, text), text.size());
  EXPECT_EQ(write(*client.transport, "more"), 4U);
  client.transport->finish();
  ASSERT_TRUE(runUntil([&] { return server.ends == 1; }));
  EXPECT_EQ(server.received, text + "more");
}

TEST_F(TlsOverPipe, WritesManyPiecesInOrder) {
  readBoth();
  std::vector<std::string> texts;
  for (int i = 0; i < 300; ++i)
    texts.push_back(std::string(static_cast<std::size_t>(i), 'x') + ",");
  std::vector<protocol::OutputPiece> pieces;
  for (const std::string& text : texts) pieces.push_back(pieceOf(text));
  pieces.push_back({nullptr, 0});
  const std::string all = std::accumulate(texts.begin(), texts.end(), std::string());
  EXPECT_EQ(client.transport->write(pieces), all.size());
  EXPECT_EQ(client.transport->write({}), 0U);
  ASSERT_TRUE(runUntil([&] { return server.received.size() == all.size(); }));
  EXPECT_EQ(server.received, all);
  EXPECT_EQ(client.writables, 0);
}

TEST_F(TlsOverPipe, TellsOnceOfRoomForEachWriteThatFellShort) {
  readBoth();
  pipe.stall(Direction::FirstToSecond, 100);
  const std::string text = patternText(500'000);
  const std::size_t accepted = write(*client.transport, text);
  EXPECT_GT(accepted, 0U);
  EXPECT_LE(accepted, TlsBuffer::kSize);  // what is encrypted has to be kept
  EXPECT_EQ(write(*client.transport, "x"), 0U);
  EXPECT_EQ(write(*client.transport, "x"), 0U);
  turn(20);
  EXPECT_EQ(client.writables, 0);
  pipe.unstall(Direction::FirstToSecond);
  ASSERT_TRUE(runUntil([&] { return server.received.size() == accepted; }));
  turn(20);
  EXPECT_EQ(client.writables, 1);
  EXPECT_EQ(server.received, text.substr(0, accepted));
}

TEST_F(TlsOverPipe, AWriteThatWasTakenWholeOwesNothing) {
  readBoth();
  pipe.stall(Direction::FirstToSecond, 10);
  EXPECT_EQ(write(*client.transport, "all of it"), 9U);
  pipe.unstall(Direction::FirstToSecond);
  ASSERT_TRUE(runUntil([&] { return server.received == "all of it"; }));
  turn(20);
  EXPECT_EQ(client.writables, 0);
}

TEST_F(TlsOverPipe, SmallRoomIsEnoughToGoOn) {
  readBoth();
  const std::string text = patternText(100'000);
  Pump pump(client, text);
  pipe.stall(Direction::FirstToSecond, 1);
  pump.push();
  for (int i = 0; i < 2000 && server.received.size() < text.size(); ++i) {
    pipe.unstall(Direction::FirstToSecond);
    turn(2);
    pipe.stall(Direction::FirstToSecond, 1);
  }
  pipe.unstall(Direction::FirstToSecond);
  ASSERT_TRUE(runUntil([&] { return server.received.size() == text.size(); }));
  EXPECT_TRUE(server.received == text);
}

TEST_F(TlsOverPipe, FinishWaitsForWhatWasAccepted) {
  readBoth();
  pipe.stall(Direction::FirstToSecond, 10);
  EXPECT_EQ(write(*client.transport, "the end"), 7U);
  client.transport->finish();
  client.transport->finish();
  turn(20);
  EXPECT_EQ(server.ends, 0);
  pipe.unstall(Direction::FirstToSecond);
  ASSERT_TRUE(runUntil([&] { return server.ends == 1; }));
  EXPECT_EQ(server.received, "the end");
  EXPECT_TRUE(server.failures.empty());
}

TEST_F(TlsOverPipe, AnEndWithoutCloseNotifyIsTruncatedAfterWhatCameBefore) {
  readBoth();
  EXPECT_EQ(write(*server.transport, "delivered"), 9U);
  pipe.end(Direction::SecondToFirst);
  ASSERT_TRUE(runUntil([&] { return !client.failures.empty(); }));
  EXPECT_EQ(client.received, "delivered");
  EXPECT_EQ(client.ends, 0);
  const TransportError& error = client.failures.front();
  EXPECT_EQ(error.message, "truncated: localhost ended the connection without TLS's close notify");
  ASSERT_TRUE(error.tls);
  EXPECT_EQ(error.tls->fault, TlsFault::Truncated);
  EXPECT_EQ(error.systemError, 0);
  EXPECT_EQ(write(*client.transport, "x"), 0U);
}

TEST_F(TlsOverPipe, ATruncatedEndWaitsForAPausedReader) {
  EXPECT_EQ(write(*server.transport, "delivered"), 9U);
  pipe.end(Direction::SecondToFirst);
  turn(20);
  EXPECT_TRUE(client.failures.empty());
  client.whenBytes = [&] { EXPECT_TRUE(client.failures.empty()); };
  client.transport->resumeReading();
  ASSERT_TRUE(runUntil([&] { return !client.failures.empty(); }));
  EXPECT_EQ(client.received, "delivered");
}

TEST_F(TlsOverPipe, ACutIsTheFailureOfTheTransportBelow) {
  readBoth();
  pipe.cut(ECONNRESET);
  ASSERT_TRUE(runUntil([&] { return !client.failures.empty() && !server.failures.empty(); }));
  EXPECT_EQ(client.failures.front().systemError, ECONNRESET);
  EXPECT_FALSE(client.failures.front().tls);
}

TEST_F(TlsOverPipe, ReadsIntoTheListenersMemory) {
  std::vector<std::byte> memory(50'000);
  server.readBuffer = memory;
  readBoth();
  const std::string text = patternText(50'000);
  EXPECT_EQ(write(*client.transport, text), text.size());
  server.whenBytes = [&] {
    EXPECT_EQ(server.lastData, server.readBuffer.data());
    server.readBuffer = std::span(memory).subspan(server.received.size());
  };
  ASSERT_TRUE(runUntil([&] { return server.received.size() == text.size(); }));
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(memory.data()), memory.size()), text);
}

TEST_F(TlsOverPipe, SmallMemoryOfTheListenerIsFilledAgainAndAgain) {
  std::vector<std::byte> memory(7);
  server.readBuffer = memory;
  readBoth();
  const std::string text = patternText(40'000);
  EXPECT_EQ(write(*client.transport, text), text.size());
  ASSERT_TRUE(runUntil([&] { return server.received.size() == text.size(); }));
  EXPECT_EQ(server.received, text);
  EXPECT_EQ(server.largest, 7U);
}

TEST_F(TlsOverPipe, MemoryOfTheLoopIsNotMixedUpWithTheRecordsInIt) {
  server.readBuffer = loop.receiveBuffer().first(1000);
  readBoth();
  const std::string text = patternText(100'000);
  EXPECT_EQ(write(*client.transport, text), text.size());
  ASSERT_TRUE(runUntil([&] { return server.received.size() == text.size(); }));
  EXPECT_EQ(server.received, text);
  EXPECT_LE(server.largest, 1000U);
}

TEST_F(TlsOverPipe, APauseInTheMidstOfAReadKeepsTheRest) {
  std::vector<std::byte> memory(1000);
  server.readBuffer = memory;
  server.whenBytes = [&] { server.transport->pauseReading(); };
  readBoth();
  const std::string text = patternText(40'000);
  EXPECT_EQ(write(*client.transport, text), text.size());
  client.transport->finish();
  for (std::size_t expected = 1000; expected <= text.size(); expected += 1000) {
    ASSERT_TRUE(runUntil([&] { return !server.received.empty(); }));
    turn(5);
    // The end of a record may come before the memory is full.
    ASSERT_GT(server.received.size(), 0U);
    const std::size_t before = server.received.size();
    if (before == text.size()) break;
    server.transport->resumeReading();
    EXPECT_EQ(server.received.size(), before);  // never from within a call
    ASSERT_TRUE(runUntil([&] { return server.received.size() > before; }));
    EXPECT_EQ(server.ends, 0);
  }
  while (server.received.size() < text.size()) {
    server.transport->resumeReading();
    turn(2);
  }
  EXPECT_EQ(server.received, text);
  turn(10);
  EXPECT_EQ(server.ends, 0);
  server.transport->resumeReading();
  ASSERT_TRUE(runUntil([&] { return server.ends == 1; }));
}

TEST_F(TlsOverPipe, APauseAndAResumeWithinACallGoOnAtOnce) {
  server.whenBytes = [&] {
    server.transport->pauseReading();
    server.transport->resumeReading();
  };
  readBoth();
  const std::string text = patternText(400'000);
  Pump pump(client, text);
  pump.push();
  ASSERT_TRUE(runUntil([&] { return server.received.size() == text.size(); }));
  EXPECT_TRUE(server.received == text);
}

TEST_F(TlsOverPipe, WhatIsKeptIsDeliveredBeforeTheFailureThatFollows) {
  std::vector<std::byte> memory(10);
  client.readBuffer = memory;
  client.whenBytes = [&] {
    if (client.received.size() == 10) client.transport->pauseReading();
  };
  readBoth();
  const std::string text = patternText(1000);
  EXPECT_EQ(write(*server.transport, text), text.size());
  ASSERT_TRUE(runUntil([&] { return client.received.size() == 10; }));
  client.transport->resumeReading();
  pipe.cut(EPIPE);
  ASSERT_TRUE(runUntil([&] { return !client.failures.empty(); }));
  EXPECT_EQ(client.received, text);
}

TEST_F(TlsOverPipe, MayBeReleasedInEachOfItsCalls) {
  server.whenBytes = [&] { server.transport.reset(); };
  client.whenEnd = [&] { client.transport.reset(); };
  readBoth();
  EXPECT_EQ(write(*client.transport, patternText(100'000)), 100'000U);
  ASSERT_TRUE(runUntil([&] { return !server.transport && !client.transport; }));
  turn();
}

TEST_F(TlsOverPipe, MayBeReleasedWhenItTellsOfRoomAndOfFailure) {
  readBoth();
  pipe.stall(Direction::FirstToSecond, 10);
  EXPECT_LT(write(*client.transport, patternText(500'000)), 500'000U);
  client.whenWritable = [&] { client.transport.reset(); };
  server.whenFailed = [&] { server.transport.reset(); };
  pipe.unstall(Direction::FirstToSecond);
  ASSERT_TRUE(runUntil([&] { return !client.transport; }));
  pipe.end(Direction::FirstToSecond);
  turn(20);
}

TEST_F(TlsOverPipe, MayBeAbortedInItsCalls) {
  server.whenBytes = [&] { server.transport->abort(); };
  readBoth();
  EXPECT_EQ(write(*client.transport, patternText(100'000)), 100'000U);
  ASSERT_TRUE(runUntil([&] { return !client.failures.empty(); }));
  EXPECT_EQ(write(*server.transport, "x"), 0U);
  server.transport->finish();
  server.transport->resumeReading();
  server.transport->pauseReading();
  turn();
  EXPECT_TRUE(server.failures.empty());
}

TEST_F(TlsOverPipe, WritesFromWithinItsCalls) {
  server.whenBytes = [&] { EXPECT_EQ(write(*server.transport, "echo"), 4U); };
  readBoth();
  EXPECT_EQ(write(*client.transport, "ping"), 4U);
  ASSERT_TRUE(runUntil([&] { return client.received == "echo"; }));
}

/// With somebody in between who counts what the client sends, and may change it.
class TlsThroughTap : public TlsFixture {
 protected:
  TlsThroughTap() : pipe(loop) {}

  void SetUp() override {
    begin(tap(loop, pipe.takeFirst(),
              [this](WireDirection direction, auto) {
                if (direction == WireDirection::Sent) ++writes;
              }),
          tap(loop, pipe.takeSecond(), [this](WireDirection direction, auto bytes) {
            if (direction != WireDirection::Received || !changesBytes) return;
            const_cast<std::byte&>(bytes.back()) ^= std::byte{1};
          }));
    ASSERT_TRUE(finishHandshakes());
    takeSecured();
    client.transport->resumeReading();
    server.transport->resumeReading();
    turn();
    writes = 0;
  }
  /// What they say at their end goes through the taps, too.
  void TearDown() override {
    client.transport.reset();
    server.transport.reset();
  }

  MemoryPipe pipe;
  int writes = 0;
  bool changesBytes = false;
};

TEST_F(TlsThroughTap, GathersAllPiecesOfAWriteIntoOneBelow) {
  const std::vector<protocol::OutputPiece> pieces(32, pieceOf("sixty-four bytes, say"));
  EXPECT_EQ(client.transport->write(pieces), 32U * 21U);
  EXPECT_EQ(writes, 1);
}

TEST_F(TlsThroughTap, WritesManyRecordsAtOnce) {
  const std::string text = patternText(TlsBuffer::kRecords * tls::Engine::kRecordSize);
  EXPECT_EQ(write(*client.transport, text), text.size());
  EXPECT_EQ(writes, 1);
  EXPECT_EQ(write(*client.transport, patternText(100)), 100U);
  EXPECT_EQ(writes, 2);
}

TEST_F(TlsThroughTap, AChangedRecordFailsBothEnds) {
  changesBytes = true;
  EXPECT_EQ(write(*client.transport, "precious"), 8U);
  ASSERT_TRUE(runUntil([&] { return !client.failures.empty() && !server.failures.empty(); }));
  EXPECT_EQ(server.received, "");
  EXPECT_EQ(server.failures.front().tls,
            (TlsFailure{TlsFault::Protocol, TlsAlert{20, TlsAlert::Direction::Sent}}));
  EXPECT_EQ(client.failures.front().tls,
            (TlsFailure{TlsFault::RejectedByPeer, TlsAlert{20, TlsAlert::Direction::Received}}));
  EXPECT_EQ(client.failures.front().message, "localhost refused: TLS alert 20 (bad record mac)");
}

TEST_F(TlsThroughTap, WhatCameBeforeAChangedRecordIsDelivered) {
  EXPECT_EQ(write(*client.transport, "good"), 4U);
  EXPECT_EQ(write(*client.transport, "bad"), 3U);
  changesBytes = true;  // both arrive at once, and the last byte is changed
  ASSERT_TRUE(runUntil([&] { return !server.failures.empty(); }));
  EXPECT_EQ(server.received, "good");
}

TEST_F(TlsThroughTap, AFailureIsToldOnceThoughWritingMeetsItToo) {
  // The engine fails while its listener pauses in the midst of what came before.
  std::vector<std::byte> memory(2);
  server.readBuffer = memory;
  server.whenBytes = [&] { server.transport->pauseReading(); };
  EXPECT_EQ(write(*client.transport, "good"), 4U);
  EXPECT_EQ(write(*client.transport, "bad"), 3U);
  changesBytes = true;
  ASSERT_TRUE(runUntil([&] { return server.received == "go"; }));
  server.transport->resumeReading();
  ASSERT_TRUE(runUntil([&] { return server.received == "good"; }));
  server.whenBytes = nullptr;
  server.transport->resumeReading();
  ASSERT_TRUE(runUntil([&] { return !server.failures.empty(); }));
  EXPECT_EQ(write(*server.transport, "x"), 0U);
  EXPECT_EQ(server.failures.size(), 1U);
}

/// A peer of TLS 1.2 that asks for renegotiation and never reads what it gets for it.
TEST_F(TlsThroughTap, AFloodOfProvokedAlertsFailsTheConnection) {
  MemoryPipe other(loop);
  const tls::Certificate leaf = authority.issue({.alternativeNames = "DNS:localhost"});
  tls::OpensslPeer peer(tls::OpensslPeer::Role::Server, &leaf);
  SSL_set_max_proto_version(peer.get(), TLS1_2_VERSION);
  Recorder raw;
  raw.take(other.takeSecond());
  raw.transport->resumeReading();
  const auto send = [&] {
    const tls::Bytes bytes = peer.take();
    const protocol::OutputPiece piece{bytes.data(), bytes.size()};
    EXPECT_EQ(raw.transport->write({&piece, 1}), bytes.size());
  };
  raw.whenBytes = [&] {
    peer.receive(tls::bytesOf(std::exchange(raw.received, {})));
    send();
  };
  TlsWitness witness;
  witness.handshake = secure(loop, other.takeFirst(), clientSettings, witness);
  ASSERT_TRUE(runUntil([&] { return witness.isDone(); }));
  ASSERT_TRUE(witness.secured) << witness.message();
  Recorder victim;
  victim.take(std::move(witness.secured));
  victim.transport->resumeReading();
  raw.transport->pauseReading();
  for (int i = 0; i < 20'000 && victim.failures.empty(); ++i) {
    ASSERT_EQ(SSL_renegotiate(peer.get()), 1);
    SSL_do_handshake(peer.get());
    send();
    turn(1);
  }
  ASSERT_EQ(victim.failures.size(), 1U);
  EXPECT_EQ(victim.failures.front().message, "the peer provokes more TLS alerts than it reads");
}

}  // namespace
}  // namespace parley::transport
