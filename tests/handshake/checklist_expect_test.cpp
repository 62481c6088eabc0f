#include "http/divisions.hpp"

#include <parley/protocol/handshake.hpp>

#include <string>
#include <variant>

#include <gtest/gtest.h>

namespace {

using parley::protocol::ServerHandshake;
using parley::testing::asBytes;
using State = ServerHandshake::State;

ServerHandshake received(const std::string& text) {
  ServerHandshake handshake;
  EXPECT_EQ(handshake.receive(asBytes(text)), text.size());
  return handshake;
}

// RFC 9110 section 10.1.1: an expectation without a body asks for nothing.
TEST(ServerExpectation, IsNotWaitedFor) {
  auto handshake = received(
      "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
      "Expect: 100-continue\r\n\r\n");
  ASSERT_EQ(handshake.state(), State::UpgradeRequest);
  const auto answer = handshake.accept({});
  const auto* acceptance = std::get_if<ServerHandshake::Acceptance>(&answer);
  ASSERT_NE(acceptance, nullptr);
  EXPECT_TRUE(acceptance->response.starts_with("HTTP/1.1 101 "));
}

// ... and one with a body may be answered with a final status at once.
TEST(ServerExpectation, ABodyIsRefusedWithoutAContinue) {
  auto handshake =
      received("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  ASSERT_EQ(handshake.state(), State::HttpRequest);
  EXPECT_TRUE(handshake.request()->hasBody);
  const std::string answer = handshake.respond({.status = 413});
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 413 "));
  EXPECT_NE(answer.find("\r\nConnection: close\r\n"), std::string::npos);
}

}  // namespace
