#include "handshake/http_tunnel.hpp"

#include "http/divisions.hpp"

#include <parley/version.hpp>

#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace std::string_literals;
using parley::handshake::HttpTunnel;
using parley::handshake::HttpTunnelRequest;
using parley::http::AuthenticationError;
using parley::http::Credentials;
using parley::protocol::HandshakeError;
using parley::protocol::HandshakeLimits;
using parley::protocol::toString;
using parley::testing::asBytes;
using parley::testing::forEachDivision;
using parley::testing::Pieces;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using State = HttpTunnel::State;

const std::string kUserAgent = "User-Agent: Parley/" + std::string(parley::kVersion) + "\r\n";
const std::string kConnect =
    "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n" + kUserAgent + "\r\n";
const std::string kBasicConnect =
    "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n"
    "Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n" +
    kUserAgent + "\r\n";
const std::string kOpen = "HTTP/1.1 200 Connection established\r\n\r\n";
const std::string kAskBasic =
    "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"r\"\r\nContent-Length: 4\r\n\r\nbody";
const std::string kAskDigest =
    "HTTP/1.1 407 No\r\nProxy-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\n"
    "Content-Length: 0\r\n\r\n";
const std::string kAskDigestAgain =
    "HTTP/1.1 407 No\r\n"
    "Proxy-Authenticate: Digest realm=\"r\", nonce=\"m\", qop=\"auth\", stale=true\r\n"
    "Content-Length: 0\r\n\r\n";

// Not a hash, but shows what is hashed.
std::string shown(std::string_view input) {
  return "<" + std::string(input) + ">";
}

HttpTunnelRequest request(std::string host = "a.test") {
  HttpTunnelRequest description;
  description.host = std::move(host);
  description.port = 443;
  description.hashes = {shown, shown};
  return description;
}

HttpTunnelRequest requestWith(Credentials credentials) {
  HttpTunnelRequest description = request();
  description.credentials = std::move(credentials);
  return description;
}

const HttpTunnelRequest kAladdin = requestWith({"Aladdin", "open sesame"});

std::string write(HttpTunnel& tunnel) {
  std::string bytes(tunnel.output());
  tunnel.sent(bytes.size());
  EXPECT_EQ(tunnel.output(), "");
  return bytes;
}

void receive(HttpTunnel& tunnel, std::string_view bytes) {
  EXPECT_EQ(tunnel.receive(asBytes(bytes)), bytes.size());
}

