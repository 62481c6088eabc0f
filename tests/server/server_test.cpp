#include "server/server_fixture.hpp"

#include <parley/dom_exception.hpp>

#include <algorithm>
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace parley::server {
namespace {

using namespace std::chrono_literals;

class ListeningTest : public ServerTest {
 protected:
  void SetUp() override {
    server->route("/echo", {.onmessage = [](const MessageEvent& event) {
                    WebSocket socket = event.target();
                    socket.send(event.data().text());
                  }});
    server->get("/", [](const Request& request) {
      return Response::text("from " + std::string(request.remoteAddress()));
    });
  }
};

TEST_F(ListeningTest, ChoosesAPort) {
  EXPECT_EQ(server->port(), 0);
  ASSERT_FALSE(server->listen(0));
  EXPECT_NE(server->port(), 0);
  const std::string answer = exchange(getRequest("/", "Connection: close\r\n"));
  EXPECT_TRUE(bodyOf(answer).starts_with("from 127.0.0.1:")) << answer;
}

TEST_F(ListeningTest, TakenPortIsAFailureInOneLine) {
  ASSERT_FALSE(server->listen(0));
  Server other(loop);
  const auto failure = other.listen(server->port());
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->stage, Failure::Stage::Listen);
  EXPECT_EQ(failure->message,
            "port " + std::to_string(server->port()) + ": address already in use");
  EXPECT_EQ(failure->systemError, EADDRINUSE);
  EXPECT_EQ(other.port(), 0);
}

TEST_F(ListeningTest, AllInterfacesAreThoseOfBothFamilies) {
  for (const char* host : {"", "::", "localhost"}) {
    server = std::make_unique<Server>(loop);
    server->get("/", [](const Request& request) {
      return Response::text(std::string(request.remoteAddress()));
    });
    const auto failure = *host ? server->listen(host, 0) : server->listen(0);
    ASSERT_FALSE(failure) << failure->message;
    Server other(loop);
    for (const char* address : {"127.0.0.1", "::1"}) {
      const auto taken = other.listen(address, server->port());
      ASSERT_TRUE(taken) << address;
      EXPECT_TRUE(taken->systemError == EADDRINUSE || taken->systemError == EADDRNOTAVAIL)
          << taken->message;
    }
    const std::string answer = exchange(getRequest("/", "Connection: close\r\n"));
    EXPECT_TRUE(bodyOf(answer).starts_with("127.0.0.1:")) << answer;
  }
}

TEST_F(ListeningTest, NamesTheAddressThatFailed) {
  ASSERT_FALSE(server->listen("127.0.0.1", 0));
  Server other(loop);
  auto failure = other.listen("127.0.0.1", server->port());
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->message,
            "127.0.0.1:" + std::to_string(server->port()) + ": address already in use");
  failure = other.listen("192.0.2.1", 0);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->systemError, EADDRNOTAVAIL);
  failure = other.listen("no-such-name.invalid", 0);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->stage, Failure::Stage::Listen);
  EXPECT_FALSE(failure->message.empty());
}

TEST_F(ListeningTest, ListensOnSeveralAddresses) {
  ASSERT_FALSE(server->listen("127.0.0.1", 0));
  const std::uint16_t first = server->port();
  Server other(loop);
  ASSERT_FALSE(server->listen("127.0.0.1", 0));
  EXPECT_EQ(server->port(), first);
  EXPECT_EQ(statusOf(getRequest("/")), "200");
}

TEST_F(ListeningTest, TakenLocalhostIsNamedSo) {
  ASSERT_FALSE(server->listen("localhost", 0));
  Server other(loop);
  const auto failure = other.listen("localhost", server->port());
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->message,
            "localhost:" + std::to_string(server->port()) + ": address already in use");
}

TEST_F(ListeningTest, OneFamilyTakenIsAFailureThatLeavesNothingBehind) {
  Server other(loop);
  if (other.listen("::1", 0)) GTEST_SKIP() << "this machine has no IPv6";
  const std::string port = std::to_string(other.port());
  auto failure = server->listen("localhost", other.port());
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->message, "localhost:" + port + ": address already in use");
  failure = server->listen(other.port());
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->message, "port " + port + ": address already in use");
  EXPECT_EQ(server->port(), 0);
}

TEST_F(ListeningTest, ServesAUnixSocket) {
  const std::string path =
      (std::filesystem::temp_directory_path() / ("parley-" + std::to_string(::getpid()))).string();
  ASSERT_FALSE(server->listenUnix(path));
  EXPECT_EQ(server->port(), 0);
  Server other(loop);
  const auto failure = other.listenUnix(path);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->message, "unix:" + path + ": address already in use");
  {
    RawClient client(path);
    client.send(getRequest("/"));
    until([&] { return client.turn(), bodyOf(client.received()) == "from "; });
  }
  server.reset();
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(ListeningTest, OurOwnClientEchoes) {
  listen();
  const std::string url = "ws://127.0.0.1:" + std::to_string(server->port()) + "/echo";
  WebSocket socket(loop, url);
  std::string echoed;
  bool isClosed = false;
  socket.onopen = [&](const Event&) { socket.send("hello"); };
  socket.onmessage = [&](const MessageEvent& event) {
    echoed = event.data().text();
    socket.close(1000, "done");
  };
  socket.onclose = [&](const CloseEvent& event) {
    EXPECT_TRUE(event.wasClean());
    EXPECT_EQ(event.code(), 1000);
    isClosed = true;
  };
  until([&] { return isClosed && server->counters().open == 0; });
  EXPECT_EQ(echoed, "hello");
}

