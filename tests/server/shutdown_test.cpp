#include "server/server_fixture.hpp"

#include <parley/dom_exception.hpp>

#include <gtest/gtest.h>

namespace parley::server {
namespace {

using namespace std::chrono_literals;

class ShutdownTest : public ServerTest {
 protected:
  void SetUp() override {
    server->get("/", [](const Request&) { return Response::text("page"); });
    server->get("/big", [](const Request&) { return Response::text(std::string(32 << 20, 'x')); });
    server->route("/ws", {.onerror = [this](const Event&) { ++errors; },
                          .onclose =
                              [this](const CloseEvent& event) {
                                ++closes;
                                code = event.code();
                              }});
    server->route(
        "/late", {.onupgrade = [this](Upgrade upgrade) { pending.push_back(std::move(upgrade)); }});
    listen();
  }
  void shutDown(std::chrono::milliseconds deadline) {
    server->shutdown(deadline, [this] { ++done; });
  }

  int errors = 0;
  int closes = 0;
  int done = 0;
  int code = 0;
  std::vector<Upgrade> pending;
};

TEST_F(ShutdownTest, OfAnIdleServerIsDoneOnTheLoop) {
  shutDown(1h);
  EXPECT_EQ(done, 0) << "never inside the call";
  until([&] { return done == 1; });
  loop.run();
  EXPECT_EQ(done, 1);
}

TEST_F(ShutdownTest, ClosesListenersAtOnce) {
  const std::uint16_t port = server->port();
  shutDown(1h);
  EXPECT_EQ(server->port(), 0);
  EXPECT_THROW(RawClient client(port), std::exception);
  const auto failure = server->listen("127.0.0.1", 0);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->message, "127.0.0.1:0: the server has been shut down");
}

TEST_F(ShutdownTest, OpenSocketsGetClose1001) {
  RawClient& client = open("/ws");
  shutDown(1h);
  until([&] { return client.received().size() >= 4; });
  EXPECT_EQ(client.received().substr(0, 4), "\x88\x02\x03\xE9");
  EXPECT_EQ(done, 0);
  client.send(closeFrame(1001));
  until([&] { return client.hasEnded(); });
  client.finish();
  until([&] { return done == 1; });
  EXPECT_EQ(closes, 1);
  EXPECT_EQ(errors, 0);
  EXPECT_EQ(code, 1001);
}

TEST_F(ShutdownTest, CutsWhatIsLeftAtTheDeadline) {
  open("/ws");
  open("/ws");
  RawClient& half = connect();
  half.send("GET / HTTP/1.1\r\n");
  settle();
  const auto start = std::chrono::steady_clock::now();
  shutDown(80ms);
  until([&] { return done == 1; });
  // A loop counts whole milliseconds: its 80 may be a little less than 80 by a finer clock.
  EXPECT_GE(std::chrono::steady_clock::now() - start, 79ms);
  EXPECT_EQ(closes, 2);
  EXPECT_EQ(code, 1006);
  EXPECT_EQ(server->counters().open, 0U);
  until([&] { return half.isOver(); });
}

TEST_F(ShutdownTest, IdleConnectionsAreClosed) {
  RawClient& fresh = connect();
  RawClient& used = connect();
  used.send(getRequest("/"));
  until([&] { return bodyOf(used.received()) == "page"; });
  shutDown(1h);
  until([&] { return fresh.isOver() && used.isOver() && done == 1; });
  EXPECT_EQ(fresh.received(), "");
}

TEST_F(ShutdownTest, RequestsOfThoseWhoAreInGet503) {
  RawClient& plain = connect();
  RawClient& upgrade = connect();
  const std::string get = getRequest("/");
  const std::string ask = upgradeRequest("/ws");
  plain.send(get.substr(0, 10));
  upgrade.send(ask.substr(0, 10));
  settle();
  shutDown(1h);
  settle();
  plain.send(get.substr(10));
  upgrade.send(ask.substr(10) + textFrame("hi"));
  until([&] { return plain.isOver() && upgrade.isOver(); });
  for (const RawClient* client : {&plain, &upgrade}) {
    EXPECT_TRUE(client->received().starts_with("HTTP/1.1 503 ")) << client->received();
    EXPECT_EQ(fieldOf(client->received(), "Connection"), "close");
    EXPECT_EQ(countOf(client->received(), "HTTP/1.1"), 1U);
  }
}

TEST_F(ShutdownTest, UndecidedUpgradesGet503) {
  RawClient& client = connect();
  client.send(upgradeRequest("/late"));
  until([&] { return !pending.empty(); });
  shutDown(1h);
  until([&] { return client.isOver(); });
  EXPECT_TRUE(client.received().starts_with("HTTP/1.1 503 "));
  EXPECT_EQ(pending[0].accept(), std::nullopt);
}

TEST_F(ShutdownTest, AnswersUnderWayAreFinished) {
  RawClient& client = connect();
  client.stopReading();
  client.send(getRequest("/big") + getRequest("/"));
  settle();
  shutDown(1h);
  settle();
  client.startReading();
  until([&] { return client.isOver(); });
  EXPECT_TRUE(client.hasEnded());
  EXPECT_EQ(countOf(client.received(), "HTTP/1.1 200 "), 1U);
  EXPECT_EQ(countOf(client.received(), "HTTP/1.1 503 "), 1U);
  EXPECT_GT(client.received().size(), std::size_t{32} << 20);
}

TEST_F(ShutdownTest, SecondCallBringsTheDeadlineForward) {
  open("/ws");
  shutDown(1h);
  shutDown(50ms);
  until([&] { return done == 2; });
  EXPECT_EQ(closes, 1);
  shutDown(1h);
  until([&] { return done == 3; });
}

TEST_F(ShutdownTest, LoopEndsByItselfWhenAllIsGone) {
  open("/ws").reset();
  shutDown(1h);
  loop.run();
  EXPECT_EQ(done, 1);
  EXPECT_EQ(closes, 1);
}

TEST_F(ShutdownTest, DoneMayDestroyTheServer) {
  bool isDone = false;
  open("/ws").reset();
  server->shutdown(50ms, [&] {
    server.reset();
    isDone = true;
  });
  until([&] { return isDone; });
}

TEST_F(ShutdownTest, DestroyedServerIsNeverDone) {
  RawClient& client = open("/ws");
  shutDown(1h);
  server.reset();
  until([&] { return client.isOver(); });
  settle();
  EXPECT_EQ(done, 0);
  EXPECT_EQ(closes, 0);
}

// ---- Destroyed from within ----

TEST_F(ShutdownTest, DestroyingCutsEverythingAndCallsNobody) {
  RawClient& socket = open("/ws");
  RawClient& idle = connect();
  RawClient& late = connect();
  late.send(upgradeRequest("/late"));
  until([&] { return !pending.empty(); });
  server.reset();
  until([&] { return socket.isOver() && idle.isOver() && late.isOver(); });
  settle();
  EXPECT_EQ(closes + errors, 0);
  EXPECT_EQ(pending[0].accept(), std::nullopt);
  EXPECT_EQ(pending[0].request().path(), "/late");
  pending.clear();
}

TEST_F(ShutdownTest, SocketOutlivesItsServerAsClosed) {
  open("/ws");
  WebSocket socket = server->sockets().at(0);
  server.reset();
  EXPECT_EQ(socket.readyState(), WebSocket::CLOSED);
  socket.send("nobody hears it");
  socket.close();
  settle();
  EXPECT_EQ(closes, 0);
}

class DestroyedInHandlerTest : public ServerTest {
 protected:
  /// A server whose handlers are counted and which is destroyed in the one named `where`.
  void serve(std::string where, bool decides) {
    const auto reached = [this, where](std::string_view here) {
      ++calls;
      if (here != where) return;
      callsAtTheEnd = calls;
      server.reset();
    };
    server = std::make_unique<Server>(loop);
    Route route;
    route.selectProtocol = [reached](const Request& request, const std::vector<std::string>&) {
      reached("selectProtocol");
      EXPECT_EQ(request.path(), "/ws");
      return std::optional<std::string>();
    };
    if (decides) {
      route.onupgrade = [reached](Upgrade upgrade) {
        reached("onupgrade");
        EXPECT_EQ(upgrade.request().path(), "/ws");
        const bool isAccepted = upgrade.accept().has_value();
        if (isAccepted) reached("accepted");
      };
    }
    route.onconnection = [reached](const WebSocket&, const Request& request) {
      reached("onconnection");
      EXPECT_EQ(request.path(), "/ws");
    };
    route.onopen = [reached](const Event& event) {
      reached("onopen");
      WebSocket(event.target()).send("after");
    };
    route.onmessage = [reached](const MessageEvent& event) {
      reached("onmessage");
      EXPECT_EQ(event.data().text(), "hi");
      WebSocket(event.target()).send("after");
    };
    route.onerror = [reached](const Event&) { reached("onerror"); };
    route.onclose = [reached](const CloseEvent&) { reached("onclose"); };
    server->route("/ws", std::move(route));
    server->get("/", [reached](const Request& request) {
      reached("get");
      EXPECT_EQ(request.path(), "/");
      return Response::text("page");
    });
    ASSERT_FALSE(server->listen("127.0.0.1", 0));
  }

