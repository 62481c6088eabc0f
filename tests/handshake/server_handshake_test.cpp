#include "http/divisions.hpp"

#include <parley/protocol/handshake.hpp>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace std::string_literals;
using parley::Headers;
using parley::protocol::HandshakeError;
using parley::protocol::HandshakeLimits;
using parley::protocol::HttpResponse;
using parley::protocol::HttpVersion;
using parley::protocol::Role;
using parley::protocol::selectSubprotocol;
using parley::protocol::ServerHandshake;
using parley::protocol::toString;
using parley::testing::asBytes;
using parley::testing::forEachDivision;
using parley::testing::Pieces;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using State = ServerHandshake::State;
using AcceptError = ServerHandshake::AcceptError;

/// The sample of RFC 6455 section 1.2 with single fields replaced; an empty replacement removes
/// one.
std::string upgrade(const std::map<std::string, std::string>& changes = {},
                    const std::string& line = "GET /chat?room=1 HTTP/1.1") {
  std::string text = line + "\r\n";
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"Host", "server.example.com"},
           {"Upgrade", "websocket"},
           {"Connection", "Upgrade"},
           {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
           {"Sec-WebSocket-Version", "13"}}) {
    const auto change = changes.find(name);
    text += change == changes.end() ? name + ": " + value + "\r\n" : change->second;
  }
  const auto more = changes.find("more");
  return text + (more == changes.end() ? "" : more->second) + "\r\n";
}

ServerHandshake received(const std::string& text) {
  ServerHandshake handshake;
  EXPECT_EQ(handshake.receive(asBytes(text)), text.size());
  return handshake;
}

void expectInvalid(const std::string& text, HandshakeError error, int status) {
  forEachDivision(text, [&](const Pieces& pieces) {
    ServerHandshake handshake;
    for (const auto& piece : pieces) handshake.receive(piece);
    ASSERT_EQ(handshake.state(), State::Invalid) << text;
    EXPECT_EQ(toString(handshake.failure()->error), toString(error)) << text;
    EXPECT_EQ(handshake.failure()->httpStatus, status) << text;
    EXPECT_TRUE(std::holds_alternative<AcceptError>(handshake.accept({})));
    const std::string answer = handshake.rejectInvalid();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 " + std::to_string(status) + " "));
    EXPECT_THAT(answer, HasSubstr("\r\nConnection: close"));
    EXPECT_EQ(handshake.state(), State::Closed);
  });
}

