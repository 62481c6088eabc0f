#include "client/socket_core.hpp"

#include "client/socket_test.hpp"

#include <thread>

namespace parley::test {
namespace {

TEST(SocketCore, IsSmall) {
  EXPECT_LE(sizeof(SocketCore), 440U);
}

/// Both ends in one: the server's is adopted, the client speaks raw (and is a client that is told
/// not to mask, by making both ends clients).
class AdoptedSocket : public SocketTest, public SocketObserver {
 protected:
  std::shared_ptr<SocketConfig> config = std::make_shared<SocketConfig>();
  SocketList list;
  int closed = 0;
  int dropped = 0;
  int closedSlow = 0;

  WebSocket adopt(std::string_view leftover = {}, bool isObserved = true) {
    pipe.emplace(loop.eventLoop());
    peer = std::make_unique<RawPeer>(pipe->takeSecond());
    protocol::Negotiated negotiated;
    negotiated.role = protocol::Role::Client;
    negotiated.subprotocol = "chat";
    const auto bytes = std::as_bytes(std::span(leftover));
    negotiated.leftover.assign(bytes.begin(), bytes.end());
    WebSocket socket = SocketCore::adopt(loop.eventLoop(), pipe->takeFirst(), std::move(negotiated),
                                         config, "ws://example.com/", isObserved ? this : nullptr);
    if (isObserved) list.add(SocketCore::of(socket));
    return socket;
  }
  void share() {
    config->handlers.onopen = [this](const Event&) { trace.push_back("shared open"); };
    config->handlers.onmessage = [this](const MessageEvent& event) {
      trace.push_back("shared " + std::string(event.data().text()));
    };
    config->handlers.onerror = [this](const Event&) { trace.push_back("shared error"); };
    config->handlers.onclose = [this](const CloseEvent& event) {
      trace.push_back("shared close " + describeClose(event));
    };
    config->handlers.ondrain = [this](const Event&) { trace.push_back("shared drain"); };
  }

