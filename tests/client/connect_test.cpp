#include "client/socket_test.hpp"

namespace parley::test {
namespace {

class WebSocketConnect : public SocketTest {};

// H3
TEST_F(WebSocketConnect, EchoesThroughAnOpenConnection) {
  WebSocket socket = connect();
  EXPECT_EQ(socket.readyState(), WebSocket::CONNECTING);
  socket.onopen = [&](const Event&) { socket.send("hello"); };
  turn();
  EXPECT_EQ(peer->request().substr(0, 20), "GET /chat HTTP/1.1\r\n");
  peer->send(peer->acceptance());
  turn();
  EXPECT_EQ(peer->received(), Strings{"1:hello"});
  peer->sendText("hello yourself");
  turn();
  EXPECT_EQ(trace, Strings{"message hello yourself"});
  socket.close();
  turn();
  answerClose(1000);
  EXPECT_EQ(trace.back(), "close 1000 clean");
  EXPECT_EQ(socket.readyState(), WebSocket::CLOSED);
}

}  // namespace
}  // namespace parley::test
