#include "transport/tunnel.hpp"

#include "transport/memory_pipe.hpp"
#include "transport/transport_fixture.hpp"

#include <cerrno>

#include <gmock/gmock.h>

namespace parley::transport {
namespace {

using namespace std::string_literals;
using handshake::HttpTunnelFailure;
using handshake::HttpTunnelRequest;
using handshake::Socks5Failure;
using handshake::Socks5Request;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using Direction = MemoryPipe::Direction;

const std::string kOpen = "HTTP/1.1 200 Fine\r\n\r\n";
const std::string kAsk = "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n";
const std::string kSocksSuccess = "\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"s;

class Owner final : public TunnelListener {
 public:
  void onTunnelOpen(TransportPtr transport) override {
    ++calls;
    opened = true;
    end.take(std::move(transport));
    if (whenTold) whenTold();
  }
  void onTunnelReconnect() override {
    ++reconnects;
    if (whenTold) whenTold();
  }
  void onTunnelFailed(TunnelFailure&& why) override {
    ++calls;
    failure = std::move(why);
    if (whenTold) whenTold();
  }

  TunnelPtr tunnel;
  Recorder end;
  int calls = 0;
  int reconnects = 0;
  bool opened = false;
  std::optional<TunnelFailure> failure;
  std::function<void()> whenTold;
};

TunnelRequest httpRequest(std::string host = "a.test") {
  HttpTunnelRequest request;
  request.host = std::move(host);
  request.port = 443;
  request.credentials = http::Credentials{"u", "p"};
  return {request, {}};
}

TunnelRequest socksRequest() {
  Socks5Request request;
  request.host = "a.test";
  request.port = 443;
  return {request, {}};
}

class TunnelTest : public LoopFixture {
 protected:
  TunnelTest() : pipe(loop) {
    proxy.take(pipe.takeSecond());
    proxy.transport->resumeReading();
  }
  void open(TunnelRequest request) {
    owner.tunnel = openTunnel(loop, pipe.takeFirst(), std::move(request), owner);
    EXPECT_EQ(owner.calls, 0);  // never within the call
  }
  /// The proxy answers what it has got so far.
  void answer(std::string_view text) {
    turn();
    EXPECT_EQ(write(*proxy.transport, text), text.size());
    turn();
  }
  const HttpTunnelFailure& httpCause() { return std::get<HttpTunnelFailure>(owner.failure->cause); }

