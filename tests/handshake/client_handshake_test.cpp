#include "http/divisions.hpp"

#include <parley/protocol/handshake.hpp>
#include <parley/version.hpp>

#include <array>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace std::string_literals;
using parley::Headers;
using parley::protocol::category;
using parley::protocol::ClientHandshake;
using parley::protocol::ClientRequest;
using parley::protocol::HandshakeCategory;
using parley::protocol::HandshakeError;
using parley::protocol::HandshakeLimits;
using parley::protocol::Negotiated;
using parley::protocol::Role;
using parley::protocol::toString;
using parley::testing::asBytes;
using parley::testing::forEachDivision;
using parley::testing::Pieces;
using testing::HasSubstr;
using State = ClientHandshake::State;

// "the sample nonce", whose key and answer stand in RFC 6455 section 1.3.
constexpr std::string_view kNonceText = "the sample nonce";
const std::string kAccept = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";
const std::string kUpgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n";

std::array<std::byte, 16> nonce() {
  std::array<std::byte, 16> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(kNonceText[i]);
  return bytes;
}

ClientRequest request(std::vector<std::string> subprotocols = {}) {
  ClientRequest description;
  description.host = "example.com";
  description.target = "/chat";
  description.subprotocols = std::move(subprotocols);
  return description;
}

std::string switching(const std::string& fields) {
  return "HTTP/1.1 101 Switching Protocols\r\n" + fields + "\r\n";
}

ClientHandshake answered(const std::string& response,
                         const ClientRequest& description = request()) {
  ClientHandshake handshake(description, nonce());
  EXPECT_EQ(handshake.receive(asBytes(response)), response.size());
  return handshake;
}

void expectFailure(const std::string& response, HandshakeError error,
                   const ClientRequest& description = request()) {
  forEachDivision(response, [&](const Pieces& pieces) {
    ClientHandshake handshake(description, nonce());
    for (const auto& piece : pieces) handshake.receive(piece);
    ASSERT_EQ(handshake.state(), State::Failed) << response;
    EXPECT_EQ(toString(handshake.failure().error), toString(error)) << response;
    EXPECT_FALSE(handshake.failure().message.empty());
    EXPECT_EQ(handshake.receive(asBytes("more")), 0U);
  });
}

