#include "server/server_fixture.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace parley::server {
namespace {

class HttpRequestsTest : public ServerTest {};

TEST_F(HttpRequestsTest, ShowsTheRequestToItsHandler) {
  std::string seen;
  server->get("/rooms/:room/:user", [&](const Request& request) {
    seen = std::string(request.method()) + "|" + std::string(request.path()) + "|" +
           std::string(request.query()) + "|" + std::string(*request.parameter("room")) + "|" +
           std::string(*request.parameter("user")) + "|" +
           std::string(request.headers().get("X-Thing").value_or(""));
    EXPECT_FALSE(request.parameter("other"));
    EXPECT_TRUE(request.remoteAddress().starts_with("127.0.0.1:"));
    return Response{};
  });
  listen();
  EXPECT_EQ(statusOf(getRequest("/rooms/caf%C3%A9/a%2Fb?q=1&r", "X-Thing: yes\r\n")), "200");
  EXPECT_EQ(seen, "GET|/rooms/caf%C3%A9/a%2Fb|q=1&r|caf\xC3\xA9|a/b|yes");
}

TEST_F(HttpRequestsTest, SendsTheHandlersStatusAndFields) {
  server->get("/", [](const Request&) {
    Response response = Response::text("gone", "text/html; charset=utf-8");
    response.status = 410;
    response.headers.append("X-Why", "because");
    response.headers.append("Date", "yesterday");
    return response;
  });
  listen();
  const std::string answer = exchange(getRequest("/", "Connection: close\r\n"));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 410 Gone\r\n")) << answer;
  EXPECT_EQ(fieldOf(answer, "X-Why"), "because");
  EXPECT_EQ(fieldOf(answer, "Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(countOf(answer, "\r\nDate: "), 1U);
  EXPECT_NE(fieldOf(answer, "Date"), "yesterday");
}

TEST_F(HttpRequestsTest, HeadRunsTheHandler) {
  server->get("/", [](const Request& request) {
    return Response::text(std::string(request.method()) + " has no body");
  });
  listen();
  const std::string answer = exchange("HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(fieldOf(answer, "Content-Length"), "16");
  EXPECT_EQ(bodyOf(answer), "");
}

TEST_F(HttpRequestsTest, UnknownPathIs404AndKeepsTheConnection) {
  server->get("/known", [](const Request&) { return Response{}; });
  listen();
  RawClient& client = connect();
  client.send(getRequest("/unknown"));
  until([&] { return countOf(client.received(), "HTTP/1.1 404 ") == 1; });
  client.send(getRequest("/known"));
  until([&] { return countOf(client.received(), "HTTP/1.1 200 ") == 1; });
}

TEST_F(HttpRequestsTest, WrongMethodIs405WithWhatIsAllowed) {
  server->get("/page", [](const Request&) { return Response{}; });
  server->route("/ws", {});
  listen();
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "get", "BREW"}) {
    const std::string rest = " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    const std::string page = exchange(method + (" /page" + rest));
    EXPECT_TRUE(page.starts_with("HTTP/1.1 405 ")) << page;
    EXPECT_EQ(fieldOf(page, "Allow"), "GET, HEAD");
    const std::string route = exchange(method + (" /ws" + rest));
    EXPECT_TRUE(route.starts_with("HTTP/1.1 405 ")) << route;
    EXPECT_EQ(fieldOf(route, "Allow"), "GET");
  }
}

TEST_F(HttpRequestsTest, RouteWithoutAnUpgradeIs426) {
  server->route("/ws", {});
  listen();
  const std::string answer = exchange(getRequest("/ws"));
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 426 Upgrade Required\r\n")) << answer;
  EXPECT_EQ(fieldOf(answer, "Upgrade"), "websocket");
  EXPECT_EQ(fieldOf(answer, "Connection"), "close, Upgrade");
}

TEST_F(HttpRequestsTest, PathMayHaveAPageAndARoute) {
  server->route("/", {});
  server->get("/", [](const Request&) { return Response::text("page"); });
  listen();
  EXPECT_EQ(statusOf(getRequest("/")), "200");
  EXPECT_EQ(statusOf(upgradeRequest("/")), "101");
}

TEST_F(HttpRequestsTest, ThrowingHandlerIs500AndReported) {
  server->get("/", [](const Request&) -> Response { throw std::runtime_error("broken"); });
  listen();
  RawClient& client = connect();
  client.send(getRequest("/") + getRequest("/missing"));
  until([&] { return countOf(client.received(), "HTTP/1.1 404 ") == 1; });
  EXPECT_EQ(countOf(client.received(), "HTTP/1.1 500 "), 1U);
  EXPECT_EQ(client.received().find("broken"), std::string::npos) << "not the client's to know";
  ASSERT_EQ(uncaught.size(), 1U);
  EXPECT_THROW(std::rethrow_exception(uncaught[0]), std::runtime_error);
}

TEST_F(HttpRequestsTest, FieldsThatFrameTheMessageAreTheServers) {
  server->get("/:name", [](const Request& request) {
    Response response;
    response.headers.append(*request.parameter("name"), "1");
    return response;
  });
  listen();
  for (const char* name : {"/Content-Length", "/connection", "/Transfer-Encoding"}) {
    EXPECT_EQ(statusOf(getRequest(name)), "500");
  }
  EXPECT_EQ(uncaught.size(), 3U);
}

TEST_F(HttpRequestsTest, ImpossibleStatusIs500) {
  server->get("/:status", [](const Request& request) {
    Response response;
    response.status = std::stoi(std::string(*request.parameter("status")));
    return response;
  });
  listen();
  for (const char* status : {"/0", "/101", "/199", "/600", "/66536", "/-200"}) {
    EXPECT_EQ(statusOf(getRequest(status)), "500") << status;
  }
  EXPECT_EQ(statusOf(getRequest("/299")), "299");
}

TEST_F(HttpRequestsTest, PatternMayBeAddedByAHandler) {
  server->get("/", [&](const Request&) {
    server->get("/new", [](const Request&) { return Response{}; });
    for (int i = 0; i < 100; ++i) {
      server->get("/more/" + std::to_string(i), [](const Request&) { return Response{}; });
    }
    return Response{};
  });
  listen();
  EXPECT_EQ(statusOf(getRequest("/new")), "404");
  EXPECT_EQ(statusOf(getRequest("/")), "200");
  EXPECT_EQ(statusOf(getRequest("/new")), "200");
}

TEST_F(HttpRequestsTest, AbsoluteFormTargetIsServed) {
  server->get("/page", [](const Request& request) {
    return Response::text(std::string(request.path()) + "?" + std::string(request.query()));
  });
  listen();
  const std::string answer =
      exchange("GET http://localhost/page?a HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(bodyOf(answer), "/page?a");
}

}  // namespace
}  // namespace parley::server
