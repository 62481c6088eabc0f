#include "server/server_fixture.hpp"

#include <parley/dom_exception.hpp>

#include <stdexcept>

#include <gtest/gtest.h>

namespace parley::server {
namespace {

using namespace std::chrono_literals;

constexpr const char* kAcceptForKey = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";  // RFC 6455 section 1.3

class UpgradeTest : public ServerTest {
 protected:
  /// A server whose route "/ws" hands each upgrade to `onupgrade`.
  void serve(std::function<void(Upgrade)> onupgrade, Route route = {}) {
    server = std::make_unique<Server>(loop, options);
    route.onupgrade = std::move(onupgrade);
    route.onmessage = [this](const MessageEvent& event) {
      messages.emplace_back(event.data().text());
    };
    route.onopen = [this](const Event&) { order += "open "; };
    route.onclose = [this](const CloseEvent& event) {
      order += "close " + std::to_string(event.code()) + " ";
    };
    server->route("/ws", std::move(route));
    listen();
  }
  /// One that keeps each upgrade.
  void serveLater() {
    serve([this](Upgrade upgrade) { pending.push_back(std::move(upgrade)); });
  }
  RawClient& ask(std::string_view extra = {}, std::string_view behind = {}) {
    RawClient& client = connect();
    client.send(upgradeRequest("/ws", extra) + std::string(behind));
    until([&] { return !pending.empty(); });
    return client;
  }

