#include "client/scripted_server.hpp"
#include "client/socket_test.hpp"

#include <parley/cookie_jar.hpp>
#include <parley/hsts.hpp>
#include <parley/proxy.hpp>

#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>

namespace parley::test {
namespace {

constexpr std::string_view kBasic = "WWW-Authenticate: Basic realm=\"x\"\r\n";

/// Client sockets that make connections of their own to scripted servers.
class OpeningRetry : public SocketTest {
 protected:
  ScriptedServer& serve(ScriptedServer::Script script) {
    servers_.push_back(std::make_unique<ScriptedServer>(loop.eventLoop(), std::move(script)));
    return *servers_.back();
  }
  /// Runs everything until the socket is no longer CONNECTING.
  void settle(const WebSocket& socket) {
    EXPECT_TRUE(until([&] {
      answer();
      return socket.readyState() != WebSocket::CONNECTING;
    }));
  }
  void answer() {
    for (const auto& server : servers_) server->turn();
  }
  WebSocket connectTo(const std::string& url, const Options& options = {}) {
    WebSocket socket(loop, url, {}, options);
    record(socket);
    settle(socket);
    return socket;
  }
  /// Says "localhost" and finds the servers of the test there.
  static std::string otherHost(const ScriptedServer& server, std::string_view path = "/") {
    return server.url("localhost", path);
  }