TEST_F(ListeningTest, RefusesMoreConnectionsThanItMayHave) {
  options.maxConnections = 2;
  server = std::make_unique<Server>(loop, options);
  server->route("/echo", {});
  server->get("/", [](const Request&) { return Response{}; });
  listen();
  RawClient& first = open("/echo");
  RawClient& second = open("/echo");
  const std::string answer = exchange(getRequest("/"));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 503 ")) << answer;
  EXPECT_EQ(fieldOf(answer, "Connection"), "close");
  EXPECT_EQ(server->counters().rejected, 1U);
  EXPECT_EQ(server->counters().connections, 3U);
  first.reset();
  until([&] { return server->counters().open == 1; });
  EXPECT_EQ(statusOf(getRequest("/")), "200") << "the refused one no longer counts";
  EXPECT_FALSE(second.isOver());
}

TEST_F(ListeningTest, FloodOverTheLimitIsClosedWithoutAWord) {
  options.maxConnections = 0;
  server = std::make_unique<Server>(loop, options);
  listen();
  std::vector<RawClient*> clients;
  for (int i = 0; i < 200; ++i) clients.push_back(&connect());
  until([&] {
    return std::all_of(clients.begin(), clients.end(),
                       [](const RawClient* client) { return client->isOver(); });
  });
  const auto told = std::count_if(clients.begin(), clients.end(), [](const RawClient* client) {
    return client->received().starts_with("HTTP/1.1 503 ");
  });
  EXPECT_GE(told, 1);
  EXPECT_LT(told, 200);
  EXPECT_EQ(server->counters().rejected, 200U);
}

// The listener waits when the process has no descriptor left, and takes the connection later.
TEST_F(ListeningTest, SurvivesRunningOutOfDescriptors) {
  listen();
  ASSERT_EQ(statusOf(getRequest("/")), "200");
  RawClient& client = connect();
  settle();
  RawClient& waiting = connect();
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  rlimit none = before;
  none.rlim_cur = 3;
  ::setrlimit(RLIMIT_NOFILE, &none);
  waiting.send(getRequest("/"));
  settle();
  client.send(getRequest("/"));  // who is in is served
  until([&] { return bodyOf(client.received()).starts_with("from 127.0.0.1:"); });
  EXPECT_EQ(waiting.received(), "");
  ::setrlimit(RLIMIT_NOFILE, &before);
  until([&] { return bodyOf(waiting.received()).starts_with("from 127.0.0.1:"); });
}

TEST_F(ListeningTest, ListsTheOpenSocketsOfARoute) {
  server->route("/other", {});
  listen();
  RawClient& client = open("/echo");
  open("/echo");
  open("/other");
  EXPECT_EQ(server->sockets().size(), 3U);
  EXPECT_EQ(server->sockets("/echo").size(), 2U);
  EXPECT_EQ(server->sockets("/other").size(), 1U);
  EXPECT_THROW((void)server->sockets("/unknown"), DOMException);
  client.send(closeFrame(1000));
  until([&] { return client.hasEnded(); });
  client.finish();
  until([&] { return server->sockets("/echo").size() == 1; });
  EXPECT_EQ(server->counters().open, 2U);
  EXPECT_EQ(server->counters().accepted, 3U);
}

TEST_F(ListeningTest, SocketsOfTheListCanAllBeClosed) {
  listen();
  for (int i = 0; i < 10; ++i) open("/echo");
  for (WebSocket socket : server->sockets()) socket.terminate();
  until([&] { return server->counters().open == 0; });
}

TEST_F(ListeningTest, RouteConfiguresItsSockets) {
  CloseCode code{0};
  server->route("/small", {.onclose = [&](const CloseEvent& event) { code = event.code(); },
                           .maxMessageSize = 10});
  server->route("/dropping", {.onopen =
                                  [](const Event& event) {
                                    WebSocket socket = event.target();
                                    for (int i = 0; i < 400; ++i) {
                                      socket.send(std::string(1 << 20, 'x'));
                                    }
                                  },
                              .maxBufferedAmount = 1 << 20,
                              .slowConsumer = SlowConsumer::DropNewest});
  listen();
  RawClient& client = open("/small");
  client.send(textFrame("more than ten bytes"));
  until([&] { return client.isOver(); });
  ASSERT_GE(client.received().size(), 4U);
  EXPECT_EQ(client.received().substr(2, 2), "\x03\xF1") << "1009";
  RawClient& slow = connect();
  slow.stopReading();
  slow.send(upgradeRequest("/dropping"));
  until([&] { return server->counters().droppedMessages > 0; });
}