  std::vector<Upgrade> pending;
  std::vector<std::string> messages;
  std::string order;
};

TEST_F(UpgradeTest, IsAcceptedWithoutAHandler) {
  serve({});
  RawClient& client = connect();
  client.send(upgradeRequest("/ws"));
  until([&] { return client.received().ends_with("\r\n\r\n"); });
  EXPECT_TRUE(client.received().starts_with("HTTP/1.1 101 Switching Protocols\r\n"));
  EXPECT_EQ(fieldOf(client.received(), "Upgrade"), "websocket");
  EXPECT_EQ(fieldOf(client.received(), "Connection"), "Upgrade");
  EXPECT_EQ(fieldOf(client.received(), "Sec-WebSocket-Accept"), kAcceptForKey);
  EXPECT_EQ(fieldOf(client.received(), "Sec-WebSocket-Protocol"), std::nullopt);
  EXPECT_EQ(fieldOf(client.received(), "Sec-WebSocket-Extensions"), std::nullopt);
  EXPECT_EQ(server->counters().accepted, 1U);
  EXPECT_EQ(server->counters().open, 1U);
}

TEST_F(UpgradeTest, IsAcceptedByteByByte) {
  serve({});
  RawClient& client = connect();
  for (const char c : upgradeRequest("/ws") + textFrame("hi")) {
    client.send(std::string_view(&c, 1));
    pump();
  }
  until([&] { return messages == std::vector<std::string>{"hi"}; });
}

// A client should wait for the 101, but one that does not loses nothing.
TEST_F(UpgradeTest, FramesGluedToTheHandshakeAreDeliveredWhereverItIsCut) {
  serve({});
  const std::string head = upgradeRequest("/ws");
  const std::string all = head + textFrame("one") + textFrame("two");
  for (std::size_t cut = 1; cut < all.size(); cut += cut < head.size() - 5 ? 37 : 1) {
    messages.clear();
    RawClient& client = connect();
    client.send(std::string_view(all).substr(0, cut));
    pump();
    client.send(std::string_view(all).substr(cut));
    until([&] { return messages == std::vector<std::string>{"one", "two"}; });
  }
}

TEST_F(UpgradeTest, FramesThatFillMoreThanOneReadAreAllDelivered) {
  serve({});
  std::string frames;
  for (int i = 0; i < 1000; ++i) frames += textFrame("message number " + std::to_string(i));
  ASSERT_GT(frames.size(), 20'000U);
  connect().send(upgradeRequest("/ws") + frames);
  until([&] { return messages.size() >= 1000 || order.find("close") != std::string::npos; });
  ASSERT_EQ(messages.size(), 1000U);
  EXPECT_EQ(messages.front(), "message number 0");
  EXPECT_EQ(messages.back(), "message number 999");
}

TEST_F(UpgradeTest, FollowsPlainRequestsOnOneConnection) {
  serve({});
  server->get("/", [](const Request&) { return Response::text("page"); });
  RawClient& client = connect();
  client.send(getRequest("/") + getRequest("/") + upgradeRequest("/ws") + textFrame("hi"));
  until([&] { return !messages.empty(); });
  EXPECT_EQ(countOf(client.received(), "HTTP/1.1 200 "), 2U);
  EXPECT_EQ(countOf(client.received(), "HTTP/1.1 101 "), 1U);
}

TEST_F(UpgradeTest, HandlerSeesTheRequest) {
  std::string seen;
  server->route("/rooms/:room", {.onupgrade = [&](Upgrade upgrade) {
                  seen = std::string(*upgrade.request().parameter("room")) + "|" +
                         std::string(upgrade.request().query()) + "|" +
                         std::string(*upgrade.request().headers().get("X-Token")) + "|" +
                         std::to_string(upgrade.protocols().size());
                  upgrade.reject(401);
                }});
  listen();
  EXPECT_EQ(statusOf(upgradeRequest("/rooms/a%20b?c=d",
                                    "X-Token: t\r\nSec-WebSocket-Protocol: one, two\r\n")),
            "401");
  EXPECT_EQ(seen, "a b|c=d|t|2");
}

TEST_F(UpgradeTest, IsAcceptedLateWithWhatCameMeanwhile) {
  serveLater();
  RawClient& client = ask({}, textFrame("early"));
  client.send(textFrame("later"));
  settle();
  EXPECT_EQ(client.received(), "");
  EXPECT_EQ(server->counters().open, 0U);
  const auto socket = pending[0].accept();
  ASSERT_TRUE(socket);
  EXPECT_EQ(socket->readyState(), WebSocket::OPEN);
  EXPECT_EQ(order, "") << "no handler runs inside accept()";
  until([&] { return messages == std::vector<std::string>{"early", "later"}; });
  EXPECT_TRUE(client.received().starts_with("HTTP/1.1 101 "));
}

// What comes before the decision is kept, but not without end.
TEST_F(UpgradeTest, ClientCannotFillMemoryWhileItWaits) {
  serveLater();
  RawClient& client = ask();
  std::string flood;
  while (flood.size() < (16U << 20)) flood += textFrame(std::string(100, 'x'));
  client.send(flood);
  settle();
  EXPECT_GT(client.unsent(), 1U << 20);
  ASSERT_TRUE(pending[0].accept());
  until([&] { return messages.size() == flood.size() / 106; });
}

TEST_F(UpgradeTest, IsRejectedLateWithStatusFieldsAndBody) {
  serveLater();
  RawClient& client = ask({}, getRequest("/ws"));
  pending[0].reject(429, "slow down", {{"Retry-After", "60"}});
  until([&] { return client.isOver(); });
  EXPECT_TRUE(client.received().starts_with("HTTP/1.1 429 ")) << client.received();
  EXPECT_EQ(fieldOf(client.received(), "Retry-After"), "60");
  EXPECT_EQ(fieldOf(client.received(), "Connection"), "close");
  EXPECT_EQ(bodyOf(client.received()), "slow down");
  EXPECT_TRUE(client.hasEnded());
  EXPECT_EQ(server->counters().rejected, 1U);
}

TEST_F(UpgradeTest, ClientThatHasGoneIsNoSocket) {
  serveLater();
  for (const bool isReset : {false, true}) {
    RawClient& client = ask();
    if (isReset) {
      client.reset();
    } else {
      client.finish();
    }
    settle();
    EXPECT_EQ(pending.back().accept(), std::nullopt);
    pending.clear();
  }
  EXPECT_EQ(server->counters().open, 0U);
  EXPECT_EQ(server->counters().accepted, 0U);
}

TEST_F(UpgradeTest, ClientThatHasGoneCanBeRejected) {
  serveLater();
  ask().reset();
  settle();
  pending[0].reject(403);
  settle();
}

TEST_F(UpgradeTest, IsAnswered503AtTheDeadline) {
  options.handshakeTimeout = 60ms;
  serveLater();
  RawClient& client = ask();
  until([&] { return client.isOver(); });
  EXPECT_TRUE(client.received().starts_with("HTTP/1.1 503 ")) << client.received();
  EXPECT_EQ(pending[0].accept(), std::nullopt);
}

TEST_F(UpgradeTest, IsAnswered503IfItIsDestroyedUndecided) {
  serve([](Upgrade) {});
  EXPECT_TRUE(exchange(upgradeRequest("/ws")).starts_with("HTTP/1.1 503 "));
}

TEST_F(UpgradeTest, IsAnswered503IfItsHandlerThrows) {
  serve([](Upgrade) { throw std::runtime_error("broken"); });
  EXPECT_TRUE(exchange(upgradeRequest("/ws")).starts_with("HTTP/1.1 503 "));
  EXPECT_EQ(uncaught.size(), 1U);
}

TEST_F(UpgradeTest, AssignmentRejectsWhatWasThere) {
  serveLater();
  RawClient& first = ask();
  RawClient& second = connect();
  second.send(upgradeRequest("/ws"));
  until([&] { return pending.size() == 2; });
  pending[0] = std::move(pending[1]);
  until([&] { return first.isOver(); });
  EXPECT_TRUE(first.received().starts_with("HTTP/1.1 503 "));
  EXPECT_TRUE(pending[0].accept());
  until([&] { return second.received().starts_with("HTTP/1.1 101 "); });
}

TEST_F(UpgradeTest, RequestLivesAsLongAsTheUpgrade) {
  serveLater();
  RawClient& client = ask("X-Token: t\r\n");
  const Request& request = pending[0].request();
  Upgrade moved = std::move(pending[0]);
  ASSERT_TRUE(moved.accept());
  EXPECT_EQ(request.headers().get("X-Token"), "t");
  client.reset();
  settle();
  server.reset();
  EXPECT_EQ(request.path(), "/ws");
}

TEST_F(UpgradeTest, MisuseThrowsAndLeavesItUndecided) {
  serveLater();
  RawClient& client = ask("Sec-WebSocket-Protocol: chat\r\n");
  Upgrade& upgrade = pending[0];
  EXPECT_THROW(upgrade.accept("other"), DOMException);
  EXPECT_THROW(upgrade.accept("Chat"), DOMException);
  EXPECT_THROW(upgrade.accept(std::nullopt, {{"Sec-WebSocket-Accept", "x"}}), DOMException);
  EXPECT_THROW(upgrade.reject(200), DOMException);
  EXPECT_THROW(upgrade.reject(101), DOMException);
  EXPECT_THROW(upgrade.reject(600), DOMException);
  EXPECT_THROW(upgrade.reject(400, "", {{"Content-Length", "5"}}), DOMException);
  ASSERT_TRUE(upgrade.accept("chat", {{"Set-Cookie", "a=b"}}));
  EXPECT_THROW(upgrade.accept(), DOMException);
  EXPECT_THROW(upgrade.reject(400), DOMException);
  until([&] { return client.received().ends_with("\r\n\r\n"); });
  EXPECT_EQ(fieldOf(client.received(), "Sec-WebSocket-Protocol"), "chat");
  EXPECT_EQ(fieldOf(client.received(), "Set-Cookie"), "a=b");
}

TEST_F(UpgradeTest, SelectsTheServersMostWantedProtocol) {
  serve({}, {.protocols = {"v3", "v2", "v1"}});
  const std::pair<const char*, std::optional<std::string>> rows[] = {
      {"", std::nullopt},
      {"Sec-WebSocket-Protocol: v1, v2\r\n", "v2"},
      {"Sec-WebSocket-Protocol: v1\r\nSec-WebSocket-Protocol: v3\r\n", "v3"},
      {"Sec-WebSocket-Protocol: V1\r\n", std::nullopt},
      {"Sec-WebSocket-Protocol: other\r\n", std::nullopt},
  };
  for (const auto& [offer, selected] : rows) {
    RawClient& client = connect();
    client.send(upgradeRequest("/ws", offer));
    until([&] { return client.received().ends_with("\r\n\r\n"); });
    EXPECT_EQ(fieldOf(client.received(), "Sec-WebSocket-Protocol"), selected) << offer;
  }
}

TEST_F(UpgradeTest, CallbackSelectsTheProtocol) {
  std::vector<std::string> seen;
  serve({}, {.protocols = {"a"},
             .selectProtocol = [&](const Request& request, const std::vector<std::string>& offered)
                 -> std::optional<std::string> {
               EXPECT_EQ(request.path(), "/ws");
               seen = offered;
               if (offered.empty()) return std::nullopt;
               return offered.back();
             }});
  RawClient& client = connect();
  client.send(upgradeRequest("/ws", "Sec-WebSocket-Protocol: a, b\r\n"));
  until([&] { return client.received().ends_with("\r\n\r\n"); });
  EXPECT_EQ(fieldOf(client.received(), "Sec-WebSocket-Protocol"), "b");
  EXPECT_EQ(seen, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(statusOf(upgradeRequest("/ws")), "101");
}

TEST_F(UpgradeTest, CallbackThatSelectsWhatWasNotOfferedIs500AndReported) {
  serve({}, {.selectProtocol = [](const Request&, const std::vector<std::string>&)
                 -> std::optional<std::string> { return "mine"; }});
  EXPECT_EQ(statusOf(upgradeRequest("/ws", "Sec-WebSocket-Protocol: yours\r\n")), "500");
  ASSERT_EQ(uncaught.size(), 1U);
  EXPECT_THROW(std::rethrow_exception(uncaught[0]), DOMException);
}

TEST_F(UpgradeTest, RoutesChoiceIsTheDefaultOfAccept) {
  serve([](Upgrade upgrade) { upgrade.accept(); }, {.protocols = {"b"}});
  RawClient& client = connect();
  client.send(upgradeRequest("/ws", "Sec-WebSocket-Protocol: a, b\r\n"));
  until([&] { return client.received().ends_with("\r\n\r\n"); });
  EXPECT_EQ(fieldOf(client.received(), "Sec-WebSocket-Protocol"), "b");
}

TEST_F(UpgradeTest, ConnectionIsAnnouncedBeforeOpenAndOutsideOfAccept) {
  for (const bool isDirect : {true, false}) {
    order.clear();
    Route route;
    route.onconnection = [this](const WebSocket& socket, const Request& request) {
      order += "connection " + std::string(request.path()) + " ";
      EXPECT_EQ(socket.readyState(), WebSocket::OPEN);
      socket.onopen = [this](const Event&) { order += "own "; };
    };
    std::function<void(Upgrade)> decide;
    if (!isDirect) {
      decide = [this](Upgrade upgrade) {
        EXPECT_TRUE(upgrade.accept());
        order += "accepted ";
      };
    }
    serve(std::move(decide), std::move(route));
    open("/ws");
    until([&] { return order.find("own") != std::string::npos; });
    EXPECT_EQ(order, isDirect ? "connection /ws open own " : "accepted connection /ws open own ");
  }
}

TEST_F(UpgradeTest, SocketHasTheUrlThatWasAskedFor) {
  std::string url;
  serve([&](Upgrade upgrade) {
    const auto socket = upgrade.accept();
    url = socket->url() + " " + socket->remoteAddress().substr(0, 10);
  });
  open("/ws?room=1");
  EXPECT_EQ(url, "ws://localhost:9000/ws?room=1 127.0.0.1:");
}

// ---- The handshake's rules on the wire (RFC 6455 section 4.2.1) ----

struct Row {
  std::string request;
  std::string status;
};

std::string without(std::string_view line) {
  std::string request = upgradeRequest("/ws");
  const std::size_t at = request.find(line);
  return request.erase(at, request.find("\r\n", at) + 2 - at);
}
std::string with(std::string_view line, std::string_view instead) {
  std::string request = upgradeRequest("/ws");
  const std::size_t at = request.find(line);
  return request.replace(at, request.find("\r\n", at) - at, instead);
}

TEST_F(UpgradeTest, EveryRuleOfTheRequestIsChecked) {
  int asked = 0;
  serve([&](Upgrade upgrade) { ++asked, upgrade.reject(404); });
  const Row rows[] = {
      {without("Host:"), "400"},
      {with("Host:", "Host: "), "400"},
      {with("Host:", "Host: a b"), "400"},
      {without("Upgrade:"), "400"},
      {with("Upgrade:", "Upgrade: h2c"), "400"},
      {without("Connection:"), "400"},
      {with("Connection:", "Connection: keep-alive"), "400"},
      {without("Sec-WebSocket-Key:"), "400"},
      {with("Sec-WebSocket-Key:", "Sec-WebSocket-Key: short"), "400"},
      {with("Sec-WebSocket-Key:", "Sec-WebSocket-Key: "), "400"},
      {without("Sec-WebSocket-Version:"), "426"},
      {with("Sec-WebSocket-Version:", "Sec-WebSocket-Version: 8"), "426"},
      {with("Sec-WebSocket-Version:", "Sec-WebSocket-Version: 13, 8"), "426"},
      {upgradeRequest("/ws", "Host: h\r\n"), "400"},
      {upgradeRequest("/ws", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"), "400"},
      {upgradeRequest("/ws", "Sec-WebSocket-Version: 13\r\n"), "400"},
      {upgradeRequest("/ws", "Sec-WebSocket-Protocol: a, a\r\n"), "400"},
      {upgradeRequest("/ws", "Sec-WebSocket-Protocol: a b\r\n"), "400"},
      {upgradeRequest("/ws", "Sec-WebSocket-Extensions: =\r\n"), "400"},
      {upgradeRequest("/ws", "Content-Length: 1000000000\r\n"), "413"},
      {upgradeRequest("/ws", "Transfer-Encoding: chunked\r\n"), "413"},
      {upgradeRequest("/ws", "Content-Length: 0\r\nContent-Length: 0\r\n"), "400"},
      {with("GET", "POST /ws HTTP/1.1"), "405"},
      {with("GET", "get /ws HTTP/1.1"), "405"},
      {with("GET", "GET /ws HTTP/1.0"), "505"},
      {with("GET", "GET /nowhere HTTP/1.1"), "404"},
      {with("GET", "GET /ws/ HTTP/1.1"), "404"},
  };
  for (const Row& row : rows) {
    const std::string answer = exchange(row.request + textFrame("smuggled"));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 " + row.status)) << row.request << answer;
    EXPECT_EQ(countOf(answer, "HTTP/1.1 "), 1U);
    EXPECT_NE(fieldOf(answer, "Connection").value_or("").find("close"), std::string::npos);
    if (row.status == "426") {
      EXPECT_EQ(fieldOf(answer, "Sec-WebSocket-Version"), "13");
    }
  }
  EXPECT_EQ(asked, 0);
  EXPECT_EQ(server->counters().rejected, std::size(rows));
}

TEST_F(UpgradeTest, NamesAndTokensComeInAnyCase) {
  serve({});
  std::string request =
      "GET /ws HTTP/1.1\r\nhOST: h\r\nUPGRADE: h2c, WebSocket\r\nCONNECTION: keep-alive, "
      "uPGRADE\r\n"
      "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nSEC-WEBSOCKET-VERSION: 13\r\n\r\n";
  EXPECT_EQ(statusOf(request), "101");
}

// A body of a gigabyte is announced, and never read.
TEST_F(UpgradeTest, UpgradeWithABodyIsRefusedUnread) {
  serve({});
  RawClient& client = connect();
  client.send(upgradeRequest("/ws", "Content-Length: 1000000000\r\n"));
  client.send(std::string(8 << 20, 'x'));
  until([&] { return client.isOver(); });
  EXPECT_TRUE(client.received().starts_with("HTTP/1.1 413 "));
  EXPECT_TRUE(client.hasEnded());
  EXPECT_GT(client.unsent(), 0U);
}

// ---- Cross-site WebSocket hijacking (CWE-1385; RFC 6455 section 10.2) ----

TEST_F(UpgradeTest, PagesOfOtherSitesAreRefusedBeforeTheHandler) {
  int asked = 0;
  serve([&](Upgrade upgrade) { ++asked, upgrade.accept(); });
  for (const char* origin :
       {"Origin: http://evil.com\r\n", "Origin: null\r\n", "Origin: \r\n",
        "Origin: http://localhost\r\n", "Origin: http://localhost:9001\r\n",
        "Origin: https://localhost\r\n", "Origin: http://localhost:9000.evil.com\r\n",
        "origin: http://evil.com\r\n", "Origin: http://localhost:9000/\r\n",
        "Origin: http://localhost:9000\r\nOrigin: http://localhost:9000\r\n",
        "Origin: http://evil.com\r\nOrigin: http://localhost:9000\r\n"}) {
    const std::string answer = exchange(upgradeRequest("/ws", origin));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 403 ")) << origin << answer;
  }
  EXPECT_EQ(asked, 0);
  for (const char* origin :
       {"", "Origin: http://localhost:9000\r\n", "Origin: https://LOCALHOST:9000\r\n"}) {
    EXPECT_EQ(statusOf(upgradeRequest("/ws", origin)), "101") << origin;
  }
  EXPECT_EQ(asked, 3);
}

TEST_F(UpgradeTest, RoutesHaveOriginPoliciesOfTheirOwn) {
  server->route("/any", {.origins = {.rule = OriginPolicy::Rule::Any}});
  server->route("/list", {.origins = {.rule = OriginPolicy::Rule::AllowList,
                                      .allowed = {"https://app.example.com"}}});
  listen();
  const std::string evil = "Origin: http://evil.com\r\n";
  const std::string app = "Origin: https://app.example.com\r\n";
  const std::string same = "Origin: http://localhost:9000\r\n";
  EXPECT_EQ(statusOf(upgradeRequest("/any", evil)), "101");
  EXPECT_EQ(statusOf(upgradeRequest("/list", evil)), "403");
  EXPECT_EQ(statusOf(upgradeRequest("/list", app)), "101");
  EXPECT_EQ(statusOf(upgradeRequest("/list", same)), "403");
}

}  // namespace
}  // namespace parley::server