 private:
  std::vector<std::unique_ptr<ScriptedServer>> servers_;
};

std::string welcome(RawPeer&, std::string_view request) {
  return acceptanceOf(request);
}

// ---- 401 ----

// H7
TEST_F(OpeningRetry, CredentialsOfTheUrlAnswerA401) {
  ScriptedServer& server = serve([](RawPeer&, std::string_view request) {
    return fieldOf(request, "Authorization").empty() ? refusal("401 Unauthorized", kBasic)
                                                     : acceptanceOf(request);
  });
  const WebSocket socket = connectTo(server.url("user:p%40ss@127.0.0.1"));
  EXPECT_EQ(socket.readyState(), WebSocket::OPEN);
  ASSERT_EQ(server.requests.size(), 2U);
  EXPECT_EQ(fieldOf(server.requests[0], "Authorization"), "");
  EXPECT_EQ(fieldOf(server.requests[1], "Authorization"), "Basic dXNlcjpwQHNz");
  EXPECT_NE(fieldOf(server.requests[0], "Sec-WebSocket-Key"),
            fieldOf(server.requests[1], "Sec-WebSocket-Key"));
}

// H7
TEST_F(OpeningRetry, DigestIsAnsweredWithDigest) {
  ScriptedServer& server = serve([](RawPeer&, std::string_view request) {
    return fieldOf(request, "Authorization").empty()
               ? refusal("401 Unauthorized",
                         "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\", "
                         "algorithm=SHA-256\r\n")
               : acceptanceOf(request);
  });
  const WebSocket socket = connectTo(server.url("user:secret@127.0.0.1", "/chat?a=b"));
  EXPECT_EQ(socket.readyState(), WebSocket::OPEN);
  const std::string answer = fieldOf(server.requests.at(1), "Authorization");
  EXPECT_TRUE(answer.starts_with("Digest ")) << answer;
  EXPECT_NE(answer.find("uri=\"/chat?a=b\""), std::string::npos) << answer;
  EXPECT_EQ(answer.find("secret"), std::string::npos) << answer;
}

TEST_F(OpeningRetry, WrongCredentialsAreSentOnce) {
  ScriptedServer& server =
      serve([](RawPeer&, std::string_view) { return refusal("401 Unauthorized", kBasic, "no"); });
  const WebSocket socket = connectTo(server.url("user:wrong@127.0.0.1"));
  EXPECT_EQ(server.requests.size(), 2U);
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
  EXPECT_EQ(socket.failure()->httpStatus, 401);
  EXPECT_EQ(socket.failure()->httpBody, "no");
  EXPECT_NE(socket.failure()->message.find("refused the credentials"), std::string::npos);
}

TEST_F(OpeningRetry, WithoutCredentialsA401IsTheEnd) {
  ScriptedServer& server =
      serve([](RawPeer&, std::string_view) { return refusal("401 Unauthorized", kBasic); });
  const WebSocket socket = connectTo(server.url());
  EXPECT_EQ(server.requests.size(), 1U);
  EXPECT_EQ(socket.failure()->message,
            "the server answered 401 Unauthorized instead of 101 Switching Protocols");
}

TEST_F(OpeningRetry, AnAuthorizationFieldOfTheApplicationIsTheOnlyOne) {
  ScriptedServer& server =
      serve([](RawPeer&, std::string_view) { return refusal("401 Unauthorized", kBasic); });
  Options options;
  options.headers.set("Authorization", "Bearer x");
  connectTo(server.url("user:pass@127.0.0.1"), options);
  ASSERT_EQ(server.requests.size(), 1U);
  EXPECT_EQ(fieldOf(server.requests[0], "Authorization"), "Bearer x");
}

// ---- Redirects ----

std::string redirectTo(const std::string& url) {
  return refusal("302 Found", "Location: " + url + "\r\n");
}

TEST_F(OpeningRetry, RedirectsAreFollowedAsFarAsAsked) {
  ScriptedServer& last = serve(welcome);
  ScriptedServer& middle =
      serve([&](RawPeer&, std::string_view) { return redirectTo(last.url("127.0.0.1", "/last")); });
  ScriptedServer& first =
      serve([&](RawPeer&, std::string_view) { return redirectTo(middle.url()); });
  Options options;
  options.maxRedirects = 2;
  const WebSocket socket = connectTo(first.url(), options);
  EXPECT_EQ(socket.readyState(), WebSocket::OPEN);
  EXPECT_EQ(socket.url(), first.url());
  EXPECT_TRUE(last.requests.at(0).starts_with("GET /last HTTP/1.1\r\n"));

  options.maxRedirects = 1;
  const WebSocket limited = connectTo(first.url(), options);
  EXPECT_EQ(limited.failure()->limit, "maxRedirects");
  EXPECT_EQ(limited.failure()->message, "more than 1 redirects (maxRedirects)");
}

TEST_F(OpeningRetry, ARedirectToItselfEndsAtTheLimit) {
  ScriptedServer& server = serve([](RawPeer&, std::string_view) { return redirectTo("/"); });
  Options options;
  options.maxRedirects = 5;
  const WebSocket socket = connectTo(server.url(), options);
  EXPECT_EQ(server.requests.size(), 6U);
  EXPECT_EQ(socket.failure()->limit, "maxRedirects");
}

TEST_F(OpeningRetry, CredentialsStayWithTheirOrigin) {
  ScriptedServer& last = serve([](RawPeer&, std::string_view request) {
    return fieldOf(request, "X-Again").empty() ? refusal("401 Unauthorized", kBasic)
                                               : acceptanceOf(request);
  });
  ScriptedServer& first =
      serve([&](RawPeer&, std::string_view) { return redirectTo(otherHost(last)); });
  Options options;
  options.maxRedirects = 1;
  options.headers.set("Authorization", "Bearer x");
  options.headers.set("Cookie", "a=b");
  options.headers.set("X-Trace", "7");
  connectTo(first.url("user:pass@127.0.0.1"), options);
  ASSERT_EQ(last.requests.size(), 1U);
  EXPECT_EQ(fieldOf(first.requests[0], "Authorization"), "Bearer x");
  EXPECT_EQ(fieldOf(last.requests[0], "Authorization"), "");
  EXPECT_EQ(fieldOf(last.requests[0], "Cookie"), "");
  EXPECT_EQ(fieldOf(last.requests[0], "X-Trace"), "7");
}

TEST_F(OpeningRetry, CredentialsGoOnWithinTheirOrigin) {
  ScriptedServer& server = serve([](RawPeer&, std::string_view request) {
    if (request.starts_with("GET / ")) return redirectTo("/inner");
    return fieldOf(request, "Authorization").empty() ? refusal("401 Unauthorized", kBasic)
                                                     : acceptanceOf(request);
  });
  Options options;
  options.maxRedirects = 1;
  const WebSocket socket = connectTo(server.url("user:pass@127.0.0.1"), options);
  EXPECT_EQ(socket.readyState(), WebSocket::OPEN);
  EXPECT_EQ(server.requests.size(), 3U);
}

TEST_F(OpeningRetry, ARedirectToABlockedPortIsNotFollowed) {
  ScriptedServer& server =
      serve([](RawPeer&, std::string_view) { return redirectTo("ws://127.0.0.1:25/"); });
  Options options;
  options.maxRedirects = 1;
  const WebSocket socket = connectTo(server.url(), options);
  EXPECT_EQ(socket.failure()->stage, Failure::Stage::Url);
  EXPECT_EQ(socket.failure()->message, "port 25 is blocked");
}

// ---- Cookies and HSTS ----

TEST_F(OpeningRetry, CookiesAreSentAndKept) {
  ScriptedServer& server = serve([](RawPeer&, std::string_view request) {
    return request.starts_with("GET /login ")
               ? refusal("403 Forbidden", "Set-Cookie: id=7; Path=/\r\n")
               : acceptanceOf(request, "Set-Cookie: seen=yes\r\n");
  });
  Options options;
  options.cookies = std::make_shared<CookieJar>();
  connectTo(server.url("127.0.0.1", "/login"), options);
  connectTo(server.url(), options);
  connectTo(server.url(), options);
  ASSERT_EQ(server.requests.size(), 3U);
  EXPECT_EQ(fieldOf(server.requests[0], "Cookie"), "");
  EXPECT_EQ(fieldOf(server.requests[1], "Cookie"), "id=7");
  EXPECT_EQ(fieldOf(server.requests[2], "Cookie"), "id=7; seen=yes");

  options.headers.set("Cookie", "mine=1");
  connectTo(server.url(), options);
  EXPECT_EQ(fieldOf(server.requests[3], "Cookie"), "mine=1");
}

// H1
TEST_F(OpeningRetry, AHostThatWantsTlsGetsNothingElse) {
  ScriptedServer& server = serve(welcome);
  Options options;
  options.hsts = std::make_shared<HstsStore>();
  options.hsts->note("localhost", "max-age=1000");
  options.handshakeTimeout = std::chrono::milliseconds(100);
  WebSocket socket(loop, otherHost(server), {}, options);
  record(socket);
  settle(socket);
  EXPECT_EQ(socket.failure()->stage, Failure::Stage::Tls);
  EXPECT_TRUE(server.requests.empty());
}

// RFC 6797 section 8.1: said without TLS it means nothing
TEST_F(OpeningRetry, WhatIsSaidWithoutTlsIsNoPolicy) {
  ScriptedServer& server = serve([](RawPeer&, std::string_view request) {
    return acceptanceOf(request, "Strict-Transport-Security: max-age=1000\r\n");
  });
  Options options;
  options.hsts = std::make_shared<HstsStore>();
  connectTo(otherHost(server), options);
  EXPECT_FALSE(options.hsts->mustUpgrade("localhost"));
}

// ---- Proxies ----

class OpeningThroughAProxy : public OpeningRetry {
 protected:
  /// A proxy that is the target, too.
  ScriptedServer& proxy() {
    return serve([](RawPeer&, std::string_view request) {
      return request.starts_with("CONNECT ") ? "HTTP/1.1 200 Connection established\r\n\r\n"
                                             : acceptanceOf(request);
    });
  }
  static Options through(const ScriptedServer& server, std::string_view scheme = "http") {
    Options options;
    options.proxy.mode = ProxyMode::Explicit;
    options.proxy.url = std::string(scheme) + "://127.0.0.1:" + std::to_string(server.port());
    return options;
  }
};

TEST_F(OpeningThroughAProxy, WsGoesThroughATunnel) {
  ScriptedServer& server = proxy();
  const WebSocket socket = connectTo("ws://chat.test/room", through(server));
  EXPECT_EQ(socket.readyState(), WebSocket::OPEN);
  ASSERT_EQ(server.requests.size(), 2U);
  EXPECT_TRUE(server.requests[0].starts_with("CONNECT chat.test:80 HTTP/1.1\r\n"));
  EXPECT_TRUE(server.requests[1].starts_with("GET /room HTTP/1.1\r\n"));
  EXPECT_EQ(fieldOf(server.requests[1], "Host"), "chat.test");
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(OpeningThroughAProxy, TheEnvironmentNamesIt) {
  ScriptedServer& server = proxy();
  const std::string url = "http://127.0.0.1:" + std::to_string(server.port());
  ::setenv("http_proxy", url.c_str(), 1);
  const WebSocket socket = connectTo("ws://chat.test/");
  Options direct;
  direct.proxy.mode = ProxyMode::None;
  direct.resolve = {{.host = "chat.test", .port = {}, .addresses = {"127.0.0.1"}}};
  ScriptedServer& target = serve(welcome);
  const WebSocket other = connectTo(target.url("chat.test"), direct);
  ::unsetenv("http_proxy");
  EXPECT_EQ(socket.readyState(), WebSocket::OPEN);
  EXPECT_EQ(server.requests.size(), 2U);
  EXPECT_EQ(other.readyState(), WebSocket::OPEN);
  EXPECT_EQ(target.requests.size(), 1U);
}

TEST_F(OpeningThroughAProxy, ItsRefusalIsExplained) {
  ScriptedServer& server = serve([](RawPeer&, std::string_view) {
    return refusal("403 Forbidden", "X-Why: policy\r\n", "not from here");
  });
  const WebSocket socket = connectTo("ws://chat.test/", through(server));
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
  EXPECT_EQ(socket.failure()->stage, Failure::Stage::Proxy);
  EXPECT_EQ(socket.failure()->httpStatus, 403);
  EXPECT_EQ(socket.failure()->httpHeaders.get("X-Why"), "policy");
  EXPECT_EQ(socket.failure()->httpBody, "not from here");
}

TEST_F(OpeningThroughAProxy, CredentialsAreForTheProxyThatAsks) {
  ScriptedServer& server = serve([](RawPeer&, std::string_view request) -> std::string {
    if (!request.starts_with("CONNECT ")) return acceptanceOf(request);
    return fieldOf(request, "Proxy-Authorization").empty()
               ? refusal("407 Proxy Authentication Required",
                         "Proxy-Authenticate: Basic realm=\"x\"\r\nConnection: close\r\n")
               : "HTTP/1.1 200 OK\r\n\r\n";
  });
  Options options = through(server);
  options.proxy.url.insert(options.proxy.url.find("//") + 2, "me:secret@");
  const WebSocket socket = connectTo("ws://chat.test/", options);
  EXPECT_EQ(socket.readyState(), WebSocket::OPEN);
  ASSERT_EQ(server.requests.size(), 3U);
  EXPECT_EQ(fieldOf(server.requests[0], "Proxy-Authorization"), "");
  EXPECT_EQ(fieldOf(server.requests[1], "Proxy-Authorization"), "Basic bWU6c2VjcmV0");
  EXPECT_EQ(fieldOf(server.requests[2], "Proxy-Authorization"), "");
}

TEST_F(OpeningThroughAProxy, ItHasADeadlineOfItsOwn) {
  ScriptedServer& server = serve([](RawPeer&, std::string_view) { return std::string(); });
  Options options = through(server);
  options.proxyTimeout = std::chrono::milliseconds(30);
  const WebSocket socket = connectTo("ws://chat.test/", options);
  EXPECT_EQ(socket.failure()->stage, Failure::Stage::Proxy);
  EXPECT_EQ(socket.failure()->limit, "proxyTimeout");
}

TEST_F(OpeningThroughAProxy, WhatIsNoProxyFailsTheConnection) {
  Options options;
  options.proxy = {.mode = ProxyMode::Explicit, .url = "ftp://127.0.0.1"};
  const WebSocket socket = connectTo("ws://chat.test/", options);
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
  EXPECT_EQ(socket.failure()->stage, Failure::Stage::Proxy);
}

// ---- One at a time ----

// H13
TEST_F(OpeningRetry, OneSocketAtATimeIsConnectingToAnAddress) {
  ScriptedServer& server = serve([](RawPeer&, std::string_view) { return std::string(); });
  Options options;
  options.handshakeTimeout = std::chrono::seconds(20);
  const WebSocket first(loop, server.url(), {}, options);
  WebSocket second(loop, otherHost(server), {}, options);
  ASSERT_TRUE(until([&] {
    answer();
    return server.requests.size() == 1;
  }));
  turn();
  EXPECT_EQ(server.connections(), 1U);
  options.connectingLimit = ConnectingLimit::None;
  const WebSocket third(loop, server.url(), {}, options);
  ASSERT_TRUE(until([&] {
    answer();
    return server.requests.size() == 2;
  }));
  EXPECT_EQ(second.readyState(), WebSocket::CONNECTING);
}

TEST_F(OpeningRetry, TheNextGoesOnWhenTheFirstIsOpen) {
  ScriptedServer& server = serve(welcome);
  std::vector<WebSocket> sockets;
  for (int i = 0; i < 20; ++i) sockets.emplace_back(loop, server.url());
  for (const WebSocket& socket : sockets) {
    settle(socket);
    EXPECT_EQ(socket.readyState(), WebSocket::OPEN);
  }
}

// ---- Looking on ----

TEST_F(OpeningRetry, TheLogTellsEachStep) {
  ScriptedServer& last = serve(welcome);
  ScriptedServer& first = serve([&](RawPeer&, std::string_view) { return redirectTo(last.url()); });
  Strings lines;
  Options options;
  options.maxRedirects = 1;
  options.connectLog = [&](std::string_view line) { lines.emplace_back(line); };
  connectTo(first.url(), options);
  EXPECT_EQ(lines, (Strings{"connected to 127.0.0.1:" + std::to_string(first.port()),
                            "the server answered 302 Found and leads to " + last.url(),
                            "connected to 127.0.0.1:" + std::to_string(last.port())}));
}

// 5.3: nothing that a caller says can end its line
TEST_F(OpeningRetry, WhatTheApplicationSaysIsCheckedBeforeItIsSent) {
  Options options;
  options.resolve = {{.host = "chat.test", .port = {}, .addresses = {"no address"}}};
  EXPECT_EQ(thrownBy([&] { WebSocket(loop, "ws://chat.test/", {}, options); }), "SyntaxError");
  options = {};
  options.origin = "https://a\r\nX: y";
  EXPECT_EQ(thrownBy([&] { WebSocket(loop, "ws://chat.test/", {}, options); }), "SyntaxError");
  ScriptedServer& server = serve(welcome);
  options = {};
  options.proxy = {.mode = ProxyMode::Explicit, .url = "http://me:a%0D%0Ab@127.0.0.1:1"};
  const WebSocket socket = connectTo(server.url("chat.test"), options);
  EXPECT_EQ(socket.failure()->stage, Failure::Stage::Proxy);
}

}  // namespace
}  // namespace parley::test