  MemoryPipe pipe;
  Recorder proxy;
  Owner owner;
};

TEST_F(TunnelTest, LeadsThroughAnHttpProxy) {
  open(httpRequest());
  answer(kOpen);
  EXPECT_THAT(proxy.received, StartsWith("CONNECT a.test:443 HTTP/1.1\r\n"));
  ASSERT_TRUE(owner.opened);
  owner.tunnel.reset();
  proxy.received.clear();
  EXPECT_EQ(write(*owner.end.transport, "hello"), 5U);
  EXPECT_EQ(write(*proxy.transport, "world"), 5U);
  turn();
  EXPECT_EQ(proxy.received, "hello");
  EXPECT_EQ(owner.end.received, "");  // does not read yet
  owner.end.transport->resumeReading();
  turn();
  EXPECT_EQ(owner.end.received, "world");
}

TEST_F(TunnelTest, LeadsThroughASocksProxy) {
  open(socksRequest());
  answer("\x05\x00"s);
  answer(kSocksSuccess);
  EXPECT_EQ(proxy.received, "\x05\x01\x00\x05\x01\x00\x03\x06"s + "a.test" + "\x01\xBB");
  ASSERT_TRUE(owner.opened);
}

TEST_F(TunnelTest, HandsOnWhatTheTargetHasSentAlready) {
  open(httpRequest());
  answer(kOpen + "hi");
  ASSERT_TRUE(owner.opened);
  owner.tunnel.reset();
  turn();
  EXPECT_EQ(owner.end.received, "");
  EXPECT_EQ(write(*proxy.transport, " there"), 6U);
  owner.end.transport->resumeReading();
  turn();
  EXPECT_EQ(owner.end.received, "hi there");
}

TEST_F(TunnelTest, LosesNothingHoweverTheBytesCome) {
  pipe.setChunkSize(Direction::SecondToFirst, 1);
  pipe.setChunkSize(Direction::FirstToSecond, 1);
  open(socksRequest());
  turn(50);
  answer("\x05\x00"s);
  turn(50);
  answer(kSocksSuccess + "greetings");
  ASSERT_TRUE(owner.opened);
  owner.end.transport->resumeReading();
  turn(50);
  EXPECT_EQ(owner.end.received, "greetings");
}

TEST_F(TunnelTest, WritesOnWhenTheTransportTakesMore) {
  pipe.stall(Direction::FirstToSecond, 10);
  open(httpRequest());
  turn();
  EXPECT_EQ(proxy.received, "");
  pipe.unstall(Direction::FirstToSecond);
  turn();
  EXPECT_THAT(proxy.received, StartsWith("CONNECT a.test:443 HTTP/1.1\r\n"));
  EXPECT_TRUE(proxy.received.ends_with("\r\n\r\n"));
}

TEST_F(TunnelTest, AnswersAChallengeOverTheSameConnection) {
  open(httpRequest());
  answer(kAsk + "\r\n");
  EXPECT_THAT(proxy.received, HasSubstr("\r\nProxy-Authorization: Basic dTpw\r\n"));
  answer(kOpen);
  EXPECT_TRUE(owner.opened);
  EXPECT_EQ(owner.reconnects, 0);
}

TEST_F(TunnelTest, AnswersAChallengeOverANewConnection) {
  open(httpRequest());
  answer(kAsk + "Connection: close\r\n\r\n");
  ASSERT_EQ(owner.reconnects, 1);
  EXPECT_EQ(owner.calls, 0);
  turn();
  EXPECT_EQ(proxy.ends, 1);  // the old connection is given up
  MemoryPipe next(loop);
  Recorder again;
  again.take(next.takeSecond());
  again.transport->resumeReading();
  owner.tunnel->continueOver(next.takeFirst());
  turn();
  EXPECT_THAT(again.received, HasSubstr("\r\nProxy-Authorization: Basic dTpw\r\n"));
  EXPECT_EQ(write(*again.transport, kOpen), kOpen.size());
  turn();
  EXPECT_TRUE(owner.opened);
}

TEST_F(TunnelTest, ReconnectsWhenTheProxyClosesOrResetsAfterAll) {
  for (const bool isReset : {false, true}) {
    MemoryPipe other(loop);
    Recorder peer;
    Owner asker;
    peer.take(other.takeSecond());
    peer.transport->resumeReading();
    asker.tunnel = openTunnel(loop, other.takeFirst(), httpRequest(), asker);
    turn();
    EXPECT_EQ(write(*peer.transport, kAsk + "\r\n"), kAsk.size() + 2);
    turn();
    if (isReset) {
      other.cut(ECONNRESET);
    } else {
      peer.transport->finish();
    }
    turn();
    EXPECT_EQ(asker.reconnects, 1) << isReset;
    EXPECT_EQ(asker.calls, 0) << isReset;
  }
}

TEST_F(TunnelTest, UsesNewRandomBytesForEachDigest) {
  std::vector<std::string> nonces;
  for (int i = 0; i < 2; ++i) {
    MemoryPipe other(loop);
    Recorder peer;
    Owner asker;
    peer.take(other.takeSecond());
    peer.transport->resumeReading();
    TunnelRequest request = httpRequest();
    std::get<HttpTunnelRequest>(request.target).hashes.md5Hex = [](std::string_view) {
      return "hash"s;
    };
    asker.tunnel = openTunnel(loop, other.takeFirst(), std::move(request), asker);
    turn();
    EXPECT_GT(write(*peer.transport,
                    "HTTP/1.1 407 No\r\nProxy-Authenticate: Digest realm=r, nonce=n, qop=auth\r\n"
                    "Content-Length: 0\r\n\r\n"),
              0U);
    turn();
    const std::size_t at = peer.received.find("cnonce=");
    ASSERT_NE(at, std::string::npos);
    nonces.push_back(peer.received.substr(at, 33));
  }
  EXPECT_NE(nonces[0], nonces[1]);
  EXPECT_THAT(nonces[0], Not(HasSubstr("AAAAAAAA")));
}

TEST_F(TunnelTest, TellsWhatAnHttpProxyRefused) {
  open(httpRequest());
  answer("HTTP/1.1 403 Not you\r\nX: y\r\nContent-Length: 2\r\n\r\nno");
  ASSERT_TRUE(owner.failure);
  EXPECT_EQ(owner.failure->stage, "HTTP CONNECT");
  EXPECT_EQ(owner.failure->proxy, "memory pipe");
  EXPECT_EQ(owner.failure->message, "the proxy answered 403 Forbidden to CONNECT a.test:443");
  EXPECT_FALSE(owner.failure->transportError);
  EXPECT_EQ(httpCause().httpStatus, 403);
  EXPECT_EQ(httpCause().reason, "Not you");
  EXPECT_EQ(httpCause().headers.get("x"), "y");
  EXPECT_EQ(httpCause().body, "no");
  turn();
  EXPECT_EQ(proxy.ends, 1);  // the connection is closed, also before the tunnel is released
  EXPECT_EQ(owner.calls, 1);
}

TEST_F(TunnelTest, TellsWhatASocksProxyRefused) {
  open(socksRequest());
  answer("\x05\x00"s);
  answer("\x05\x04\x00\x01\x00\x00\x00\x00\x00\x00"s);
  ASSERT_TRUE(owner.failure);
  EXPECT_EQ(owner.failure->stage, "SOCKS5");
  EXPECT_THAT(owner.failure->message, HasSubstr("host unreachable"));
  EXPECT_EQ(std::get<Socks5Failure>(owner.failure->cause).reply, 4);
}

TEST_F(TunnelTest, AppliesTheLimitsThatItIsGiven) {
  TunnelRequest request = httpRequest();
  request.limits.headBytes = 64;
  open(std::move(request));
  answer("HTTP/1.1 200 OK\r\nX: " + std::string(100, 'x'));
  ASSERT_TRUE(owner.failure);
  EXPECT_EQ(httpCause().error, protocol::HandshakeError::HeadTooLarge);
}

TEST_F(TunnelTest, TellsThatTheProxyClosedTheConnection) {
  for (TunnelRequest request : {httpRequest(), socksRequest()}) {
    MemoryPipe other(loop);
    Recorder peer;
    Owner asker;
    peer.take(other.takeSecond());
    asker.tunnel = openTunnel(loop, other.takeFirst(), std::move(request), asker);
    peer.transport->finish();
    turn();
    ASSERT_TRUE(asker.failure);
    EXPECT_THAT(asker.failure->message, HasSubstr("closed the connection"));
    EXPECT_FALSE(asker.failure->transportError);
  }
}

TEST_F(TunnelTest, TellsHowTheConnectionBroke) {
  for (TunnelRequest request : {httpRequest(), socksRequest()}) {
    MemoryPipe other(loop);
    Owner asker;
    asker.tunnel = openTunnel(loop, other.takeFirst(), std::move(request), asker);
    other.cut(ECONNRESET);
    turn();
    ASSERT_TRUE(asker.failure);
    ASSERT_TRUE(asker.failure->transportError);
    EXPECT_EQ(asker.failure->transportError->systemError, ECONNRESET);
    EXPECT_THAT(asker.failure->message, StartsWith("the connection to the proxy was lost: read"));
  }
}

TEST_F(TunnelTest, ARefusalSaysMoreThanACutWithinItsBody) {
  open(httpRequest());
  answer("HTTP/1.1 502 No\r\nContent-Length: 100\r\n\r\nbecause");
  EXPECT_FALSE(owner.failure);
  pipe.cut(ECONNRESET);
  turn();
  ASSERT_TRUE(owner.failure);
  EXPECT_EQ(httpCause().httpStatus, 502);
  EXPECT_EQ(httpCause().body, "because");
  EXPECT_FALSE(owner.failure->transportError);
}

TEST_F(TunnelTest, ARefusalCanBeTakenBeforeItsBodyIsWhole) {
  open(httpRequest());
  EXPECT_FALSE(owner.tunnel->takeRefusal());
  answer("HTTP/1.1 502 No\r\nContent-Length: 100\r\n\r\nbeca");
  const auto refusal = owner.tunnel->takeRefusal();
  ASSERT_TRUE(refusal);
  EXPECT_EQ(std::get<HttpTunnelFailure>(refusal->cause).httpStatus, 502);
  EXPECT_EQ(std::get<HttpTunnelFailure>(refusal->cause).body, "beca");
  turn();
  EXPECT_EQ(owner.calls, 0);
}

TEST_F(TunnelTest, ASocksTunnelHasNoRefusalToTake) {
  open(socksRequest());
  EXPECT_FALSE(owner.tunnel->takeRefusal());
}

TEST_F(TunnelTest, TellsLaterWhatCannotBeAsked) {
  open(httpRequest("a b"));
  turn();
  ASSERT_TRUE(owner.failure);
  EXPECT_EQ(httpCause().error, protocol::HandshakeError::InvalidRequest);
  EXPECT_EQ(proxy.received, "");
}

TEST_F(TunnelTest, TellsOnceWhatCannotBeAskedOverWhatBreaks) {
  open(httpRequest("a b"));
  pipe.cut(ECONNRESET);
  turn();
  EXPECT_EQ(owner.calls, 1);
}

TEST_F(TunnelTest, ReleasingCancelsAtEachStep) {
  for (int turns = 0; turns < 4; ++turns) {
    MemoryPipe other(loop);
    Recorder peer;
    Owner asker;
    peer.take(other.takeSecond());
    peer.transport->resumeReading();
    peer.whenBytes = [&] { EXPECT_EQ(write(*peer.transport, "HTTP/1.1 100 Wait\r\n\r\n"), 21U); };
    asker.tunnel = openTunnel(loop, other.takeFirst(), httpRequest(), asker);
    turn(turns);
    asker.tunnel.reset();
    turn();
    EXPECT_EQ(asker.calls, 0);
    EXPECT_EQ(peer.ends, 1);
  }
}

TEST_F(TunnelTest, MayBeReleasedInEachOfItsCalls) {
  const auto check = [&](TunnelRequest request, std::string_view text) {
    MemoryPipe other(loop);
    Recorder peer;
    Owner asker;
    peer.take(other.takeSecond());
    asker.whenTold = [&] { asker.tunnel.reset(); };
    asker.tunnel = openTunnel(loop, other.takeFirst(), std::move(request), asker);
    turn();
    EXPECT_EQ(write(*peer.transport, text), text.size());
    turn();
    EXPECT_FALSE(asker.tunnel);
  };
  check(httpRequest(), kOpen);
  check(httpRequest(), kOpen + "leftover");
  check(httpRequest(), kAsk + "Connection: close\r\n\r\n");
  check(httpRequest(), "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n");
  check(httpRequest("a b"), "");
}

TEST_F(TunnelTest, KeepsTheLoopGoingWhileItWaitsForAConnection) {
  open(httpRequest());
  answer(kAsk + "Connection: close\r\n\r\n");
  ASSERT_EQ(owner.reconnects, 1);
  proxy.transport.reset();
  turn();
  EXPECT_TRUE(loop.poll());
  owner.tunnel.reset();
  EXPECT_FALSE(loop.poll());
}

/// Over real sockets.
TEST_F(TunnelTest, LeadsThroughAProxyOnASocket) {
  Acceptor acceptor;
  Recorder server;
  auto listener = listen(loop, TcpAddress{}, acceptor);
  ASSERT_TRUE(listener);
  acceptor.whenAccepted = [&] {
    server.take(std::move(acceptor.accepted.back()));
    server.transport->resumeReading();
  };
  server.whenBytes = [&] {
    if (!server.received.ends_with("\r\n\r\n")) return;
    const std::string answer = kOpen + "first";
    EXPECT_EQ(write(*server.transport, answer), answer.size());
  };
  Dialer dialer;
  dialer.whenDone = [&] {
    ASSERT_TRUE(dialer.connected);
    owner.tunnel = openTunnel(loop, std::move(dialer.connected), httpRequest(), owner);
  };
  dialer.connector = connect(loop, TcpTarget{"127.0.0.1", (*listener)->port()}, dialer);
  owner.whenTold = [&] { owner.end.transport->resumeReading(); };
  ASSERT_TRUE(runUntil([&] { return owner.end.received == "first"; }));
  EXPECT_THAT(owner.end.transport->description(), StartsWith("127.0.0.1:"));
}

}  // namespace
}  // namespace parley::transport