std::string text(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// A tunnel whose first request was answered so, in every division.
void afterAnswer(const HttpTunnelRequest& description, const std::string& answer,
                 const std::function<void(HttpTunnel&)>& check,
                 const HandshakeLimits& limits = {}) {
  forEachDivision(answer, [&](const Pieces& pieces) {
    HttpTunnel tunnel(description, limits);
    write(tunnel);
    for (const auto& piece : pieces) tunnel.receive(piece);
    check(tunnel);
  });
}

void expectFailure(const std::string& answer, HandshakeError error,
                   const HandshakeLimits& limits = {}) {
  afterAnswer(
      request(), answer,
      [&](HttpTunnel& tunnel) {
        ASSERT_EQ(tunnel.state(), State::Failed) << answer;
        EXPECT_EQ(toString(tunnel.failure().error), toString(error)) << answer;
        EXPECT_FALSE(tunnel.failure().message.empty());
        EXPECT_EQ(tunnel.output(), "");
        EXPECT_EQ(tunnel.receive(asBytes("more")), 0U);
      },
      limits);
}

TEST(HttpTunnelRequest, IsAConnectForHostAndPort) {
  HttpTunnel tunnel(request());
  EXPECT_EQ(tunnel.output(), kConnect);
  EXPECT_EQ(tunnel.state(), State::NeedsMore);
  tunnel.sent(10);
  EXPECT_EQ(tunnel.output(), kConnect.substr(10));
}

TEST(HttpTunnelRequest, NeverHoldsCredentialsUnasked) {
  EXPECT_EQ(HttpTunnel(kAladdin).output(), kConnect);
}

TEST(HttpTunnelRequest, PutsIpv6AddressesInBrackets) {
  for (const char* host : {"::1", "[::1]"}) {
    EXPECT_THAT(std::string(HttpTunnel(request(host)).output()),
                StartsWith("CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\n"));
  }
  EXPECT_THAT(std::string(HttpTunnel(request("192.0.2.1")).output()),
              StartsWith("CONNECT 192.0.2.1:443 "));
}

TEST(HttpTunnelRequest, WritesNothingThatCouldBeReadAsMoreThanOneRequest) {
  std::vector<HttpTunnelRequest> bad;
  for (const std::string& host : {""s, "a b"s, "a\r\nX: y"s, "a\n"s, "a\0"s, "u@a"s, "a/b"s, "[a"s,
                                  "[]"s, "[a]b"s, "caf\xC3\xA9"s, "a#"s}) {
    bad.push_back(request(host));
  }
  for (const std::string& part : {"a\r\nX: y"s, "a\n"s, "a\0"s}) {
    bad.push_back(requestWith({part, "p"}));
    bad.push_back(requestWith({"u", part}));
  }
  bad.push_back(request());
  bad.back().port = 0;
  for (const HttpTunnelRequest& description : bad) {
    HttpTunnel tunnel(description);
    ASSERT_EQ(tunnel.state(), State::Failed) << description.host;
    EXPECT_EQ(tunnel.failure().error, HandshakeError::InvalidRequest);
    EXPECT_EQ(tunnel.output(), "");
    EXPECT_EQ(tunnel.receive(asBytes(kOpen)), 0U);
  }
}

TEST(HttpTunnel, OpensInEveryDivisionAndKeepsWhatFollows) {
  const std::string leftover = "\x81\x02hi\r\n\r\n"s + kOpen;
  for (const std::string& after : {leftover, ""s}) {
    forEachDivision(kOpen + after, [&](const Pieces& pieces) {
      HttpTunnel tunnel(request());
      write(tunnel);
      std::string unconsumed;
      for (const auto& piece : pieces) {
        const std::size_t consumed = tunnel.receive(piece);
        unconsumed.append(reinterpret_cast<const char*>(piece.data()) + consumed,
                          piece.size() - consumed);
      }
      ASSERT_EQ(tunnel.state(), State::Open);
      EXPECT_EQ(tunnel.output(), "");
      EXPECT_EQ(text(tunnel.takeLeftover()) + unconsumed, after);
    });
  }
}

TEST(HttpTunnel, OpensWithEverySuccessAndEitherVersion) {
  for (const char* line : {"HTTP/1.0 200 OK", "HTTP/1.1 200", "HTTP/1.1 204 No Content",
                           "HTTP/1.1 299 Whatever", "HTTP/1.1 200 \xE9"}) {
    afterAnswer(request(), line + "\r\nVia: x\r\n\r\n"s,
                [&](HttpTunnel& tunnel) { EXPECT_EQ(tunnel.state(), State::Open) << line; });
  }
}

// RFC 9110 section 9.3.6: a 2xx to CONNECT has no body, whatever it says.
TEST(HttpTunnel, IgnoresBodyLengthsOfASuccess) {
  for (const char* fields :
       {"Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n", "Content-Length: x\r\n",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"}) {
    for (const char* version : {"HTTP/1.1", "HTTP/1.0"}) {
      forEachDivision(version + " 200 OK\r\n"s + fields + "\r\nhello", [&](const Pieces& pieces) {
        HttpTunnel tunnel(request());
        write(tunnel);
        std::string unconsumed;
        for (const auto& piece : pieces) {
          const std::size_t consumed = tunnel.receive(piece);
          unconsumed.append(reinterpret_cast<const char*>(piece.data()) + consumed,
                            piece.size() - consumed);
        }
        ASSERT_EQ(tunnel.state(), State::Open) << fields;
        EXPECT_EQ(text(tunnel.takeLeftover()) + unconsumed, "hello") << fields;
      });
    }
  }
}

TEST(HttpTunnel, ReadsInformationalResponsesUpToALimit) {
  std::string storm;
  for (int i = 0; i < 16; ++i) storm += "HTTP/1.1 102 Processing\r\nX: y\r\n\r\n";
  afterAnswer(request(), storm + kOpen,
              [](HttpTunnel& tunnel) { EXPECT_EQ(tunnel.state(), State::Open); });
  expectFailure(storm + "HTTP/1.1 103 Early\r\n\r\n", HandshakeError::TooManyInformational);
}

TEST(HttpTunnel, ShowsARefusal) {
  afterAnswer(request(),
              "HTTP/1.1 403 Not for you\r\nX-Why: because\r\nContent-Length: 6\r\n\r\nno way",
              [](HttpTunnel& tunnel) {
                ASSERT_EQ(tunnel.state(), State::Failed);
                EXPECT_EQ(tunnel.failure().error, HandshakeError::UnexpectedStatus);
                EXPECT_EQ(tunnel.failure().httpStatus, 403);
                EXPECT_EQ(tunnel.failure().reason, "Not for you");
                EXPECT_EQ(tunnel.failure().headers.get("x-why"), "because");
                EXPECT_EQ(tunnel.failure().body, "no way");
                EXPECT_EQ(tunnel.failure().authentication, std::nullopt);
                EXPECT_EQ(tunnel.failure().message,
                          "the proxy answered 403 Forbidden to CONNECT a.test:443");
              });
}

TEST(HttpTunnel, ShowsARefusalWhoseBodyIsCut) {
  HttpTunnel tunnel(request());
  write(tunnel);
  receive(tunnel, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 100\r\n\r\nno su");
  EXPECT_EQ(tunnel.state(), State::NeedsMore);
  EXPECT_EQ(tunnel.refusalStatus(), 502);
  tunnel.endOfInput();
  ASSERT_EQ(tunnel.state(), State::Failed);
  EXPECT_EQ(tunnel.refusalStatus(), 502);
  EXPECT_EQ(tunnel.failure().httpStatus, 502);
  EXPECT_EQ(tunnel.failure().body, "no su");
}

TEST(HttpTunnel, KeepsOfARefusalsBodyAsMuchAsTheLimit) {
  afterAnswer(request(), "HTTP/1.1 500 No\r\n\r\n" + std::string(5000, 'x'),
              [](HttpTunnel& tunnel) {
                ASSERT_EQ(tunnel.state(), State::Failed);
                EXPECT_EQ(tunnel.failure().body, std::string(4096, 'x'));
              });
}

TEST(HttpTunnel, TakesRedirectsAndSwitchesForRefusals) {
  for (const char* line : {"101 Switching Protocols", "302 Found", "400 Bad Request", "599 X"}) {
    expectFailure("HTTP/1.1 "s + line + "\r\nContent-Length: 0\r\n\r\n",
                  HandshakeError::UnexpectedStatus);
  }
}

TEST(HttpTunnel, TellsAnEndFromARefusal) {
  for (std::size_t length = 0; length < kOpen.size(); ++length) {
    HttpTunnel tunnel(request());
    write(tunnel);
    receive(tunnel, kOpen.substr(0, length));
    ASSERT_EQ(tunnel.state(), State::NeedsMore) << length;
    tunnel.endOfInput();
    ASSERT_EQ(tunnel.state(), State::Failed);
    EXPECT_EQ(tunnel.failure().error, HandshakeError::ConnectionClosed);
    EXPECT_EQ(tunnel.refusalStatus(), std::nullopt);
    EXPECT_THAT(tunnel.failure().message, HasSubstr(length == 0 ? "before" : "within"));
  }
}

TEST(HttpTunnel, FailsForWhatIsNoHttp) {
  expectFailure("\x05\x00"s + std::string(20, 'x') + "\r\n\r\n", HandshakeError::MalformedHead);
  expectFailure("HTTP/2 200 OK\r\n\r\n", HandshakeError::MalformedHead);
  expectFailure("HTTP/1.1 2000 OK\r\n\r\n", HandshakeError::MalformedHead);
  expectFailure("HTTP/1.1 200 OK\nX: y\r\n\r\n", HandshakeError::MalformedHead);
  expectFailure("HTTP/1.1 200 OK\r\n X: y\r\n\r\n", HandshakeError::MalformedHead);
  expectFailure("HTTP/1.1 407 No\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                HandshakeError::AmbiguousLength);
}

TEST(HttpTunnel, BoundsEndlessHeads) {
  HandshakeLimits limits;
  limits.headBytes = 200;
  limits.lines = 5;
  limits.fieldBytes = 50;
  limits.startLineBytes = 50;
  expectFailure("HTTP/1.1 200 " + std::string(100, 'x'), HandshakeError::StartLineTooLong, limits);
  expectFailure("HTTP/1.1 200 OK\r\nX: " + std::string(100, 'x'), HandshakeError::FieldTooLarge,
                limits);
  std::string lines;
  for (int i = 0; i < 10; ++i) lines += "X: y\r\n";
  expectFailure("HTTP/1.1 200 OK\r\n" + lines, HandshakeError::TooManyLines, limits);
  limits.lines = 1000;
  for (int i = 0; i < 100; ++i) lines += "X: y\r\n";
  expectFailure("HTTP/1.1 200 OK\r\n" + lines, HandshakeError::HeadTooLarge, limits);
}

TEST(HttpTunnelCredentials, AreSentOverTheSameConnectionWhenItIsKept) {
  afterAnswer(kAladdin, kAskBasic, [](HttpTunnel& tunnel) {
    ASSERT_EQ(tunnel.state(), State::NeedsMore);
    EXPECT_EQ(write(tunnel), kBasicConnect);
    receive(tunnel, kOpen + "hi");
    ASSERT_EQ(tunnel.state(), State::Open);
    EXPECT_EQ(text(tunnel.takeLeftover()), "hi");
  });
}

TEST(HttpTunnelCredentials, WaitForTheEndOfTheBody) {
  HttpTunnel tunnel(kAladdin);
  write(tunnel);
  receive(tunnel, kAskBasic.substr(0, kAskBasic.size() - 1));
  EXPECT_EQ(tunnel.output(), "");
  receive(tunnel, "y");
  EXPECT_EQ(tunnel.output(), kBasicConnect);
}

TEST(HttpTunnelCredentials, FollowAChunkedBody) {
  afterAnswer(kAladdin,
              "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic\r\nTransfer-Encoding: chunked\r\n\r\n"
              "4\r\nbody\r\n0\r\nX: y\r\n\r\n",
              [](HttpTunnel& tunnel) {
                EXPECT_EQ(write(tunnel), kBasicConnect);
                receive(tunnel, kOpen);
                EXPECT_EQ(tunnel.state(), State::Open);
              });
}

TEST(HttpTunnelCredentials, OfDigestSignTheConnect) {
  afterAnswer(kAladdin, kAskDigest, [](HttpTunnel& tunnel) {
    ASSERT_EQ(tunnel.state(), State::NeedsMore);
    const std::string bytes = write(tunnel);
    EXPECT_THAT(bytes, HasSubstr("\r\nProxy-Authorization: Digest username=\"Aladdin\""));
    EXPECT_THAT(bytes, HasSubstr("uri=\"a.test:443\""));
    EXPECT_THAT(bytes, HasSubstr("<CONNECT:a.test:443>>\""));
    receive(tunnel, kOpen);
    EXPECT_EQ(tunnel.state(), State::Open);
  });
}

void expectReconnect(const std::string& answer) {
  afterAnswer(kAladdin, answer, [&](HttpTunnel& tunnel) {
    ASSERT_EQ(tunnel.state(), State::Reconnect) << answer;
    EXPECT_EQ(tunnel.output(), "");
    EXPECT_EQ(tunnel.receive(asBytes("rest of the body")), 0U);
    tunnel.endOfInput();
    tunnel.reconnected();
    ASSERT_EQ(tunnel.state(), State::NeedsMore);
    EXPECT_EQ(write(tunnel), kBasicConnect);
    receive(tunnel, kOpen);
    EXPECT_EQ(tunnel.state(), State::Open);
  });
}

TEST(HttpTunnelCredentials, AreSentOverANewConnectionWhenTheOldOneIsNotKept) {
  const std::string ask = "Proxy-Authenticate: Basic\r\n";
  expectReconnect("HTTP/1.1 407 No\r\nConnection: x, Close\r\n" + ask +
                  "Content-Length: 0\r\n\r\n");
  expectReconnect("HTTP/1.1 407 No\r\nProxy-Connection: close\r\n" + ask +
                  "Content-Length: 0\r\n\r\n");
  expectReconnect("HTTP/1.0 407 No\r\n" + ask + "Content-Length: 0\r\n\r\n");
  // The body ends with the connection, or too late, or nobody knows where.
  expectReconnect("HTTP/1.1 407 No\r\n" + ask + "\r\n");
  expectReconnect("HTTP/1.1 407 No\r\n" + ask + "Content-Length: 99999999\r\n\r\n");
  expectReconnect("HTTP/1.1 407 No\r\n" + ask + "Transfer-Encoding: gzip\r\n\r\n");
  expectReconnect("HTTP/1.1 407 No\r\n" + ask + "Transfer-Encoding: chunked\r\n\r\nx");
}

TEST(HttpTunnelCredentials, StayOnAnOldProxysConnectionThatItKeeps) {
  for (const char* name : {"Connection", "Proxy-Connection"}) {
    afterAnswer(kAladdin,
                "HTTP/1.0 407 No\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n"s + name +
                    ": Keep-Alive\r\n\r\n",
                [](HttpTunnel& tunnel) { EXPECT_EQ(write(tunnel), kBasicConnect); });
  }
}

TEST(HttpTunnelCredentials, AreRepeatedOnceWhenTheConnectionIsClosedAfterAll) {
  for (std::size_t length : {kAskBasic.size() - 2, kAskBasic.size()}) {
    HttpTunnel tunnel(kAladdin);
    write(tunnel);
    receive(tunnel, kAskBasic.substr(0, length));
    write(tunnel);
    tunnel.endOfInput();
    ASSERT_EQ(tunnel.state(), State::Reconnect);
    tunnel.reconnected();
    EXPECT_EQ(write(tunnel), kBasicConnect);
    tunnel.endOfInput();
    ASSERT_EQ(tunnel.state(), State::Failed);
    EXPECT_EQ(tunnel.failure().error, HandshakeError::ConnectionClosed);
  }
}

TEST(HttpTunnelCredentials, AreNotRepeatedOnceAnAnswerHasBegun) {
  HttpTunnel tunnel(kAladdin);
  write(tunnel);
  receive(tunnel, kAskBasic);
  write(tunnel);
  receive(tunnel, "HTTP/1.1 2");
  tunnel.endOfInput();
  ASSERT_EQ(tunnel.state(), State::Failed);
  EXPECT_EQ(tunnel.failure().error, HandshakeError::ConnectionClosed);
}

void expectUnanswered(const HttpTunnelRequest& description, const std::string& answer,
                      AuthenticationError error, const std::string& message) {
  afterAnswer(description, answer, [&](HttpTunnel& tunnel) {
    ASSERT_EQ(tunnel.state(), State::Failed);
    EXPECT_EQ(tunnel.failure().error, HandshakeError::UnexpectedStatus);
    EXPECT_EQ(tunnel.failure().httpStatus, 407);
    EXPECT_EQ(tunnel.failure().authentication, error);
    EXPECT_THAT(tunnel.failure().message,
                testing::AllOf(StartsWith("the proxy answered 407 "), HasSubstr(message),
                               HasSubstr("to CONNECT a.test:443: it ")));
  });
}

TEST(HttpTunnelCredentials, AreMissedWhenThereAreNone) {
  expectUnanswered(request(), kAskBasic, AuthenticationError::NoCredentials, "there are none");
}

TEST(HttpTunnelCredentials, AreNotSentInSchemesThatWeDoNotKnow) {
  expectUnanswered(kAladdin,
                   "HTTP/1.1 407 No\r\nProxy-Authenticate: Negotiate\r\nContent-Length: 0\r\n\r\n",
                   AuthenticationError::UnsupportedScheme, "no way that is supported");
  expectUnanswered(kAladdin, "HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n",
                   AuthenticationError::NoChallenge, "without saying which");
  // A proxy that asks as a server does has not asked.
  expectUnanswered(kAladdin,
                   "HTTP/1.1 407 No\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n",
                   AuthenticationError::NoChallenge, "without saying which");
}

TEST(HttpTunnelCredentials, AreRefusedOnceAndForAll) {
  for (const std::string& ask : {kAskBasic, kAskDigest}) {
    HttpTunnel tunnel(kAladdin);
    write(tunnel);
    receive(tunnel, ask);
    write(tunnel);
    receive(tunnel, ask);
    ASSERT_EQ(tunnel.state(), State::Failed);
    EXPECT_EQ(tunnel.failure().authentication, AuthenticationError::Refused);
    EXPECT_THAT(tunnel.failure().message, Not(HasSubstr("sesame")));
  }
}

TEST(HttpTunnelCredentials, AreSentOnceMoreForAStaleNonce) {
  HttpTunnel tunnel(kAladdin);
  write(tunnel);
  receive(tunnel, kAskDigest);
  write(tunnel);
  receive(tunnel, kAskDigestAgain);
  EXPECT_THAT(write(tunnel), HasSubstr("nonce=\"m\""));
  receive(tunnel, kAskDigestAgain);
  ASSERT_EQ(tunnel.state(), State::Failed);
  EXPECT_EQ(tunnel.failure().authentication, AuthenticationError::Refused);
}

// A proxy that answers what was not asked yet may have taken somebody else's bytes for a request.
TEST(HttpTunnelCredentials, FailForAnAnswerBeforeTheyAreSent) {
  afterAnswer(kAladdin, kAskBasic + kOpen, [](HttpTunnel& tunnel) {
    ASSERT_EQ(tunnel.state(), State::Failed);
    EXPECT_EQ(tunnel.failure().error, HandshakeError::MalformedHead);
    EXPECT_THAT(tunnel.failure().message, HasSubstr("more than one answer"));
  });
}

TEST(HttpTunnel, HearsARefusalBeforeItsRequestIsWritten) {
  HttpTunnel tunnel(request());
  receive(tunnel, "HTTP/1.1 503 Too many\r\nContent-Length: 0\r\n\r\n");
  ASSERT_EQ(tunnel.state(), State::Failed);
  EXPECT_EQ(tunnel.failure().httpStatus, 503);
}

}  // namespace
