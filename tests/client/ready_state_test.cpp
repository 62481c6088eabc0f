#include "client/ready_state.hpp"

#include "client/socket_test.hpp"

namespace parley::test {
namespace {

class WebSocketReadyState : public SocketTest {};

// R1
TEST_F(WebSocketReadyState, IsConnectingUntilTheEstablishedTask) {
  WebSocket socket = connect();
  turn();
  EXPECT_EQ(socket.readyState(), WebSocket::CONNECTING);
  peer->send(peer->acceptance());
  EXPECT_EQ(socket.readyState(), WebSocket::CONNECTING);
  turn();
  EXPECT_EQ(socket.readyState(), WebSocket::OPEN);
}

// R2
TEST_F(WebSocketReadyState, IsOpenInTheOpenHandler) {
  WebSocket socket = connect();
  std::optional<ReadyState> seen;
  socket.onopen = [&](const Event&) { seen = socket.readyState(); };
  turn();
  peer->send(peer->acceptance());
  turn();
  EXPECT_EQ(seen, WebSocket::OPEN);
}

// R3
TEST_F(WebSocketReadyState, IsClosingAtOnceInsideClose) {
  WebSocket socket = open();
  socket.close();
  EXPECT_EQ(socket.readyState(), WebSocket::CLOSING);
  WebSocket early = connect();
  early.close();
  EXPECT_EQ(early.readyState(), WebSocket::CLOSING);
}

// R3, T4
TEST_F(WebSocketReadyState, IsClosingAfterThePeersClose) {
  WebSocket socket = open();
  peer->sendClose(1000);
  turn();
  EXPECT_EQ(socket.readyState(), WebSocket::CLOSING);
  EXPECT_EQ(trace, Strings());
  peer->finish();
  turn();
  EXPECT_EQ(socket.readyState(), WebSocket::CLOSED);
}

// R4
TEST_F(WebSocketReadyState, IsClosedInTheErrorAndCloseHandlers) {
  WebSocket socket = open();
  Strings states;
  socket.onerror = [&](const Event&) { states.push_back(std::to_string(socket.readyState())); };
  socket.onclose = [&](const CloseEvent&) {
    states.push_back(std::to_string(socket.readyState()));
  };
  pipe->cut(ECONNRESET);
  turn();
  EXPECT_EQ(states, (Strings{"3", "3"}));
}

// R5
TEST(ReadyStateCell, NeverGoesBack) {
  ReadyStateCell state;
  EXPECT_EQ(state.get(), CONNECTING);
  EXPECT_TRUE(state.open());
  EXPECT_FALSE(state.open());
  EXPECT_EQ(state.startClosing(), OPEN);
  EXPECT_EQ(state.startClosing(), CLOSING);
  EXPECT_FALSE(state.open());
  state.close();
  EXPECT_EQ(state.startClosing(), CLOSED);
  EXPECT_FALSE(state.open());
  EXPECT_EQ(state.get(), CLOSED);
}

// R5
TEST(ReadyStateCell, CanCloseWithoutHavingBeenOpen) {
  ReadyStateCell state;
  EXPECT_EQ(state.startClosing(), CONNECTING);
  EXPECT_FALSE(state.open());
  EXPECT_EQ(state.get(), CLOSING);
}

// K3, and the protocol's own failures: sending is over before TCP is
TEST_F(WebSocketReadyState, IsClosingWhileAFailedConnectionWaitsForTheEndOfTcp) {
  WebSocket socket = open();
  peer->send(serverFrame(3, "reserved"));
  turn();
  EXPECT_EQ(socket.readyState(), WebSocket::CLOSING);
  EXPECT_EQ(peer->received().back().substr(0, 4), "8:" + closeBody(1002));
  peer->finish();
  turn();
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
}

}  // namespace
}  // namespace parley::test
