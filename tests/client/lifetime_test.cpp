#include "client/socket_test.hpp"

#include <algorithm>

namespace parley::test {
namespace {

class WebSocketLifetime : public SocketTest {
 protected:
  /// A handle that is let go, when a handler says so.
  std::optional<WebSocket> held;
};

/// Tells when the handler that holds it is released.
std::shared_ptr<int> token() {
  return std::make_shared<int>(0);
}

// G3
TEST_F(WebSocketLifetime, AnOpenSocketWithoutHandlesClosesWithoutACode) {
  held = open();
  held.reset();
  turn();
  EXPECT_EQ(peer->received(), Strings{"8:"});
  answerClose(1000);
  EXPECT_EQ(trace, Strings());
}

// G3
TEST_F(WebSocketLifetime, NoHandlerRunsOnceTheLastHandleIsGone) {
  held = open();
  peer->sendText("under way");
  held.reset();
  turn();
  EXPECT_EQ(trace, Strings());
}

// G6
TEST_F(WebSocketLifetime, HandlersAreReleasedWithTheLastHandle) {
  const auto alive = token();
  held = open();
  held->onmessage = [alive](const MessageEvent&) {};
  held->addEventListener("message", [alive](const MessageEvent&) {});
  EXPECT_GT(alive.use_count(), 2);
  held.reset();
  turn();
  EXPECT_EQ(alive.use_count(), 1);
}

// G1
TEST_F(WebSocketLifetime, AConnectingSocketWithoutHandlesIsGivenUpSilently) {
  held = connect();
  turn();
  held.reset();
  turn();
  EXPECT_TRUE(peer->hasEnded());
  EXPECT_EQ(trace, Strings());
}

// G2
TEST_F(WebSocketLifetime, WhatWasSentGoesOutBeforeTheClose) {
  held = open();
  const std::string large(1000000, 'x');
  held->send(large);
  held->send("last");
  held.reset();
  turn(200);
  const Strings frames = peer->received();
  ASSERT_GE(frames.size(), 3U);
  EXPECT_EQ(frames[frames.size() - 2], "1:last");
  EXPECT_EQ(frames.back(), "8:");
}

// G6
TEST_F(WebSocketLifetime, AHandlerThatHoldsItsSocketKeepsItUntilItIsClosed) {
  const auto alive = token();
  {
    WebSocket socket = open();
    socket.onmessage = [this, socket, alive](const MessageEvent& event) {
      trace.push_back("kept " + std::string(event.data().text()));
    };
  }
  turn();
  peer->sendText("message");
  turn();
  EXPECT_EQ(trace, Strings{"kept message"});
  peer->sendClose(1000);
  peer->finish();
  turn();
  EXPECT_EQ(alive.use_count(), 1);
  EXPECT_EQ(trace.back(), "close 1000 clean");
}

// G6
TEST_F(WebSocketLifetime, AllHandlersAreReleasedAfterClosed) {
  const auto alive = token();
  WebSocket socket = open();
  socket.onclose = [alive](const CloseEvent&) {};
  socket.addEventListener("error", [alive, socket](const Event&) {});
  socket.terminate();
  turn();
  EXPECT_EQ(alive.use_count(), 1);
  EXPECT_FALSE(socket.onclose);
  // What is set now would never run, and could keep the socket alive for ever.
  socket.onmessage = [alive, socket](const MessageEvent&) {};
  EXPECT_EQ(alive.use_count(), 1);
  EXPECT_FALSE(socket.onmessage);
}

TEST_F(WebSocketLifetime, AHandleStaysUsableAfterClosed) {
  WebSocket socket = open(kUrl, "chat", {}, "Sec-WebSocket-Protocol: chat\r\n");
  socket.terminate();
  turn();
  EXPECT_EQ(socket.readyState(), WebSocket::CLOSED);
  EXPECT_EQ(socket.url(), "ws://example.com/chat");
  EXPECT_EQ(socket.protocol(), "chat");
  EXPECT_EQ(socket.remoteAddress(), "memory pipe");
  socket.send("x");
  socket.close();
  socket.ping();
  socket.pause();
  socket.resume();
  EXPECT_EQ(socket.bufferedAmount(), 1U);
}

TEST_F(WebSocketLifetime, TheLastHandleMayGoInAnyHandler) {
  for (const std::string type : {"open", "message", "drain", "error", "close"}) {
    trace.clear();
    const auto alive = token();
    held = connect();
    held->addEventListener(type, [this, alive](const Event&) { held.reset(); });
    held->addEventListener(type, [this](const Event&) { trace.push_back("not to be called"); });
    turn();
    peer->send(peer->acceptance() + serverFrame(1, "x"));
    turn();
    if (held) held->send(std::string(1000000, 'x'));
    turn();
    pipe->cut(ECONNRESET);
    turn();
    EXPECT_FALSE(held) << type;
    EXPECT_EQ(alive.use_count(), 1) << type;
    EXPECT_EQ(std::count(trace.begin(), trace.end(), "not to be called"), 0) << type;
  }
}

TEST_F(WebSocketLifetime, AHandlerCanSaveItsSocketByTakingTheTarget) {
  WebSocket first = open();
  held = first;
  first = connect("ws://other.example/");
  // `held` is now the only handle of the open socket... and pipe and peer are the other's.
  held = std::nullopt;
  turn();
  WebSocket socket = open();
  std::optional<WebSocket> saved;
  std::optional<WebSocket> last = std::move(socket);
  last->onmessage = [&](const MessageEvent& event) {
    last.reset();
    saved = event.target();
  };
  peer->sendText("x");
  turn();
  ASSERT_TRUE(saved);
  EXPECT_EQ(saved->readyState(), WebSocket::OPEN);
  saved->send("alive");
  turn();
  EXPECT_EQ(peer->received(), Strings{"1:alive"});
  saved.reset();
  turn();
}

TEST_F(WebSocketLifetime, ASocketMayBeReplacedInItsOwnHandler) {
  held = open();
  held->onclose = [this](const CloseEvent&) {
    // What a reconnecting program does.
    held = connect();
    trace.push_back("again");
  };
  peer->sendClose(1001);
  peer->finish();
  turn();
  EXPECT_EQ(trace, Strings{"again"});
  peer->send(peer->acceptance());
  turn();
  EXPECT_EQ(trace, (Strings{"again", "open"}));
}

// G4
TEST_F(WebSocketLifetime, TheEndOfTheLoopSays1001AndRunsNoHandler) {
  auto own = std::make_unique<Loop>();
  auto otherPipe = std::make_unique<transport::MemoryPipe>(own->eventLoop());
  auto otherPeer = std::make_unique<RawPeer>(otherPipe->takeSecond());
  WebSocket socket = SocketCore::connect(*own, kUrl, {}, {}, otherPipe->takeFirst());
  record(socket);
  for (int i = 0; i < 20; ++i) own->poll();
  otherPeer->send(otherPeer->acceptance());
  for (int i = 0; i < 20; ++i) own->poll();
  ASSERT_EQ(trace, Strings{"open"});
  // What is written is held by the pipe: nobody turns the loop any more.
  otherPipe->stall(Direction::FirstToSecond, 100);
  own.reset();
  EXPECT_EQ(otherPipe->held(Direction::FirstToSecond), 2U + 4U + closeBody(1001).size());
  // The pipe's other end must not outlive the loop's memory, which the socket keeps.
  otherPeer.reset();
  EXPECT_EQ(socket.readyState(), WebSocket::CLOSED);
  EXPECT_EQ(trace, Strings{"open"});
  EXPECT_EQ(socket.loop(), nullptr);
  socket.send("into the void");
  socket.close();
  socket.terminate();
  socket.onmessage = nullptr;
  EXPECT_EQ(socket.bufferedAmount(), 13U);
}

TEST_F(WebSocketLifetime, TheEndOfTheLoopWhileConnectingIsSilent) {
  auto own = std::make_unique<Loop>();
  WebSocket socket(*own, "ws://127.0.0.1:9/", {}, {.blockedPorts = BlockedPorts::Allow});
  record(socket);
  own.reset();
  EXPECT_EQ(socket.readyState(), WebSocket::CLOSED);
  EXPECT_EQ(trace, Strings());
}

TEST_F(WebSocketLifetime, RunEndsWhenTheSocketIsClosed) {
  WebSocket socket = open();
  socket.onclose = [&](const CloseEvent&) { trace.push_back("closed"); };
  peer->sendClose(1000);
  peer->finish();
  turn();
  peer.reset();
  loop.run();
  EXPECT_EQ(trace, Strings{"closed"});
}

}  // namespace
}  // namespace parley::test
