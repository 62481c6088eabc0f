#include "transport/tls_handshake.hpp"

#include "transport/tls_fixture.hpp"

#include <cerrno>

#include <gmock/gmock.h>

namespace parley::transport {
namespace {

using Direction = MemoryPipe::Direction;
using Step = TransportError::Step;
using testing::StartsWith;

class TlsHandshakeTest : public TlsFixture {
 protected:
  TlsHandshakeTest() : pipe(loop) {}

  void begin() { TlsFixture::begin(pipe.takeFirst(), pipe.takeSecond()); }

  MemoryPipe pipe;
};

TEST_F(TlsHandshakeTest, MakesATransportAtBothEnds) {
  begin();
  EXPECT_FALSE(clientWitness.isDone());
  ASSERT_TRUE(finishHandshakes());
  takeSecured();
  client.transport->resumeReading();
  server.transport->resumeReading();
  EXPECT_EQ(write(*client.transport, "ping"), 4U);
  EXPECT_EQ(write(*server.transport, "pong!"), 5U);
  ASSERT_TRUE(runUntil([&] { return client.received.size() + server.received.size() == 9; }));
  EXPECT_EQ(client.received, "pong!");
  EXPECT_EQ(server.received, "ping");
  EXPECT_EQ(client.transport->description(), "memory pipe");
}

TEST_F(TlsHandshakeTest, WorksByteByByteAndThroughStalls) {
  pipe.setChunkSize(Direction::FirstToSecond, 1);
  pipe.setChunkSize(Direction::SecondToFirst, 1);
  pipe.stall(Direction::FirstToSecond, 10);
  pipe.stall(Direction::SecondToFirst, 100);
  begin();
  turn(20);
  EXPECT_EQ(pipe.held(Direction::FirstToSecond), 10U);
  pipe.unstall(Direction::FirstToSecond);
  ASSERT_TRUE(runUntil([&] { return pipe.held(Direction::SecondToFirst) == 100; }));
  turn(20);
  EXPECT_FALSE(clientWitness.isDone());
  pipe.unstall(Direction::SecondToFirst);
  ASSERT_TRUE(finishHandshakes());
  takeSecured();
}

TEST_F(TlsHandshakeTest, WhatTheEndOfTheHandshakeCouldNotSendFollows) {
  begin();
  // The client's last flight meets a full pipe, so that the client is done and the server is not.
  pipe.setChunkSize(Direction::SecondToFirst, 1);
  ASSERT_TRUE(runUntil([&] { return pipe.held(Direction::SecondToFirst) > 0; }));
  pipe.stall(Direction::FirstToSecond, 3);
  ASSERT_TRUE(runUntil([&] { return clientWitness.isDone(); }));
  EXPECT_FALSE(serverWitness.isDone());
  client.take(std::move(clientWitness.secured));
  clientWitness.handshake.reset();
  EXPECT_EQ(write(*client.transport, "early"), 0U);  // it has to wait behind
  pipe.unstall(Direction::FirstToSecond);
  ASSERT_TRUE(runUntil([&] { return serverWitness.isDone() && client.writables == 1; }));
  server.take(std::move(serverWitness.secured));
  server.transport->resumeReading();
  EXPECT_EQ(write(*client.transport, "early"), 5U);
  ASSERT_TRUE(runUntil([&] { return server.received == "early"; }));
}

TEST_F(TlsHandshakeTest, BytesBehindTheHandshakeAreNotLost) {
  begin();
  clientWitness.whenDone = [&] {
    client.take(std::move(clientWitness.secured));
    EXPECT_EQ(write(*client.transport, "at once"), 7U);
  };
  ASSERT_TRUE(finishHandshakes());
  server.take(std::move(serverWitness.secured));
  turn();
  EXPECT_EQ(server.received, "");  // a new transport does not read
  server.transport->resumeReading();
  EXPECT_EQ(server.received, "");  // never from within a call
  ASSERT_TRUE(runUntil([&] { return server.received == "at once"; }));
}

TEST_F(TlsHandshakeTest, TellsBothEndsOfARefusedCertificate) {
  clientSettings.host = "example.com";
  begin();
  ASSERT_TRUE(finishHandshakes());
  ASSERT_TRUE(clientWitness.failure);
  EXPECT_EQ(clientWitness.message(), "certificate of example.com: it is for localhost, 127.0.0.1");
  EXPECT_EQ(clientWitness.failure->step, Step::Secure);
  ASSERT_TRUE(clientWitness.failure->tls);
  EXPECT_EQ(clientWitness.failure->tls->fault, TlsFault::NameMismatch);
  ASSERT_TRUE(serverWitness.failure);
  EXPECT_EQ(serverWitness.failure->tls->fault, TlsFault::RejectedByPeer);
  EXPECT_EQ(serverWitness.message(), "the client refused: TLS alert 42 (bad certificate)");
}

TEST_F(TlsHandshakeTest, FilesAndOptionsAtFaultAreToldOnTheLoop) {
  clientSettings.options.caFile = directory.file("missing");
  begin();
  EXPECT_FALSE(clientWitness.isDone());
  ASSERT_TRUE(finishHandshakes());
  EXPECT_EQ(clientWitness.message(),
            "caFile " + directory.file("missing") + ": no such file or directory");
  EXPECT_EQ(clientWitness.failure->tls->fault, TlsFault::File);
  EXPECT_EQ(serverWitness.message(), "the client ended the connection during the TLS handshake");
}

TEST_F(TlsHandshakeTest, ABrokenTransportIsToldAsWhatItIs) {
  begin();
  turn(1);
  pipe.cut(ECONNRESET);
  ASSERT_TRUE(finishHandshakes());
  ASSERT_TRUE(clientWitness.failure);
  EXPECT_FALSE(clientWitness.failure->tls);
  EXPECT_EQ(clientWitness.failure->systemError, ECONNRESET);
}

TEST_F(TlsHandshakeTest, AnEndIsTruncation) {
  clientWitness.handshake = secure(loop, pipe.takeFirst(), clientSettings, clientWitness);
  server.take(pipe.takeSecond());
  server.transport->finish();
  ASSERT_TRUE(runUntil([&] { return clientWitness.isDone(); }));
  EXPECT_EQ(clientWitness.failure->tls->fault, TlsFault::Truncated);
}

TEST_F(TlsHandshakeTest, AnotherProtocolIsNotTls) {
  serverWitness.handshake = secure(loop, pipe.takeSecond(), serverSettings(), serverWitness);
  client.take(pipe.takeFirst());
  client.transport->resumeReading();
  EXPECT_GT(write(*client.transport, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"), 0U);
  ASSERT_TRUE(runUntil([&] { return serverWitness.isDone() && client.ends == 1; }));
  EXPECT_EQ(serverWitness.failure->tls->fault, TlsFault::NotTls);
}

TEST_F(TlsHandshakeTest, IsToldOnceAlsoIfItIsKept) {
  clientSettings.host = "example.com";
  begin();
  ASSERT_TRUE(finishHandshakes());
  pipe.cut(ECONNRESET);
  turn(20);
  EXPECT_EQ(clientWitness.calls, 1);
  EXPECT_EQ(serverWitness.calls, 1);
}

TEST_F(TlsHandshakeTest, ReleasingCancels) {
  begin();
  turn(1);
  clientWitness.handshake.reset();
  ASSERT_TRUE(runUntil([&] { return serverWitness.isDone(); }));
  EXPECT_EQ(serverWitness.failure->tls->fault, TlsFault::Truncated);
  EXPECT_EQ(clientWitness.calls, 0);
}

TEST_F(TlsHandshakeTest, MayBeReleasedBeforeItBegins) {
  begin();
  clientWitness.handshake.reset();
  serverWitness.handshake.reset();
  turn();
  EXPECT_EQ(clientWitness.calls + serverWitness.calls, 0);
}

TEST_F(TlsHandshakeTest, MayBeReleasedWhenItTells) {
  clientWitness.whenDone = [&] { clientWitness.handshake.reset(); };
  serverWitness.whenDone = [&] {
    serverWitness.handshake.reset();
    serverWitness.secured.reset();
  };
  begin();
  ASSERT_TRUE(finishHandshakes());
  EXPECT_TRUE(clientWitness.secured);
}

TEST_F(TlsHandshakeTest, MayBeReleasedWhenItFails) {
  clientSettings.host = "example.com";
  clientWitness.whenDone = [&] { clientWitness.handshake.reset(); };
  serverWitness.whenDone = [&] { serverWitness.handshake.reset(); };
  begin();
  ASSERT_TRUE(finishHandshakes());
}

TEST_F(TlsHandshakeTest, GarbageFromAServerFails) {
  clientWitness.handshake = secure(loop, pipe.takeFirst(), clientSettings, clientWitness);
  server.take(pipe.takeSecond());
  EXPECT_GT(write(*server.transport, std::string("\x16\x03\x03\x00\x05") + "worse"), 0U);
  ASSERT_TRUE(runUntil([&] { return clientWitness.isDone(); }));
  EXPECT_EQ(clientWitness.failure->tls->fault, TlsFault::Protocol);
  EXPECT_THAT(clientWitness.message(), StartsWith("TLS with localhost failed: "));
}

TEST_F(TlsHandshakeTest, TlsOverTlsWorks) {
  begin();
  ASSERT_TRUE(finishHandshakes());
  TransportPtr one = std::move(clientWitness.secured);
  TransportPtr other = std::move(serverWitness.secured);
  clientWitness.handshake.reset();
  serverWitness.handshake.reset();
  clientWitness.calls = serverWitness.calls = 0;
  TlsFixture::begin(std::move(one), std::move(other));
  ASSERT_TRUE(finishHandshakes());
  takeSecured();
  const std::string text = patternText(1'000'000);
  Pump pump(client, text);
  server.transport->resumeReading();
  pump.push();
  ASSERT_TRUE(runUntil([&] { return server.received.size() == text.size(); }));
  EXPECT_TRUE(server.received == text);
}

}  // namespace
}  // namespace parley::transport