TEST_F(ListeningTest, SlowConsumerIsClosedAndCounted) {
  server->route("/closing", {.onopen =
                                 [](const Event& event) {
                                   WebSocket socket = event.target();
                                   for (int i = 0; i < 400; ++i) {
                                     socket.send(std::string(1 << 20, 'x'));
                                   }
                                 },
                             .maxBufferedAmount = 1 << 20});
  listen();
  RawClient& slow = connect();
  slow.stopReading();
  slow.send(upgradeRequest("/closing"));
  until([&] { return server->counters().closedSlow == 1; });
}

TEST_F(ListeningTest, MalformedPatternsThrow) {
  for (const char* pattern : {"", "chat", "/a b", "/:", "/*/a", "/:a/:a", "/echo"}) {
    EXPECT_THROW(server->route(pattern, {}), DOMException) << pattern;
  }
  EXPECT_THROW(server->get("/", [](const Request&) { return Response{}; }), DOMException);
  server->files("/files", ".");
  EXPECT_THROW(server->files("/files/", "."), DOMException);
}

TEST_F(ListeningTest, IsForTheThreadOfItsLoop) {
  std::thread([&] {
    EXPECT_THROW(server->route("/x", {}), DOMException);
    EXPECT_THROW(server->get("/x", [](const Request&) { return Response{}; }), DOMException);
    EXPECT_THROW((void)server->listen(0), DOMException);
    EXPECT_THROW(server->shutdown(1s), DOMException);
    EXPECT_THROW(Server other(loop), DOMException);
  }).join();
}

TEST_F(ListeningTest, RunsOnTheThreadsOwnLoop) {
  Server own;
  EXPECT_EQ(&own.loop(), &Loop::current());
  EXPECT_EQ(&server->loop(), &loop);
}

class AdoptTest : public ListeningTest {
 protected:
  void pair() {
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
    ours = ends[0];
    theirs = ends[1];
  }
  void SetUp() override {
    ListeningTest::SetUp();
    pair();
  }
  void TearDown() override { ::close(theirs); }

  void say(std::string_view bytes) const {
    ASSERT_EQ(::write(theirs, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  void hear() {
    char buffer[4096];
    const ssize_t size = ::read(theirs, buffer, sizeof buffer);
    if (size > 0) heard.append(buffer, static_cast<std::size_t>(size));
    if (size == 0) hasEnded = true;
  }
  std::optional<Failure> adopt(std::string_view received) {
    return server->adopt(ours, std::as_bytes(std::span(received)));
  }

  int ours = -1;
  int theirs = -1;
  std::string heard;
  bool hasEnded = false;
};

TEST_F(AdoptTest, ServesWhatWasReadAndWhatFollowsWhereverItIsCut) {
  ::close(ours);
  const std::string all = upgradeRequest("/echo") + textFrame("one") + textFrame("two");
  for (std::size_t cut = 0; cut <= all.size(); ++cut) {
    ::close(theirs);
    pair();
    heard.clear();
    ASSERT_FALSE(adopt(std::string_view(all).substr(0, cut)));
    EXPECT_EQ(server->counters().connections, cut + 1);
    hear();
    EXPECT_EQ(heard, "") << "nothing happens inside the call";
    say(std::string_view(all).substr(cut));
    until([&] {
      hear();
      return heard.ends_with("two");
    });
    EXPECT_TRUE(heard.starts_with("HTTP/1.1 101 ")) << heard;
    ASSERT_NE(heard.find("\x81\x03one"), std::string::npos) << cut;
  }
}

TEST_F(AdoptTest, AnswersAPlainRequestToo) {
  ASSERT_FALSE(adopt(getRequest("/", "Connection: close\r\n")));
  until([&] {
    hear();
    return hasEnded;
  });
  EXPECT_EQ(bodyOf(heard), "from ");
}

TEST_F(AdoptTest, GoesWithTheServer) {
  ASSERT_FALSE(adopt(upgradeRequest("/echo")));
  server.reset();
  hear();
  EXPECT_TRUE(hasEnded);
}

TEST_F(AdoptTest, RefusesUpgradesDuringShutdown) {
  server->shutdown(1s);
  ASSERT_FALSE(adopt(upgradeRequest("/echo")));
  until([&] {
    hear();
    return hasEnded;
  });
  EXPECT_TRUE(heard.starts_with("HTTP/1.1 503 ")) << heard;
}

TEST_F(AdoptTest, ADescriptorThatIsNoConnectionIsAFailureInOneLine) {
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  const auto failure = server->adopt(pipe[0], {});
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->systemError, ENOTSOCK);
  EXPECT_EQ(failure->message,
            "descriptor " + std::to_string(pipe[0]) + ": socket operation on non-socket");
  EXPECT_NE(::close(pipe[0]), 0) << "it was closed";
  ::close(pipe[1]);
  EXPECT_TRUE(server->adopt(-1, {}));
  ::close(ours);
}

}  // namespace
}  // namespace parley::server
