#include "server/server_fixture.hpp"

#include <gtest/gtest.h>

namespace parley::server {
namespace {

using namespace std::chrono_literals;

class HttpConnectionTest : public ServerTest {
 protected:
  void serve() {
    server = std::make_unique<Server>(loop, options);
    server->get("/", [](const Request&) { return Response::text("hello"); });
    server->get("/big", [this](const Request&) { return Response::text(big); });
    server->get("/echo/:word", [this](const Request& request) {
      ++calls;
      return Response::text(std::string(*request.parameter("word")));
    });
    server->route("/ws", {});
    listen();
  }

  std::string big = std::string(32 << 20, 'x');
  int calls = 0;
};

TEST_F(HttpConnectionTest, AnswersARequest) {
  serve();
  const std::string answer = exchange(getRequest("/", "Connection: close\r\n"));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_EQ(fieldOf(answer, "Content-Length"), "5");
  EXPECT_EQ(fieldOf(answer, "Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(fieldOf(answer, "Connection"), "close");
  EXPECT_TRUE(fieldOf(answer, "Date").value_or("").ends_with(" GMT"));
  EXPECT_EQ(bodyOf(answer), "hello");
  EXPECT_EQ(server->counters().requests, 1U);
}

TEST_F(HttpConnectionTest, AnswersARequestThatComesByteByByte) {
  serve();
  RawClient& client = connect();
  for (const char c : getRequest("/")) {
    client.send(std::string_view(&c, 1));
    pump();
  }
  until([&] { return bodyOf(client.received()) == "hello"; });
}

TEST_F(HttpConnectionTest, KeepsTheConnectionForMoreRequests) {
  serve();
  RawClient& client = connect();
  for (std::size_t i = 1; i <= 3; ++i) {
    client.send(getRequest("/"));
    until([&] { return countOf(client.received(), "hello") == i; });
  }
  EXPECT_EQ(fieldOf(client.received(), "Connection"), std::nullopt);
  EXPECT_EQ(server->counters().connections, 1U);
}

TEST_F(HttpConnectionTest, AnswersPipelinedRequestsInOrder) {
  serve();
  std::string requests;
  std::string bodies;
  for (int i = 0; i < 2000; ++i) requests += getRequest("/echo/<" + std::to_string(i) + ">");
  RawClient& client = connect();
  client.send(requests + getRequest("/", "Connection: close\r\n"));
  until([&] { return client.isOver(); });
  std::size_t at = 0;
  for (int i = 0; i < 2000; ++i) {
    at = client.received().find(std::to_string(i) + ">", at);
    ASSERT_NE(at, std::string::npos) << i;
  }
}

// What is pipelined waits in the kernel's buffers while the client does not read its answers.
TEST_F(HttpConnectionTest, StopsReadingWhileAnAnswerWaits) {
  serve();
  RawClient& client = connect();
  client.stopReading();
  std::string requests = getRequest("/big");
  while (requests.size() < (32U << 20)) requests += getRequest("/echo/a");
  client.send(requests);
  settle();
  EXPECT_EQ(calls, 0);
  EXPECT_GT(client.unsent(), 1U << 20);
}

TEST_F(HttpConnectionTest, SendsALargeAnswerToASlowReader) {
  serve();
  RawClient& client = connect();
  client.stopReading();
  client.send(getRequest("/big", "Connection: close\r\n"));
  settle();
  client.startReading();
  until([&] { return client.isOver(); });
  EXPECT_EQ(bodyOf(client.received()).size(), big.size());
  EXPECT_TRUE(client.hasEnded());
}

TEST_F(HttpConnectionTest, CutsAReaderThatTakesNothing) {
  options.handshakeTimeout = 100ms;
  serve();
  RawClient& client = connect();
  client.stopReading();
  client.send(getRequest("/big"));
  settle();
  const auto start = std::chrono::steady_clock::now();
  until([&] { return std::chrono::steady_clock::now() > start + 400ms; });
  client.startReading();
  until([&] { return client.isOver(); });
  EXPECT_LT(client.received().size(), big.size());
}

TEST_F(HttpConnectionTest, LeavesOutTheBodyForHead) {
  serve();
  const std::string answer = exchange("HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(fieldOf(answer, "Content-Length"), "5");
  EXPECT_EQ(bodyOf(answer), "");
}

TEST_F(HttpConnectionTest, ClosesAfterAnAnswerToHttp10) {
  serve();
  const std::string answer = exchange("GET / HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(bodyOf(answer), "hello");
}

TEST_F(HttpConnectionTest, AnswersAClientThatHasEndedItsSide) {
  serve();
  RawClient& client = connect();
  client.send(getRequest("/"));
  client.finish();
  until([&] { return client.isOver(); });
  EXPECT_EQ(bodyOf(client.received()), "hello");
}

TEST_F(HttpConnectionTest, ClosesWithoutAWordWhenHalfAHeadEnds) {
  serve();
  RawClient& client = connect();
  client.send("GET / HTTP/1.1\r\nHost");
  client.finish();
  until([&] { return client.isOver(); });
  EXPECT_EQ(client.received(), "");
}

TEST_F(HttpConnectionTest, SlowHeadIsCutByTheDeadlineHoweverItTrickles) {
  options.handshakeTimeout = 150ms;
  serve();
  RawClient& client = connect();
  const auto start = std::chrono::steady_clock::now();
  client.send("GET / HTTP/1.1\r\n");
  auto next = start;
  until([&] {
    if (std::chrono::steady_clock::now() >= next) {
      client.send("X: y\r\n");
      next += 20ms;
    }
    return client.isOver();
  });
  EXPECT_TRUE(client.received().starts_with("HTTP/1.1 408 ")) << client.received();
  EXPECT_EQ(fieldOf(client.received(), "Connection"), "close");
  // A loop counts whole milliseconds: its 150 may be a little less than 150 by a finer clock.
  EXPECT_GE(std::chrono::steady_clock::now() - start, 149ms);
  EXPECT_EQ(server->counters().rejected, 1U);
}

TEST_F(HttpConnectionTest, WaitsForEverForTheLargestTimeout) {
  options.handshakeTimeout = std::chrono::milliseconds::max();
  serve();
  const std::string answer = exchange(getRequest("/", "Connection: close\r\n"));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
}

TEST_F(HttpConnectionTest, SilentConnectionIsClosedWithoutAnAnswer) {
  options.handshakeTimeout = 50ms;
  serve();
  RawClient& client = connect();
  until([&] { return client.isOver(); });
  EXPECT_EQ(client.received(), "");
}

TEST_F(HttpConnectionTest, IdleConnectionIsClosedAfterItsLastAnswer) {
  options.handshakeTimeout = 100ms;
  serve();
  RawClient& client = connect();
  client.send(getRequest("/"));
  until([&] { return client.isOver(); });
  EXPECT_EQ(countOf(client.received(), "HTTP/1.1"), 1U);
  EXPECT_TRUE(client.hasEnded());
}

TEST_F(HttpConnectionTest, DeadlineOfTheNextHeadCountsFromTheLastAnswer) {
  options.handshakeTimeout = 100ms;
  serve();
  RawClient& client = connect();
  client.send(getRequest("/") + "GET / HT");
  until([&] { return client.isOver(); });
  EXPECT_EQ(countOf(client.received(), "HTTP/1.1 200"), 1U);
  EXPECT_EQ(countOf(client.received(), "HTTP/1.1 408"), 1U);
}

TEST_F(HttpConnectionTest, RefusesABodyUnread) {
  serve();
  const std::string answer = exchange(
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000000\r\n\r\n" + std::string(10000, 'x'));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 413 ")) << answer;
  EXPECT_EQ(fieldOf(answer, "Connection"), "close");
  EXPECT_EQ(
      exchange("GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n").substr(0, 12),
      "HTTP/1.1 413");
}

TEST_F(HttpConnectionTest, BodyIsNeverReadAsARequest) {
  serve();
  const std::string answer = exchange("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 60\r\n\r\n" +
                                      getRequest("/echo/smuggled"));
  EXPECT_EQ(countOf(answer, "HTTP/1.1 "), 1U);
  EXPECT_EQ(calls, 0);
}

// RFC 9112 section 9.6: unread bytes in a socket that is closed would reset the answer away.
TEST_F(HttpConnectionTest, ClientThatGoesOnSendingStillReadsTheAnswer) {
  serve();
  RawClient& client = connect();
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000000\r\n\r\n");
  client.send(std::string(4 << 20, 'x'));
  until([&] { return client.isOver(); });
  EXPECT_TRUE(client.hasEnded());
  EXPECT_TRUE(client.received().starts_with("HTTP/1.1 413 "));
}

TEST_F(HttpConnectionTest, LingeringEnds) {
  serve();
  RawClient& client = connect();
  client.send("GET / HTTP/9.9\r\n\r\n");
  until([&] { return client.hasEnded(); });
  // The client does not close its side; the server gives it up all the same.
  bool isDone = false;
  server->shutdown(1h, [&] { isDone = true; });
  until([&] { return isDone; });
}

TEST_F(HttpConnectionTest, RefusesWhatIsNoHttp) {
  serve();
  const std::pair<const char*, const char*> rows[] = {
      {"\x16\x03\x01\x02\x01\x01\x01\xFC\x03\x03\r\n\r\n", "400"},
      {"GET /\r\n\r\n", "400"},
      {"GET / HTTP/2.0\r\nHost: h\r\n\r\n", "505"},
      {"GET / HTTP/1.1\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost : h\r\n\r\n", "400"},
      {"GET / HTTP/1.1\nHost: h\n\n", "400"},
      {"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
       "400"},
      {"GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n", "501"},
      {"OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", "400"},
      {"CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n", "400"},
  };
  for (const auto& [request, status] : rows) {
    const std::string answer = exchange(request);
    EXPECT_TRUE(answer.starts_with(std::string("HTTP/1.1 ") + status)) << request << answer;
    EXPECT_EQ(fieldOf(answer, "Connection"), "close") << request;
  }
}

TEST_F(HttpConnectionTest, RefusesAHeadThatDoesNotEnd) {
  serve();
  std::string request = "GET / HTTP/1.1\r\nHost: h\r\n";
  for (int i = 0; i < 10000; ++i) request += "a:b\r\n";
  const std::string answer = exchange(request);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 431 ")) << answer;
}

TEST_F(HttpConnectionTest, HeadMayBeAsLargeAsTheOptionSays) {
  options.maxHandshakeSize = 64 << 10;
  serve();
  EXPECT_EQ(statusOf(getRequest("/", "X: " + std::string(30000, 'x') + "\r\n")), "200");
  EXPECT_EQ(statusOf(getRequest("/", "X: " + std::string(70000, 'x') + "\r\n")), "431");
}

TEST_F(HttpConnectionTest, ClientThatResetsLeavesNothingBehind) {
  serve();
  RawClient& client = connect();
  client.stopReading();
  client.send(getRequest("/big"));
  settle();
  client.reset();
  bool isDone = false;
  server->shutdown(1h, [&] { isDone = true; });
  until([&] { return isDone; });
}

TEST_F(HttpConnectionTest, GarbageBehindARefusalIsNeverParsed) {
  serve();
  for (const std::string& request :
       {upgradeRequest("/nowhere"), upgradeRequest("/ws", "Origin: http://evil.com\r\n"),
        upgradeRequest("/ws", "Sec-WebSocket-Key: again\r\n"), getRequest("/ws"),
        std::string("GET / HTTP/1.1\r\n\r\n")}) {
    const std::string answer = exchange(request + getRequest("/echo/smuggled") + "garbage");
    EXPECT_EQ(countOf(answer, "HTTP/1.1 "), 1U) << request;
    EXPECT_NE(fieldOf(answer, "Connection").value_or("").find("close"), std::string::npos);
  }
  EXPECT_EQ(calls, 0);
}

}  // namespace
}  // namespace parley::server