 private:
  void onSocketClosed(SocketCore& socket) override {
    ++closed;
    EXPECT_EQ(socket.links.list, nullptr);
    EXPECT_EQ(socket.readyState(), WebSocket::CLOSED);
  }
  void onMessageDropped(SocketCore&) override { ++dropped; }
  void onClosedSlow(SocketCore&) override { ++closedSlow; }
};

TEST_F(AdoptedSocket, IsOpenAtOnceAndItsOpenEventIsTheNextTask) {
  share();
  WebSocket socket = adopt(serverFrame(1, "early"));
  EXPECT_EQ(socket.readyState(), WebSocket::OPEN);
  EXPECT_EQ(socket.protocol(), "chat");
  EXPECT_EQ(socket.url(), "ws://example.com/");
  socket.send("greeting");
  EXPECT_EQ(trace, Strings());
  turn();
  EXPECT_EQ(trace, (Strings{"shared open", "shared early"}));
  EXPECT_EQ(peer->received(), Strings{"1:greeting"});
}

TEST_F(AdoptedSocket, RunsSharedHandlersBeforeItsOwn) {
  share();
  WebSocket socket = adopt();
  record(socket);
  peer->sendText("x");
  turn();
  peer->sendClose(1000);
  peer->finish();
  turn();
  EXPECT_EQ(trace, (Strings{"shared open", "open", "shared x", "message x",
                            "shared close 1000 clean", "close 1000 clean"}));
}

TEST_F(AdoptedSocket, StopImmediatePropagationOfASharedHandlerStopsItsOwn) {
  config->handlers.onmessage = [](const MessageEvent& event) { event.stopImmediatePropagation(); };
  WebSocket socket = adopt();
  record(socket);
  peer->sendText("x");
  turn();
  EXPECT_EQ(trace, Strings{"open"});
}

TEST_F(AdoptedSocket, TargetIsTheSocketAlsoForSharedHandlers) {
  std::optional<WebSocket> target;
  config->handlers.onmessage = [&](const MessageEvent& event) {
    target = event.target();
    target->send(event.data().text());
  };
  WebSocket socket = adopt();
  peer->sendText("echo");
  turn();
  EXPECT_TRUE(target == socket);
  EXPECT_EQ(peer->received(), Strings{"1:echo"});
}

TEST_F(AdoptedSocket, IsHeldByItsServerWithoutAnyHandle) {
  share();
  adopt();
  turn();
  peer->sendText("x");
  turn();
  EXPECT_EQ(trace, (Strings{"shared open", "shared x"}));
  EXPECT_EQ(list.size(), 1U);
  peer->sendClose(1000);
  peer->finish();
  turn();
  EXPECT_EQ(closed, 1);
  EXPECT_TRUE(list.empty());
}

TEST_F(AdoptedSocket, WithoutAnObserverItClosesWithItsLastHandle) {
  adopt({}, false);
  turn();
  EXPECT_EQ(peer->received(), Strings{"8:"});
}

TEST_F(AdoptedSocket, GoingAwayCloses1001) {
  WebSocket socket = adopt();
  record(socket);
  turn();
  SocketCore::of(socket).goingAway();
  EXPECT_EQ(socket.readyState(), WebSocket::CLOSING);
  turn();
  EXPECT_EQ(peer->received(), Strings{"8:" + closeBody(1001)});
  answerClose(1001);
  EXPECT_EQ(trace, (Strings{"open", "close 1001 clean"}));
  EXPECT_EQ(closed, 1);
}

TEST_F(AdoptedSocket, CutEndsWithItsEvents) {
  share();
  SocketCore::of(adopt()).cut();
  turn();
  EXPECT_EQ(trace, (Strings{"shared error", "shared close 1006 unclean"}));
  EXPECT_EQ(closed, 1);
}

TEST_F(AdoptedSocket, AbandonEndsInSilence) {
  share();
  WebSocket socket = adopt();
  turn();
  trace.clear();
  peer->sendText("x");
  SocketCore::of(socket).abandon();
  EXPECT_EQ(socket.readyState(), WebSocket::CLOSED);
  turn();
  EXPECT_EQ(trace, Strings());
  EXPECT_EQ(closed, 0);
  EXPECT_TRUE(list.empty());
  EXPECT_TRUE(peer->hasEnded());
}

TEST_F(AdoptedSocket, AbandonMayComeFromAnyOfItsHandlers) {
  for (const std::string type : {"open", "message", "drain", "close"}) {
    trace.clear();
    WebSocket socket = adopt();
    socket.addEventListener(type, [&](const Event& event) {
      SocketCore::of(event.target()).abandon();
      trace.push_back("abandoned");
    });
    socket.addEventListener(type, [&](const Event&) { trace.push_back("not to be called"); });
    turn();
    peer->send(serverFrame(1, "x") + serverFrame(1, "y"));
    turn();
    socket.send(std::string(1000000, 'x'));
    turn();
    socket.terminate();
    turn();
    EXPECT_EQ(trace[0], "abandoned") << type;
    if (type != "close") {
      EXPECT_EQ(trace.size(), 1U) << type;
    }
  }
}

TEST_F(AdoptedSocket, TheListAbandonsWhatItStillHas) {
  const WebSocket socket = adopt({}, false);
  {
    SocketList other;
    other.add(SocketCore::of(socket));
    EXPECT_EQ(other.sockets().size(), 1U);
  }
  EXPECT_EQ(socket.readyState(), WebSocket::CLOSED);
}

TEST_F(AdoptedSocket, TheListKeepsItsOrderWhenSocketsLeave) {
  std::vector<WebSocket> sockets;
  for (int i = 0; i < 4; ++i) sockets.push_back(adopt());
  // The pipes before the last are gone with their peers: what matters is the list.
  list.remove(SocketCore::of(sockets[1]));
  list.remove(SocketCore::of(sockets[0]));
  list.remove(SocketCore::of(sockets[3]));
  EXPECT_EQ(list.size(), 1U);
  EXPECT_TRUE(list.sockets()[0] == sockets[2]);
  list.add(SocketCore::of(sockets[0]));
  EXPECT_TRUE(list.sockets()[1] == sockets[0]);
}

TEST_F(AdoptedSocket, ExpectIsConnectingUntilItIsEstablished) {
  share();
  WebSocket socket = SocketCore::expect(loop.eventLoop(), config, "ws://example.com/");
  EXPECT_EQ(socket.readyState(), WebSocket::CONNECTING);
  pipe.emplace(loop.eventLoop());
  peer = std::make_unique<RawPeer>(pipe->takeSecond());
  SocketCore::of(socket).establish(
      pipe->takeFirst(),
      {.role = protocol::Role::Client, .subprotocol = {}, .extensions = {}, .leftover = {}});
  EXPECT_EQ(socket.readyState(), WebSocket::OPEN);
  turn();
  EXPECT_EQ(trace, Strings{"shared open"});
}

TEST_F(AdoptedSocket, RefuseFailsWhatWasExpected) {
  share();
  WebSocket socket = SocketCore::expect(loop.eventLoop(), config, "ws://example.com/");
  SocketCore::of(socket).refuse({.stage = Failure::Stage::Handshake, .message = "no request came"});
  EXPECT_EQ(trace, Strings());
  turn();
  EXPECT_EQ(trace, (Strings{"shared error", "shared close 1006 unclean"}));
  EXPECT_EQ(socket.failure()->message, "no request came");
}

// ---- Slow consumers ----

TEST_F(AdoptedSocket, DropNewestDropsAndCountsButKeepsControlFrames) {
  config->maxBufferedAmount = 1000;
  config->whenFull = WhenFull::DropNewest;
  WebSocket socket = adopt();
  turn();
  pipe->stall(Direction::FirstToSecond, 0);
  socket.send(std::string(600, 'a'));
  socket.send(std::string(600, 'b'));
  socket.send(std::string(400, 'c'));
  EXPECT_EQ(dropped, 1);
  EXPECT_EQ(socket.bufferedAmount(), 1000U);
  peer->send(serverFrame(9, "ping"));
  turn();
  socket.close(1000);
  pipe->unstall(Direction::FirstToSecond);
  turn();
  EXPECT_EQ(peer->received(), (Strings{"10:ping", "1:" + std::string(600, 'a'),
                                       "1:" + std::string(400, 'c'), "8:" + closeBody(1000)}));
  EXPECT_EQ(socket.bufferedAmount(), 0U);
}

TEST_F(AdoptedSocket, DropNewestForgetsTheBytesOfAnotherThread) {
  config->maxBufferedAmount = 1000;
  config->whenFull = WhenFull::DropNewest;
  WebSocket socket = adopt();
  turn();
  pipe->stall(Direction::FirstToSecond, 0);
  std::thread([&] {
    socket.send(std::string(600, 'a'));
    socket.send(std::string(600, 'b'));
  }).join();
  EXPECT_EQ(socket.bufferedAmount(), 1200U);
  turn();
  EXPECT_EQ(dropped, 1);
  EXPECT_EQ(socket.bufferedAmount(), 600U);
}

TEST_F(AdoptedSocket, TheLimitIsAboutWhatThePeerDoesNotTake) {
  config->maxBufferedAmount = 1000;
  config->whenFull = WhenFull::DropNewest;
  WebSocket socket = adopt();
  turn();
  for (int i = 0; i < 100; ++i) socket.send(std::string(600, 'a'));
  turn();
  EXPECT_EQ(dropped, 0);
  EXPECT_EQ(peer->received().size(), 100U);
  socket.send(std::string(1001, 'b'));
  EXPECT_EQ(dropped, 1);
}

TEST_F(AdoptedSocket, CloseFailsASlowConsumerOnceWith1013) {
  share();
  config->maxBufferedAmount = 1000;
  config->whenFull = WhenFull::Close;
  WebSocket socket = adopt();
  turn();
  pipe->stall(Direction::FirstToSecond, 0);
  socket.send(std::string(600, 'a'));
  turn();
  for (int i = 0; i < 3; ++i) socket.send(std::string(600, 'b'));
  EXPECT_EQ(closedSlow, 1);
  pipe->unstall(Direction::FirstToSecond);
  turn();
  EXPECT_EQ(peer->received().back().substr(0, 4), "8:" + closeBody(1013));
  answerClose(1013);
  EXPECT_EQ(trace, (Strings{"shared open", "shared error", "shared close 1006 unclean"}));
}

TEST_F(AdoptedSocket, WaitQueuesOn) {
  config->maxBufferedAmount = 1000;
  config->whenFull = WhenFull::Wait;
  WebSocket socket = adopt();
  turn();
  pipe->stall(Direction::FirstToSecond, 0);
  for (int i = 0; i < 10; ++i) socket.send(std::string(600, 'a'));
  EXPECT_EQ(socket.bufferedAmount(), 6000U);
  pipe->unstall(Direction::FirstToSecond);
  turn();
  EXPECT_EQ(peer->received().size(), 10U);
}

}  // namespace
}  // namespace parley::test