  int calls = 0;
  int callsAtTheEnd = 0;
};

TEST_F(DestroyedInHandlerTest, NoHandlerRunsAfterwards) {
  for (const bool decides : {false, true}) {
    for (const char* where : {"get", "selectProtocol", "onupgrade", "accepted", "onconnection",
                              "onopen", "onmessage", "onerror", "onclose"}) {
      const bool isOfDeciding =
          std::string_view(where) == "onupgrade" || std::string_view(where) == "accepted";
      if (isOfDeciding && !decides) continue;
      serve(where, decides);
      RawClient& other = connect();
      RawClient& client = connect();
      other.send(upgradeRequest("/ws"));
      pump();
      client.send(getRequest("/") + upgradeRequest("/ws") + textFrame("hi") + textFrame("hi") +
                  (std::string_view(where) == "onerror" ? "\xFF" : closeFrame(1000)));
      client.finish();
      until([&] { return !server; });
      until([&] { return client.isOver() && other.isOver(); });
      settle();
      EXPECT_EQ(calls, callsAtTheEnd) << where;
      calls = 0;
    }
  }
  EXPECT_TRUE(uncaught.empty());
}

TEST_F(DestroyedInHandlerTest, ShutdownMayBeCalledFromAnyHandler) {
  bool isDone = false;
  const auto stop = [&] { server->shutdown(std::chrono::hours(1), [&] { isDone = true; }); };
  server->get("/", [&](const Request&) {
    stop();
    return Response::text("page");
  });
  server->route("/ws", {.onmessage = [&](const MessageEvent&) { stop(); }});
  listen();
  RawClient& client = open("/ws");
  RawClient& page = connect();
  page.send(getRequest("/"));
  client.send(textFrame("stop"));
  until([&] { return page.isOver() && client.received().size() >= 4; });
  EXPECT_EQ(client.received().substr(0, 4), "\x88\x02\x03\xE9");
  client.finish();
  until([&] { return isDone; });
}

TEST(ServerAndLoop, LoopMayGoFirst) {
  auto loop = std::make_unique<Loop>();
  Server server(*loop);
  int closes = 0;
  server.route("/ws", {.onclose = [&](const CloseEvent&) { ++closes; }});
  ASSERT_FALSE(server.listen("127.0.0.1", 0));
  RawClient socket(server.port());
  RawClient idle(server.port());
  socket.send(upgradeRequest("/ws"));
  for (int i = 0; i < 1000 && server.counters().open == 0; ++i) loop->poll();
  ASSERT_EQ(server.counters().open, 1U);
  loop.reset();
  for (int i = 0; i < 1000 && !(socket.isOver() && idle.isOver()); ++i) {
    socket.turn();
    idle.turn();
  }
  EXPECT_TRUE(socket.received().ends_with("\x88\x02\x03\xE9"));
  EXPECT_TRUE(idle.isOver());
  EXPECT_EQ(closes, 0);
  EXPECT_EQ(server.port(), 0);
  EXPECT_THROW((void)server.listen(0), DOMException);
}

}  // namespace
}  // namespace parley::server
