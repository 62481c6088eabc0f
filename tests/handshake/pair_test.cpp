#include "http/divisions.hpp"

#include <parley/protocol/handshake.hpp>

#include <array>
#include <string>
#include <variant>

#include <gtest/gtest.h>

namespace {

using parley::protocol::ClientHandshake;
using parley::protocol::ClientRequest;
using parley::protocol::ServerHandshake;
using parley::testing::asBytes;

ClientRequest wanted() {
  ClientRequest request;
  request.host = "[::1]:8080";
  request.target = "/a?b=c";
  request.subprotocols = {"v2", "v1"};
  request.extensions = "x; y";
  return request;
}

TEST(HandshakePair, BothEndsAgreeForEveryKey) {
  for (int seed = 0; seed < 256; ++seed) {
    std::array<std::byte, 16> nonce{};
    for (std::size_t i = 0; i < nonce.size(); ++i) {
      nonce[i] = static_cast<std::byte>((static_cast<std::size_t>(seed) * 37 + i * i * 11) % 256);
    }
    ClientHandshake client(wanted(), nonce);
    ServerHandshake server;
    server.receive(asBytes(client.request()));
    ASSERT_EQ(server.state(), ServerHandshake::State::UpgradeRequest);
    auto result = server.accept({"v1", "x", {}});
    auto& acceptance = std::get<ServerHandshake::Acceptance>(result);
    client.receive(asBytes(acceptance.response));
    ASSERT_EQ(client.state(), ClientHandshake::State::Negotiated);
    const auto negotiated = client.take();
    EXPECT_EQ(negotiated.subprotocol, acceptance.negotiated.subprotocol);
    EXPECT_EQ(negotiated.extensions, acceptance.negotiated.extensions);
    EXPECT_EQ(negotiated.subprotocol, "v1");
  }
}

TEST(HandshakePair, ARefusalReachesTheClientWhole) {
  ClientHandshake client(wanted(), std::array<std::byte, 16>{});
  ServerHandshake server;
  server.receive(asBytes(client.request()));
  client.receive(asBytes(server.reject({403, {{"X-Reason", "origin"}}, "not from there"})));
  ASSERT_EQ(client.state(), ClientHandshake::State::Failed);
  EXPECT_EQ(client.failure().httpStatus, 403);
  EXPECT_EQ(client.failure().headers.get("X-Reason"), "origin");
  EXPECT_EQ(client.failure().body, "not from there");
}

TEST(HandshakePair, AnAnswerToAnotherKeyIsRefused) {
  std::array<std::byte, 16> other{};
  other[0] = std::byte{1};
  ClientHandshake client(wanted(), std::array<std::byte, 16>{});
  ClientHandshake stranger(wanted(), other);
  ServerHandshake server;
  server.receive(asBytes(stranger.request()));
  auto result = server.accept({"v1", "", {}});
  client.receive(asBytes(std::get<ServerHandshake::Acceptance>(result).response));
  ASSERT_EQ(client.state(), ClientHandshake::State::Failed);
  EXPECT_EQ(client.failure().error, parley::protocol::HandshakeError::WrongAccept);
}

}  // namespace