std::string text(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

ServerHandshake::Acceptance accepted(ServerHandshake& handshake,
                                     const ServerHandshake::AcceptOptions& options = {}) {
  auto result = handshake.accept(options);
  auto* acceptance = std::get_if<ServerHandshake::Acceptance>(&result);
  EXPECT_NE(acceptance, nullptr);
  return acceptance == nullptr ? ServerHandshake::Acceptance{} : std::move(*acceptance);
}

TEST(ServerUpgrade, IsReadAndAcceptedInEveryDivision) {
  const std::string frame = "\x81\x80\x01\x02\x03\x04"s;
  forEachDivision(upgrade() + frame, [&](const Pieces& pieces) {
    ServerHandshake handshake;
    std::string unconsumed;
    for (const auto& piece : pieces) {
      const std::size_t consumed = handshake.receive(piece);
      unconsumed.append(reinterpret_cast<const char*>(piece.data()) + consumed,
                        piece.size() - consumed);
    }
    ASSERT_EQ(handshake.state(), State::UpgradeRequest);
    ASSERT_NE(handshake.request(), nullptr);
    EXPECT_TRUE(handshake.request()->isUpgrade);
    EXPECT_EQ(handshake.request()->path, "/chat");
    EXPECT_EQ(handshake.request()->query, "room=1");
    EXPECT_EQ(handshake.request()->host, "server.example.com");
    const auto acceptance = accepted(handshake);
    EXPECT_EQ(acceptance.response,
              "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
    EXPECT_EQ(acceptance.negotiated.role, Role::Server);
    EXPECT_EQ(acceptance.negotiated.subprotocol, "");
    EXPECT_EQ(text(acceptance.negotiated.leftover) + unconsumed, frame);
    EXPECT_EQ(handshake.state(), State::Accepted);
    EXPECT_EQ(handshake.request(), nullptr);
  });
}

TEST(ServerUpgrade, TakesEverySpellingThatMeansTheSame) {
  for (const auto& changes : std::vector<std::map<std::string, std::string>>{
           {{"Connection", "CONNECTION: keep-alive, uPGRADE\r\n"}},
           {{"Connection", "Connection: keep-alive\r\nConnection:\tUpgrade\r\n"}},
           {{"Upgrade", "upgrade: WebSocket\r\n"}},
           {{"Upgrade", "Upgrade: h2c, websocket\r\n"}},
           {{"Sec-WebSocket-Key", "SEC-WEBSOCKET-KEY:\tdGhlIHNhbXBsZSBub25jZQ==\t \r\n"}},
           {{"Sec-WebSocket-Key", "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEC==\r\n"}},
           {{"Sec-WebSocket-Version", "sec-websocket-version:13\r\n"}},
           {{"more", "X-8bit: \xE9\xFF\r\nContent-Length: 0\r\nOrigin: null\r\n"}}}) {
    EXPECT_EQ(received(upgrade(changes)).state(), State::UpgradeRequest) << upgrade(changes);
  }
}

TEST(ServerUpgrade, EachFieldMustBeThereAndRight) {
  struct Case {
    const char* name;
    const char* replacement;
    HandshakeError error;
    int status;
  };
  for (const Case& c : std::vector<Case>{
           {"Host", "", HandshakeError::MissingHost, 400},
           {"Host", "Host:\r\n", HandshakeError::MissingHost, 400},
           {"Host", "Host: a\r\nHost: a\r\n", HandshakeError::InvalidHost, 400},
           {"Host", "Host: a b\r\n", HandshakeError::InvalidHost, 400},
           {"Upgrade", "", HandshakeError::MissingUpgrade, 400},
           {"Upgrade", "Upgrade: websockets\r\n", HandshakeError::MissingUpgrade, 400},
           {"Upgrade", "Upgrade: websocket\xC3\xA9\r\n", HandshakeError::MissingUpgrade, 400},
           {"Connection", "", HandshakeError::MissingConnectionUpgrade, 400},
           {"Connection", "Connection: close\r\n", HandshakeError::MissingConnectionUpgrade, 400},
           {"Connection", "Connection: x upgrade\r\n", HandshakeError::MissingConnectionUpgrade,
            400},
           {"Sec-WebSocket-Key", "", HandshakeError::MissingKey, 400},
           {"Sec-WebSocket-Key", "Sec-WebSocket-Key:\r\n", HandshakeError::InvalidKey, 400},
           {"Sec-WebSocket-Key",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Key: "
            "dGhlIHNhbXBsZSBub25jZQ==\r\n",
            HandshakeError::RepeatedKey, 400},
           {"Sec-WebSocket-Key", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ\r\n",
            HandshakeError::InvalidKey, 400},
           {"Sec-WebSocket-Key", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZWE=\r\n",
            HandshakeError::InvalidKey, 400},
           {"Sec-WebSocket-Version", "", HandshakeError::UnsupportedWebSocketVersion, 426},
           {"Sec-WebSocket-Version", "Sec-WebSocket-Version: 8\r\n",
            HandshakeError::UnsupportedWebSocketVersion, 426},
           {"Sec-WebSocket-Version", "Sec-WebSocket-Version: 013\r\n",
            HandshakeError::UnsupportedWebSocketVersion, 426},
           {"Sec-WebSocket-Version", "Sec-WebSocket-Version: 13, 8\r\n",
            HandshakeError::UnsupportedWebSocketVersion, 426},
           {"Sec-WebSocket-Version", "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Version: 13\r\n",
            HandshakeError::RepeatedWebSocketVersion, 400},
           {"more", "Content-Length: 1\r\n", HandshakeError::UpgradeWithBody, 413},
           {"more", "Content-Length: 1000000000\r\n", HandshakeError::UpgradeWithBody, 413},
           {"more", "Transfer-Encoding: chunked\r\n", HandshakeError::UpgradeWithBody, 413},
           {"more", "Transfer-Encoding: gzip\r\n", HandshakeError::UnsupportedCoding, 501},
           {"more", "Content-Length: 0\r\nContent-Length: 0\r\n", HandshakeError::AmbiguousLength,
            400},
           {"more", "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n",
            HandshakeError::AmbiguousLength, 400},
           {"more", "Sec-WebSocket-Protocol:\r\n", HandshakeError::InvalidSubprotocols, 400},
           {"more", "Sec-WebSocket-Protocol: a b\r\n", HandshakeError::InvalidSubprotocols, 400},
           {"more", "Sec-WebSocket-Protocol: a, a\r\n", HandshakeError::InvalidSubprotocols, 400},
           {"more", "Sec-WebSocket-Protocol: a\r\nSec-WebSocket-Protocol: a\r\n",
            HandshakeError::InvalidSubprotocols, 400},
           {"more", "Sec-WebSocket-Extensions:\r\n", HandshakeError::MalformedExtensions, 400},
           {"more", "Sec-WebSocket-Extensions: a;\r\n", HandshakeError::MalformedExtensions, 400},
           {"more", "A: b\r\n c\r\n", HandshakeError::MalformedHead, 400},
           {"more", "A : b\r\n", HandshakeError::MalformedHead, 400},
           {"more", "A: b\x01\r\n", HandshakeError::MalformedHead, 400},
           {"more", "A: b\n", HandshakeError::MalformedHead, 400}}) {
    expectInvalid(upgrade({{c.name, c.replacement}}), c.error, c.status);
  }
  expectInvalid(upgrade({{"Sec-WebSocket-Key", "Sec-WebSocket-Key: dGhlIHNh\0"s + "\r\n"}}),
                HandshakeError::MalformedHead, 400);
}

TEST(ServerUpgrade, RequestLineMustBeAGetOverHttp11) {
  expectInvalid(upgrade({}, "POST / HTTP/1.1"), HandshakeError::WrongMethod, 405);
  expectInvalid(upgrade({}, "get / HTTP/1.1"), HandshakeError::WrongMethod, 405);
  expectInvalid(upgrade({}, "GET / HTTP/1.0"), HandshakeError::UnsupportedVersion, 505);
  expectInvalid(upgrade({}, "GET / HTTP/2.0"), HandshakeError::UnsupportedVersion, 505);
  expectInvalid(upgrade({}, "GET /"), HandshakeError::MalformedHead, 400);
  expectInvalid(upgrade({}, "GET * HTTP/1.1"), HandshakeError::UnsupportedTarget, 400);
  expectInvalid(upgrade({}, "GET a:80 HTTP/1.1"), HandshakeError::UnsupportedTarget, 400);
}

TEST(ServerUpgrade, AnswersSayWhatWouldBeRight) {
  auto method = received(upgrade({}, "PUT / HTTP/1.1"));
  EXPECT_THAT(method.rejectInvalid(), HasSubstr("\r\nAllow: GET\r\n"));
  auto version = received(upgrade({{"Sec-WebSocket-Version", "Sec-WebSocket-Version: 7\r\n"}}));
  const std::string answer = version.rejectInvalid();
  EXPECT_THAT(answer, HasSubstr("\r\nSec-WebSocket-Version: 13\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nUpgrade: websocket\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nConnection: close, Upgrade\r\n"));
}

TEST(ServerUpgrade, RejectionOfAHeadHasNoBody) {
  auto handshake = received(upgrade({}, "HEAD / HTTP/1.1"));
  const std::string answer = handshake.rejectInvalid();
  EXPECT_TRUE(answer.ends_with("\r\n\r\n"));
  EXPECT_THAT(answer, Not(HasSubstr("Content-Length: 0")));
}

TEST(ServerUpgrade, LimitsHaveStatusesOfTheirOwn) {
  HandshakeLimits limits;
  limits.headBytes = 400;
  limits.lines = 8;
  limits.fieldBytes = 100;
  limits.startLineBytes = 50;
  const auto errorOf = [&](const std::string& request) {
    ServerHandshake handshake(limits);
    handshake.receive(asBytes(request));
    EXPECT_EQ(handshake.state(), State::Invalid);
    return std::pair(handshake.failure()->error, *handshake.failure()->httpStatus);
  };
  EXPECT_EQ(errorOf(upgrade({}, "GET /" + std::string(50, 'x') + " HTTP/1.1")),
            std::pair(HandshakeError::StartLineTooLong, std::uint16_t{414}));
  EXPECT_EQ(errorOf(upgrade({{"more", "A: " + std::string(98, 'x') + "\r\n"}})),
            std::pair(HandshakeError::FieldTooLarge, std::uint16_t{431}));
  EXPECT_EQ(errorOf(upgrade({{"more", "A:\r\nB:\r\nC:\r\n"}})),
            std::pair(HandshakeError::TooManyLines, std::uint16_t{431}));
  const std::string field = "A: " + std::string(97, 'x') + "\r\n";
  EXPECT_EQ(errorOf(upgrade({{"more", field + field + field}})),
            std::pair(HandshakeError::HeadTooLarge, std::uint16_t{431}));
}

TEST(ServerUpgrade, KeysOfOtherLengthsOrWithNulAreRefused) {
  const auto keyed = [](const std::string& key) {
    return upgrade({{"Sec-WebSocket-Key", "Sec-WebSocket-Key: " + key + "\r\n"}});
  };
  const std::string good = "dGhlIHNhbXBsZSBub25jZQ==";
  for (const std::size_t length : {0U, 1U, 22U, 23U, 25U, 28U, 8'000U}) {
    std::string key = good;
    key.resize(length, 'A');
    expectInvalid(keyed(key), HandshakeError::InvalidKey, 400);
  }
  expectInvalid(keyed(std::string(10'000, 'A')), HandshakeError::FieldTooLarge, 431);
  ASSERT_EQ(good.size(), 24U);
  for (const char stray : {'\x7f', '\x01', '\0'}) {
    for (std::size_t at = 0; at < good.size(); ++at) {
      std::string key = good;
      key[at] = stray;
      std::string request = keyed(good);
      request.replace(request.find(good), good.size(), key);
      expectInvalid(request, HandshakeError::MalformedHead, 400);
    }
  }
}

TEST(ServerUpgrade, TenThousandHeadersAreRefused) {
  std::string fields;
  for (int i = 0; i < 10'000; ++i) fields += "A: b\r\n";
  auto handshake = received(upgrade({{"more", fields}}));
  ASSERT_EQ(handshake.state(), State::Invalid);
  EXPECT_EQ(handshake.failure()->httpStatus, 431);
}

TEST(ServerUpgrade, BytesBehindARefusalAreNeverReadAsARequest) {
  const std::string smuggled = "GET /admin HTTP/1.1\r\nHost: a\r\n\r\n";
  auto refused = received(upgrade() + smuggled);
  EXPECT_EQ(refused.state(), State::UpgradeRequest);
  EXPECT_EQ(refused.receive(asBytes(smuggled)), 0U);
  EXPECT_THAT(refused.reject({403, {}, "no"}),
              StartsWith("HTTP/1.1 403 Forbidden\r\nConnection: close"));
  EXPECT_EQ(refused.state(), State::Closed);
  EXPECT_EQ(refused.receive(asBytes(smuggled)), smuggled.size());
  EXPECT_EQ(refused.state(), State::Closed);
  EXPECT_EQ(refused.request(), nullptr);

  auto invalid = received(upgrade({{"Sec-WebSocket-Key", ""}}) + smuggled);
  EXPECT_EQ(invalid.state(), State::Invalid);
  EXPECT_NE(invalid.request(), nullptr);
  EXPECT_FALSE(invalid.rejectInvalid().empty());
  EXPECT_EQ(invalid.receive(asBytes(smuggled)), smuggled.size());
  EXPECT_EQ(invalid.state(), State::Closed);
}

TEST(ServerUpgrade, NoSecondAnswerCanBeMade) {
  auto handshake = received(upgrade());
  EXPECT_FALSE(accepted(handshake).response.empty());
  EXPECT_EQ(std::get<AcceptError>(handshake.accept({})), AcceptError::NotAnUpgrade);
  EXPECT_EQ(handshake.reject({500, {}, ""}), "");
  EXPECT_EQ(handshake.respond({}), "");
  EXPECT_EQ(handshake.rejectInvalid(), "");
  EXPECT_EQ(handshake.receive(asBytes("x")), 0U);
  handshake.endOfInput();
  EXPECT_EQ(handshake.state(), State::Accepted);
}

TEST(ServerUpgrade, ListsTheOffers) {
  auto handshake =
      received(upgrade({{"more",
                         "Sec-WebSocket-Protocol: b,, a\r\nsec-websocket-protocol: c\r\n"
                         "Sec-WebSocket-Extensions: x; y=\"1\"\r\n"
                         "Sec-WebSocket-Extensions: z\r\n"}}));
  ASSERT_EQ(handshake.state(), State::UpgradeRequest);
  EXPECT_THAT(handshake.request()->subprotocols, ElementsAre("b", "a", "c"));
  EXPECT_EQ(handshake.request()->extensions, "x; y=\"1\", z");
}

TEST(ServerUpgrade, AcceptsOnlyWhatWasOffered) {
  auto handshake = received(
      upgrade({{"more", "Sec-WebSocket-Protocol: a, b\r\nSec-WebSocket-Extensions: x\r\n"}}));
  const auto errorOf = [&](std::optional<std::string> subprotocol, std::string extensions) {
    return std::get<AcceptError>(
        handshake.accept({std::move(subprotocol), std::move(extensions), {}}));
  };
  EXPECT_EQ(errorOf("c", ""), AcceptError::SubprotocolNotOffered);
  EXPECT_EQ(errorOf("A", ""), AcceptError::SubprotocolNotOffered);
  EXPECT_EQ(errorOf("", ""), AcceptError::SubprotocolNotOffered);
  EXPECT_EQ(errorOf("a\r\nX: y", ""), AcceptError::SubprotocolNotOffered);
  EXPECT_EQ(errorOf("a", "y"), AcceptError::UnofferedExtension);
  EXPECT_EQ(errorOf("a", "x;"), AcceptError::UnofferedExtension);
  EXPECT_EQ(errorOf("a", "x\r\nX: y"), AcceptError::UnofferedExtension);
  ASSERT_EQ(handshake.state(), State::UpgradeRequest);
  const auto acceptance = accepted(handshake, {"b", "x; p=1", Headers{{"Set-Cookie", "k=v"}}});
  EXPECT_THAT(acceptance.response, HasSubstr("\r\nSec-WebSocket-Protocol: b\r\n"));
  EXPECT_THAT(acceptance.response, HasSubstr("\r\nSec-WebSocket-Extensions: x; p=1\r\n"));
  EXPECT_THAT(acceptance.response, HasSubstr("\r\nSet-Cookie: k=v\r\n"));
  EXPECT_EQ(acceptance.negotiated.subprotocol, "b");
  EXPECT_EQ(acceptance.negotiated.extensions, "x; p=1");
}

TEST(ServerUpgrade, AcceptsOnlyADeflateAnswerThatFitsAnOffer) {
  auto handshake =
      received(upgrade({{"more",
                         "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10; "
                         "client_max_window_bits, permessage-deflate\r\n"}}));
  const auto errorOf = [&](std::string extensions) {
    return std::get<AcceptError>(handshake.accept({std::nullopt, std::move(extensions), {}}));
  };
  for (const char* bad : {"permessage-deflate; server_max_window_bits=16",
                          "permessage-deflate; server_max_window_bits=11; client_max_window_bits=9",
                          "permessage-deflate; x", "permessage-deflate, permessage-deflate"}) {
    EXPECT_EQ(errorOf(bad), AcceptError::UnofferedExtension) << bad;
  }
  const auto acceptance = accepted(
      handshake, {std::nullopt, "permessage-deflate; server_max_window_bits=9", Headers{}});
  ASSERT_TRUE(acceptance.negotiated.deflate);
  EXPECT_EQ(acceptance.negotiated.deflate->fromServer.windowBits, 9);
  EXPECT_EQ(acceptance.negotiated.deflate->fromClient.windowBits, 15);
}

TEST(ServerUpgrade, AcceptSkipsFieldsThatAreItsOwn) {
  auto handshake = received(upgrade());
  const auto acceptance =
      accepted(handshake,
               {std::nullopt, "",
                Headers{{"sec-websocket-accept", "evil"}, {"Content-Length", "3"}, {"X", "kept"}}});
  EXPECT_THAT(acceptance.response, Not(HasSubstr("evil")));
  EXPECT_THAT(acceptance.response, Not(HasSubstr("Content-Length")));
  EXPECT_THAT(acceptance.response, HasSubstr("\r\nX: kept\r\n"));
}

TEST(ServerUpgrade, AbsoluteFormReplacesTheHost) {
  auto handshake = received(upgrade({}, "GET wss://other.example:8443/p?q HTTP/1.1"));
  ASSERT_EQ(handshake.state(), State::UpgradeRequest);
  EXPECT_EQ(handshake.request()->host, "other.example:8443");
  EXPECT_EQ(handshake.request()->path, "/p");
  EXPECT_EQ(handshake.request()->query, "q");
  EXPECT_EQ(handshake.request()->target, "wss://other.example:8443/p?q");
}

const std::string kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

TEST(ServerHttp, PlainRequestsAreAnsweredAndFollowedByMore) {
  auto handshake = received("GET /health HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_EQ(handshake.state(), State::HttpRequest);
  EXPECT_FALSE(handshake.request()->isUpgrade);
  EXPECT_EQ(handshake.request()->path, "/health");
  EXPECT_EQ(handshake.respond({200, Headers{{"Content-Type", "text/plain"}}, "ok"}),
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: text/plain\r\n\r\nok");
  EXPECT_EQ(handshake.state(), State::NeedsMore);
  EXPECT_FALSE(handshake.hasPartialHead());
  handshake.receive(asBytes(upgrade()));
  EXPECT_EQ(handshake.state(), State::UpgradeRequest);
}

TEST(ServerHttp, PipelinedRequestsComeOneByOne) {
  std::string text;
  constexpr int kRequests = 50;
  for (int i = 0; i < kRequests; ++i) {
    text += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }
  ServerHandshake handshake;
  EXPECT_EQ(handshake.receive(asBytes(text + upgrade() + "frames")),
            text.size() + upgrade().size() + 6);
  for (int i = 0; i < kRequests; ++i) {
    ASSERT_EQ(handshake.state(), State::HttpRequest);
    EXPECT_EQ(handshake.request()->target, "/" + std::to_string(i));
    EXPECT_EQ(handshake.receive(asBytes("x")), 0U);
    EXPECT_FALSE(handshake.respond({}).empty());
  }
  ASSERT_EQ(handshake.state(), State::UpgradeRequest);
  const auto acceptance = accepted(handshake);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(acceptance.negotiated.leftover.data()),
                        acceptance.negotiated.leftover.size()),
            "frames");
}

TEST(ServerHttp, APipelinedRequestMayBeCutAnywhere) {
  for (std::size_t cut = 0; cut <= kGet.size(); ++cut) {
    ServerHandshake handshake;
    handshake.receive(asBytes(kGet + kGet.substr(0, cut)));
    ASSERT_EQ(handshake.state(), State::HttpRequest);
    EXPECT_FALSE(handshake.respond({}).empty());
    EXPECT_EQ(handshake.hasPartialHead(), cut != 0 && cut != kGet.size()) << cut;
    handshake.receive(asBytes(kGet.substr(cut)));
    ASSERT_EQ(handshake.state(), State::HttpRequest) << cut;
    EXPECT_FALSE(handshake.respond({}).empty());
    EXPECT_EQ(handshake.state(), State::NeedsMore) << cut;
  }
}

TEST(ServerHttp, ClosesWhereAnotherRequestCannotFollow) {
  for (const char* request :
       {"GET / HTTP/1.0\r\n\r\n", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: x\r\nConnection: y, close\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"}) {
    auto handshake = received(request + kGet);
    ASSERT_EQ(handshake.state(), State::HttpRequest) << request;
    EXPECT_THAT(handshake.respond({404, {}, ""}),
                StartsWith("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n"));
    EXPECT_EQ(handshake.state(), State::Closed) << request;
    EXPECT_EQ(handshake.receive(asBytes(kGet)), kGet.size());
    EXPECT_EQ(handshake.state(), State::Closed) << request;
  }
}

TEST(ServerHttp, ShowsTheAnnouncedBody) {
  auto length = received("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_EQ(length.request()->contentLength, 3U);
  EXPECT_TRUE(length.request()->hasBody);
  auto chunked = received("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  EXPECT_EQ(chunked.request()->contentLength, std::nullopt);
  EXPECT_TRUE(chunked.request()->hasBody);
  auto none = received("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
  EXPECT_FALSE(none.request()->hasBody);
}

TEST(ServerHttp, OtherUpgradesArePlainRequests) {
  auto handshake = received(
      "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n\r\n");
  EXPECT_EQ(handshake.state(), State::HttpRequest);
}

TEST(ServerHttp, AcceptIsForUpgradesAndRespondForTheRest) {
  auto plain = received(kGet);
  EXPECT_EQ(std::get<AcceptError>(plain.accept({})), AcceptError::NotAnUpgrade);
  EXPECT_EQ(plain.rejectInvalid(), "");
  EXPECT_EQ(plain.state(), State::HttpRequest);
  auto asked = received(upgrade());
  EXPECT_EQ(asked.respond({}), "");
  EXPECT_EQ(asked.state(), State::UpgradeRequest);
  ServerHandshake fresh;
  EXPECT_EQ(fresh.respond({}), "");
  EXPECT_EQ(std::get<AcceptError>(fresh.accept({})), AcceptError::NotAnUpgrade);
}

TEST(ServerHttp, HeadGetsTheLengthWithoutTheBody) {
  auto handshake = received("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(handshake.respond({200, {}, "hello"}), "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
}

TEST(ServerHttp, BodylessStatusesHaveNoLength) {
  auto handshake = received(kGet);
  EXPECT_EQ(handshake.respond({204, {}, "ignored"}), "HTTP/1.1 204 No Content\r\n\r\n");
}

TEST(ServerHttp, FramingFieldsOfTheApplicationAreSkipped) {
  auto handshake = received(kGet);
  EXPECT_EQ(handshake.respond({200,
                               Headers{{"content-length", "9"},
                                       {"Connection", "upgrade"},
                                       {"Transfer-Encoding", "chunked"},
                                       {"X", "y"}},
                               "ok"}),
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: y\r\n\r\nok");
}

TEST(ServerHttp, AStatusThatIsNoFinalOneBecomes500) {
  for (const int status : {0, 100, 101, 199, 600, 65535}) {
    auto handshake = received(upgrade());
    EXPECT_THAT(handshake.reject({static_cast<std::uint16_t>(status), {}, ""}),
                StartsWith("HTTP/1.1 500 "));
  }
}

TEST(ServerHttp, RejectAlsoEndsAHeadThatDoesNotCome) {
  auto handshake = received("GET / HT");
  EXPECT_TRUE(handshake.hasPartialHead());
  EXPECT_THAT(handshake.reject({408, {}, ""}), StartsWith("HTTP/1.1 408 Request Timeout\r\n"));
  EXPECT_EQ(handshake.state(), State::Closed);
  EXPECT_EQ(handshake.reject({408, {}, ""}), "");
}

TEST(ServerHttp, EndOfInputEndsOnlyWhatIsIncomplete) {
  auto partial = received("GET / HT");
  partial.endOfInput();
  EXPECT_EQ(partial.state(), State::Closed);
  auto complete = received(kGet);
  complete.endOfInput();
  EXPECT_EQ(complete.state(), State::HttpRequest);
}

TEST(ServerHttp, SurvivesAMoveInTheMiddle) {
  const std::string text = upgrade();
  ServerHandshake first;
  first.receive(asBytes(text).first(30));
  ServerHandshake second = std::move(first);
  second.receive(asBytes(text).subspan(30));
  EXPECT_EQ(second.state(), State::UpgradeRequest);
}

// 2 MiB of pipelined requests in one read: moving the rest down after each would be quadratic.
TEST(ServerHttp, ManyPipelinedRequestsAreLinear) {
  const std::string one = "GET / HTTP/1.1\r\nHost:\r\n\r\n";
  std::string many;
  while (many.size() < (std::size_t{2} << 20)) many += one;
  auto handshake = received(many);
  std::size_t answered = 0;
  while (handshake.state() == State::HttpRequest) {
    ASSERT_FALSE(handshake.respond({204, {}, ""}).empty());
    ++answered;
  }
  EXPECT_EQ(answered, many.size() / one.size());
  EXPECT_EQ(handshake.state(), State::NeedsMore);
}

TEST(SelectSubprotocol, FollowsTheServersOrderWithCase) {
  const std::vector<std::string> offered{"a", "b", "c"};
  EXPECT_EQ(selectSubprotocol(std::vector<std::string>{"x", "c", "a"}, offered), "c");
  EXPECT_EQ(selectSubprotocol(std::vector<std::string>{"A"}, offered), std::nullopt);
  EXPECT_EQ(selectSubprotocol({}, offered), std::nullopt);
  EXPECT_EQ(selectSubprotocol(offered, {}), std::nullopt);
}

}  // namespace