std::string text(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(ClientHandshakeRequest, IsExactlyWhatTheStandardAsksFor) {
  ClientRequest description = request({"chat", "superchat"});
  description.origin = "http://example.com";
  description.headers.append("Cookie", "a=b");
  const ClientHandshake handshake(description, nonce());
  EXPECT_EQ(handshake.request(),
            "GET /chat HTTP/1.1\r\n"
            "Host: example.com\r\n"
            "Upgrade: websocket\r\n"
            "Connection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: chat, superchat\r\n"
            "Origin: http://example.com\r\n"
            "Pragma: no-cache\r\n"
            "Cache-Control: no-cache\r\n"
            "User-Agent: Parley/" +
                std::string(parley::kVersion) +
                "\r\n"
                "Cookie: a=b\r\n"
                "\r\n");
  EXPECT_EQ(handshake.state(), State::NeedsMore);
}

TEST(ClientHandshakeRequest, LeavesOutWhatWasNotAskedFor) {
  const std::string bytes(ClientHandshake(request(), nonce()).request());
  for (const char* name : {"Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "Origin"}) {
    EXPECT_EQ(bytes.find(name), std::string::npos) << name;
  }
}

TEST(ClientHandshakeRequest, SendsTheExtensionOffer) {
  ClientRequest description = request();
  description.extensions = "permessage-deflate; client_max_window_bits";
  EXPECT_THAT(
      std::string(ClientHandshake(description, nonce()).request()),
      HasSubstr("\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"));
}

TEST(ClientHandshakeRequest, GivesWayToTheApplicationsOwnFields) {
  ClientRequest description = request();
  description.origin = "http://ours";
  description.headers = Headers{
      {"user-agent", "Mine"}, {"ORIGIN", "http://theirs"}, {"pragma", "x"}, {"Cache-control", "y"}};
  const std::string bytes(ClientHandshake(description, nonce()).request());
  EXPECT_EQ(bytes.find("Parley"), std::string::npos);
  EXPECT_EQ(bytes.find("no-cache"), std::string::npos);
  EXPECT_EQ(bytes.find("http://ours"), std::string::npos);
  EXPECT_THAT(bytes, HasSubstr("\r\nORIGIN: http://theirs\r\n"));
}

void expectInvalid(const ClientRequest& description, const std::string& why) {
  ClientHandshake handshake(description, nonce());
  ASSERT_EQ(handshake.state(), State::Failed) << why;
  EXPECT_EQ(handshake.failure().error, HandshakeError::InvalidRequest) << why;
  EXPECT_EQ(category(handshake.failure().error), HandshakeCategory::InvalidRequest);
  EXPECT_TRUE(handshake.request().empty()) << why;
  EXPECT_EQ(handshake.receive(asBytes(switching(kUpgrade + kAccept))), 0U);
  handshake.endOfInput();
  EXPECT_EQ(handshake.failure().error, HandshakeError::InvalidRequest);
}

TEST(ClientHandshakeRequest, WritesNothingThatCouldBeReadAsMoreThanOneRequest) {
  for (const std::string& bad :
       {""s, "a b"s, "a\r\nX: y"s, "a\n"s, "a\0"s, "u@a"s, "a/b"s, "a:b"s}) {
    ClientRequest description = request();
    description.host = bad;
    expectInvalid(description, "host " + bad);
  }
  for (const std::string& bad : {""s, "chat"s, "*"s, "http://a/"s, "/a b"s, "/\r\nX: y"s, "/\n"s,
                                 "/\0"s, "/#x"s, "/\xC3\xA9"s}) {
    ClientRequest description = request();
    description.target = bad;
    expectInvalid(description, "target " + bad);
  }
  for (const std::string& bad : {""s, "a b"s, "a,b"s, "a\r\n"s, "a\0"s, "\xC3\xA9"s}) {
    expectInvalid(request({"good", bad}), "subprotocol " + bad);
  }
  expectInvalid(request({"a", "b", "a"}), "repeated subprotocol");
  for (const std::string& bad : {"a\r\nX: y"s, "a\n"s, "a\0"s}) {
    ClientRequest description = request();
    description.origin = bad;
    expectInvalid(description, "origin " + bad);
  }
  for (const std::string& bad :
       {"a;"s, ","s, "a\r\nX: y"s, "permessage-deflate; x"s,
        "permessage-deflate, permessage-deflate; server_max_window_bits=16"s}) {
    ClientRequest description = request();
    description.extensions = bad;
    expectInvalid(description, "extensions " + bad);
  }
  for (const char* name : {"Host", "upgrade", "Sec-WebSocket-Key", "Content-Length"}) {
    ClientRequest description = request();
    description.headers.append(name, "x");
    expectInvalid(description, name);
  }
}

TEST(ClientHandshake, NegotiatesInEveryDivisionAndKeepsWhatFollows) {
  const std::string head = switching(kUpgrade + kAccept + "Set-Cookie: a=b\r\n");
  const std::string frames = "\x81\x02hi\x81\x00\x88\x00"s + "\r\n\r\n";
  forEachDivision(head + frames, [&](const Pieces& pieces) {
    ClientHandshake handshake(request(), nonce());
    std::string unconsumed;
    for (const auto& piece : pieces) {
      const std::size_t consumed = handshake.receive(piece);
      unconsumed.append(reinterpret_cast<const char*>(piece.data()) + consumed,
                        piece.size() - consumed);
    }
    ASSERT_EQ(handshake.state(), State::Negotiated);
    EXPECT_EQ(handshake.responseHeaders().get("set-cookie"), "a=b");
    const Negotiated negotiated = handshake.take();
    EXPECT_EQ(negotiated.role, Role::Client);
    EXPECT_EQ(negotiated.subprotocol, "");
    EXPECT_EQ(negotiated.extensions, "");
    EXPECT_EQ(text(negotiated.leftover) + unconsumed, frames);
  });
}

TEST(ClientHandshake, TakesEverySpellingThatMeansTheSame) {
  for (const char* fields :
       {"UPGRADE: WebSocket\r\nCONNECTION: UPGRADE\r\n",
        "Upgrade:\twebsocket\t\r\nConnection: keep-alive, Upgrade\r\n",
        "Upgrade: WEBSOCKET\r\nConnection: keep-alive\r\nConnection: ,upgrade,\r\n",
        "X: \xE9\r\nupgrade: websocket\r\nconnection:upgrade\r\nContent-Length: 0\r\n"}) {
    EXPECT_EQ(answered(switching(fields + kAccept)).state(), State::Negotiated) << fields;
  }
  EXPECT_EQ(
      answered(switching(kUpgrade + "sec-websocket-ACCEPT: \t s3pPLMBiTxaQ9kYGzzhZRbK+xOo= \r\n"))
          .state(),
      State::Negotiated);
}

TEST(ClientHandshake, FailsWithoutARightUpgrade) {
  for (const char* upgrade :
       {"", "Upgrade:\r\n", "Upgrade: websockets\r\n", "Upgrade: h2c\r\n",
        "Upgrade: websocket, h2c\r\n", "Upgrade: web socket\r\n",
        "Upgrade: websocket\r\nUpgrade: websocket\r\n", "Upgrade: websocket\xC3\xA9\r\n"}) {
    expectFailure(switching(upgrade + "Connection: Upgrade\r\n"s + kAccept),
                  HandshakeError::MissingUpgrade);
  }
}

TEST(ClientHandshake, FailsWithoutUpgradeInConnection) {
  for (const char* connection : {"", "Connection:\r\n", "Connection: close\r\n",
                                 "Connection: upgrades\r\n", "Connection: up grade\r\n"}) {
    expectFailure(switching("Upgrade: websocket\r\n"s + connection + kAccept),
                  HandshakeError::MissingConnectionUpgrade);
  }
}

TEST(ClientHandshake, FailsUnlessAcceptAnswersItsKeyExactlyOnce) {
  expectFailure(switching(kUpgrade), HandshakeError::MissingAccept);
  expectFailure(switching(kUpgrade + kAccept + kAccept), HandshakeError::RepeatedAccept);
  for (const char* value : {"", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo", "S3PPLMBITXAQ9KYGZZHZRBK+XOO=",
                            "s3pPLMBiTxaQ9kYGzzhZRbK+xOp=", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=x",
                            "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=, s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
                            "dGhlIHNhbXBsZSBub25jZQ==", "\"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\""}) {
    expectFailure(switching(kUpgrade + "Sec-WebSocket-Accept: " + value + "\r\n"),
                  HandshakeError::WrongAccept);
  }
}

TEST(ClientHandshake, FailsOnAnExtensionWhenNoneWasOffered) {
  const auto with = [](const std::string& value) {
    return switching(kUpgrade + kAccept + "Sec-WebSocket-Extensions: " + value + "\r\n");
  };
  expectFailure(with("permessage-deflate"), HandshakeError::UnofferedExtension);
  expectFailure(with(""), HandshakeError::MalformedExtensions);
  expectFailure(with("a;"), HandshakeError::MalformedExtensions);
}

TEST(ClientHandshake, HandsOnAnOfferedExtension) {
  ClientRequest description = request();
  description.extensions = "permessage-deflate; client_max_window_bits, other";
  const auto with = [](const std::string& fields) {
    return switching(kUpgrade + kAccept + fields);
  };
  auto handshake = answered(with("Sec-WebSocket-Extensions: "
                                 "permessage-deflate\r\nsec-websocket-extensions: other;\tx=1\r\n"),
                            description);
  ASSERT_EQ(handshake.state(), State::Negotiated);
  const auto negotiated = handshake.take();
  EXPECT_EQ(negotiated.extensions, "permessage-deflate, other;\tx=1");
  EXPECT_EQ(negotiated.deflate, parley::protocol::DeflateAgreement{});
  EXPECT_EQ(answered(with("Sec-WebSocket-Extensions: other\r\n"), description).take().deflate,
            std::nullopt);
  EXPECT_EQ(answered(with(""), description).state(), State::Negotiated);
  expectFailure(with("Sec-WebSocket-Extensions: x\r\n"), HandshakeError::UnofferedExtension,
                description);
  expectFailure(with("Sec-WebSocket-Extensions: other, other\r\n"),
                HandshakeError::RepeatedExtension, description);
  expectFailure(with("Sec-WebSocket-Extensions: permessage-deflate; x=1\r\n"),
                HandshakeError::InvalidExtensionParameters, description);
}

TEST(ClientHandshake, TakesOneOfferedSubprotocol) {
  for (const std::string& selected : {"chat.v2"s, "chat.v1"s}) {
    auto handshake =
        answered(switching(kUpgrade + kAccept + "sec-websocket-protocol: " + selected + "\r\n"),
                 request({"chat.v2", "chat.v1"}));
    ASSERT_EQ(handshake.state(), State::Negotiated);
    EXPECT_EQ(handshake.take().subprotocol, selected);
  }
}

TEST(ClientHandshake, FailsUnlessExactlyOneOfTheOfferedSubprotocolsIsSelected) {
  const auto with = [](const std::string& fields) {
    return switching(kUpgrade + kAccept + fields);
  };
  const ClientRequest offer = request({"a", "b"});
  expectFailure(with(""), HandshakeError::MissingSubprotocol, offer);
  expectFailure(with("Sec-WebSocket-Protocol:\r\n"), HandshakeError::MissingSubprotocol, offer);
  for (const char* value : {"A", "c", "a, b", "a,", "a b", "\"a\"", "a;b"}) {
    expectFailure(with("Sec-WebSocket-Protocol: "s + value + "\r\n"),
                  HandshakeError::UnofferedSubprotocol, offer);
  }
  expectFailure(with("Sec-WebSocket-Protocol: a\r\nSec-WebSocket-Protocol: a\r\n"),
                HandshakeError::RepeatedSubprotocol, offer);
  expectFailure(with("Sec-WebSocket-Protocol: a\r\n"), HandshakeError::UnofferedSubprotocol);
  expectFailure(with("Sec-WebSocket-Protocol:\r\n"), HandshakeError::UnofferedSubprotocol);
}

TEST(ClientHandshake, FailsOnHeadsThatAreNotStrictHttp11) {
  const std::string rest = kUpgrade + kAccept + "\r\n";
  expectFailure("HTTP/1.0 101 x\r\n" + rest, HandshakeError::UnsupportedVersion);
  expectFailure("HTTP/2.0 101 x\r\n" + rest, HandshakeError::UnsupportedVersion);
  expectFailure("ICY 101 OK\r\n" + rest, HandshakeError::MalformedHead);
  expectFailure("HTTP/1.1 101 x\n" + rest, HandshakeError::MalformedHead);
  expectFailure(switching(kUpgrade + "A: b\r\n c\r\n" + kAccept), HandshakeError::MalformedHead);
  expectFailure(switching(kUpgrade + "A : b\r\n" + kAccept), HandshakeError::MalformedHead);
  expectFailure(switching(kUpgrade + "A: \0b\r\n"s + kAccept), HandshakeError::MalformedHead);
  expectFailure(switching("Content-Length: 1\r\nContent-Length: 2\r\n"),
                HandshakeError::AmbiguousLength);
  expectFailure("\x15\x03\x01", HandshakeError::MalformedHead);
}

TEST(ClientHandshake, SkipsInformationalResponses) {
  const std::string head =
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" +
      switching(kUpgrade + kAccept);
  forEachDivision(head, [&](const Pieces& pieces) {
    ClientHandshake handshake(request(), nonce());
    for (const auto& piece : pieces) handshake.receive(piece);
    EXPECT_EQ(handshake.state(), State::Negotiated);
    EXPECT_FALSE(handshake.responseHeaders().has("Link"));
  });
}

TEST(ClientHandshake, BoundsTheNumberOfInformationalResponses) {
  std::string storm;
  for (int i = 0; i < 16; ++i) storm += "HTTP/1.1 102 x\r\n\r\n";
  EXPECT_EQ(answered(storm + switching(kUpgrade + kAccept)).state(), State::Negotiated);
  auto handshake = answered(storm + storm + switching(kUpgrade + kAccept));
  ASSERT_EQ(handshake.state(), State::Failed);
  EXPECT_EQ(handshake.failure().error, HandshakeError::TooManyInformational);
}

TEST(ClientHandshake, AppliesItsLimits) {
  HandshakeLimits limits;
  limits.headBytes = 100;
  ClientHandshake handshake(request(), nonce(), limits);
  handshake.receive(asBytes(switching("A: " + std::string(80, 'x') + "\r\n")));
  ASSERT_EQ(handshake.state(), State::Failed);
  EXPECT_EQ(handshake.failure().error, HandshakeError::HeadTooLarge);
  EXPECT_EQ(handshake.failure().httpStatus, 101);
  EXPECT_EQ(category(handshake.failure().error), HandshakeCategory::TooLarge);
}

TEST(ClientHandshake, ShowsWhyItWasRefused) {
  const std::string response =
      "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nContent-Length: "
      "5\r\n\r\nno!!!HTTP/1.1 101";
  forEachDivision(response, [&](const Pieces& pieces) {
    ClientHandshake handshake(request(), nonce());
    for (const auto& piece : pieces) handshake.receive(piece);
    ASSERT_EQ(handshake.state(), State::Failed);
    EXPECT_EQ(handshake.failure().error, HandshakeError::UnexpectedStatus);
    EXPECT_EQ(handshake.failure().httpStatus, 401);
    EXPECT_EQ(handshake.failure().headers.get("www-authenticate"), "Basic");
    EXPECT_EQ(handshake.failure().body, "no!!!");
    EXPECT_EQ(handshake.refusalStatus(), 401);
  });
}

TEST(ClientHandshake, RefusesEveryFinalStatusBut101WhateverItsFieldsSay) {
  for (const char* status :
       {"200", "204", "301", "302", "307", "400", "407", "426", "500", "503"}) {
    auto handshake = answered("HTTP/1.1 "s + status + " x\r\n" + kUpgrade + kAccept + "\r\n");
    handshake.endOfInput();
    ASSERT_EQ(handshake.state(), State::Failed) << status;
    EXPECT_EQ(handshake.failure().error, HandshakeError::UnexpectedStatus) << status;
    EXPECT_EQ(category(handshake.failure().error), HandshakeCategory::Refused);
  }
}

TEST(ClientHandshake, KeepsABoundedPartOfAnEndlessBody) {
  auto handshake = answered("HTTP/1.1 500 x\r\n\r\n" + std::string(100'000, 'x'));
  ASSERT_EQ(handshake.state(), State::Failed);
  EXPECT_EQ(handshake.failure().body, std::string(4096, 'x'));
}

TEST(ClientHandshake, WaitsForABodyUntilTheEndOfInput) {
  auto handshake = answered("HTTP/1.1 500 x\r\n\r\npart");
  EXPECT_EQ(handshake.state(), State::NeedsMore);
  EXPECT_EQ(handshake.refusalStatus(), 500);
  handshake.endOfInput();
  ASSERT_EQ(handshake.state(), State::Failed);
  EXPECT_EQ(handshake.failure().body, "part");
}

TEST(ClientHandshake, DecodesAChunkedBodyAndNeedNotWaitForTheEnd) {
  auto handshake = answered(
      "HTTP/1.1 403 x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  ASSERT_EQ(handshake.state(), State::Failed);
  EXPECT_EQ(handshake.failure().body, "abcde");
}

TEST(ClientHandshake, EndOfInputBeforeTheHeadIsCompleteIsAClosedConnection) {
  const std::string head = switching(kUpgrade + kAccept);
  for (std::size_t length = 0; length < head.size(); ++length) {
    auto handshake = answered(head.substr(0, length));
    EXPECT_EQ(handshake.state(), State::NeedsMore);
    handshake.endOfInput();
    ASSERT_EQ(handshake.state(), State::Failed);
    EXPECT_EQ(handshake.failure().error, HandshakeError::ConnectionClosed);
    EXPECT_EQ(handshake.failure().httpStatus, std::nullopt);
  }
  auto complete = answered(head);
  complete.endOfInput();
  EXPECT_EQ(complete.state(), State::Negotiated);
}

TEST(ClientHandshake, SurvivesAMoveInTheMiddle) {
  ClientHandshake first(request(), nonce());
  const std::string head = switching(kUpgrade + kAccept);
  first.receive(asBytes(head).first(20));
  ClientHandshake second = std::move(first);
  second.receive(asBytes(head).subspan(20));
  EXPECT_EQ(second.state(), State::Negotiated);
}

TEST(ClientHandshake, MessagesShowPeerTextEscaped) {
  auto handshake = answered(
      switching(kUpgrade + "Sec-WebSocket-Accept: \xE9\"" + std::string(500, 'x') + "\r\n"));
  ASSERT_EQ(handshake.state(), State::Failed);
  EXPECT_THAT(handshake.failure().message, HasSubstr("\\xE9\\x22xxx"));
  EXPECT_LT(handshake.failure().message.size(), 200U);
}

}  // namespace
