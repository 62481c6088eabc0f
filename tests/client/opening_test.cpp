#include "client/socket_test.hpp"

#include <algorithm>

namespace parley::test {
namespace {

class WebSocketOpening : public SocketTest {
 protected:
  /// Answers the request of a new socket with `response`; the trace is what came of it.
  Failure refusedBy(std::string_view response, const Protocols& protocols = {}) {
    trace.clear();
    WebSocket socket = connect(kUrl, protocols);
    turn();
    peer->send(response);
    turn();
    EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"})) << response;
    EXPECT_EQ(socket.readyState(), WebSocket::CLOSED);
    return socket.failure().value_or(Failure());
  }
  /// The same with a 101 that is changed.
  Failure refused101(const std::function<void(std::string&)>& change,
                     const Protocols& protocols = {}) {
    trace.clear();
    WebSocket socket = connect(kUrl, protocols);
    turn();
    std::string response = peer->acceptance();
    change(response);
    peer->send(response);
    turn();
    EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"})) << response;
    return socket.failure().value_or(Failure());
  }
};

void replace(std::string& text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  ASSERT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
}

// H3
TEST_F(WebSocketOpening, SendsTheFieldsOfTheHandshake) {
  connect("ws://example.com:8080/chat?room=1");
  turn();
  EXPECT_TRUE(peer->request().starts_with("GET /chat?room=1 HTTP/1.1\r\n"));
  EXPECT_EQ(peer->requestField("Host"), "example.com:8080");
  EXPECT_EQ(peer->requestField("Upgrade"), "websocket");
  EXPECT_EQ(peer->requestField("Connection"), "Upgrade");
  EXPECT_EQ(peer->requestField("Sec-WebSocket-Version"), "13");
  EXPECT_EQ(peer->requestField("Sec-WebSocket-Key").size(), 24U);
}

// H3
TEST_F(WebSocketOpening, MakesANewKeyForEachConnection) {
  connect();
  turn();
  const std::string first = peer->requestField("Sec-WebSocket-Key");
  connect();
  turn();
  EXPECT_NE(peer->requestField("Sec-WebSocket-Key"), first);
}

// H4
TEST_F(WebSocketOpening, JoinsTheProtocolsInTheirOrderAndLeavesNoEmptyField) {
  connect(kUrl, {"b", "a", "c"});
  turn();
  EXPECT_EQ(peer->requestField("Sec-WebSocket-Protocol"), "b, a, c");
  connect();
  turn();
  EXPECT_EQ(peer->request().find("Sec-WebSocket-Protocol"), std::string::npos);
}

// H5
TEST_F(WebSocketOpening, OffersCompressionAsBrowsersDo) {
  connect();
  turn();
  EXPECT_EQ(peer->requestField("Sec-WebSocket-Extensions"),
            "permessage-deflate; client_max_window_bits");
}

// H5
TEST_F(WebSocketOpening, OffersTheCompressionThatWasAskedForOrNone) {
  Options options;
  options.compression.serverNoContextTakeover = true;
  options.compression.serverMaxWindowBits = 10;
  connect(kUrl, {}, options);
  turn();
  EXPECT_EQ(peer->requestField("Sec-WebSocket-Extensions"),
            "permessage-deflate; server_no_context_takeover; server_max_window_bits=10; "
            "client_max_window_bits");
  options.compression.mode = Compression::Mode::Off;
  connect(kUrl, {}, options);
  turn();
  EXPECT_EQ(peer->request().find("Sec-WebSocket-Extensions"), std::string::npos);
}

// H6
TEST_F(WebSocketOpening, SendsOriginAndFurtherFieldsAsAsked) {
  Options options;
  options.origin = "https://example.com";
  options.headers.set("Authorization", "Bearer x");
  options.headers.set("Cookie", "a=b");
  connect(kUrl, {}, options);
  turn();
  EXPECT_EQ(peer->requestField("Origin"), "https://example.com");
  EXPECT_EQ(peer->requestField("Authorization"), "Bearer x");
  EXPECT_EQ(peer->requestField("Cookie"), "a=b");
  EXPECT_EQ(peer->request().find("Referer"), std::string::npos);
}

// H7: they are for a server that asks; see OpeningRetry
TEST_F(WebSocketOpening, KeepsTheCredentialsOfTheUrlToItself) {
  connect("ws://user:p%40ss@example.com/");
  turn();
  EXPECT_EQ(peer->requestField("Authorization"), "");
  EXPECT_EQ(peer->requestField("Host"), "example.com");
}

// H8
TEST_F(WebSocketOpening, FailsForAnyStatusBut101) {
  for (const char* status : {"200 OK", "204 No Content", "301 Moved Permanently", "302 Found",
                             "401 Unauthorized", "404 Not Found", "503 Service Unavailable"}) {
    const Failure failure =
        refusedBy("HTTP/1.1 " + std::string(status) + "\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(failure.stage, Failure::Stage::Handshake);
    EXPECT_EQ(failure.message,
              "the server answered " + std::string(status) + " instead of 101 Switching Protocols");
    EXPECT_EQ(std::to_string(failure.httpStatus.value_or(0)), std::string(status).substr(0, 3));
  }
}

// H8 (WPT received-301)
TEST_F(WebSocketOpening, DoesNotFollowARedirect) {
  const Failure failure = refusedBy(
      "HTTP/1.1 301 Moved Permanently\r\nLocation: ws://other.example/\r\nContent-Length: "
      "0\r\n\r\n");
  EXPECT_EQ(failure.httpHeaders.get("location"), "ws://other.example/");
}

// K4
TEST_F(WebSocketOpening, ShowsStatusFieldsAndBodyOfARefusalInTheFailure) {
  const Failure failure =
      refusedBy("HTTP/1.1 403 Forbidden\r\nX-Why: no\r\nContent-Length: 6\r\n\r\nno way");
  EXPECT_EQ(failure.httpStatus, 403);
  EXPECT_EQ(failure.httpHeaders.get("X-Why"), "no");
  EXPECT_EQ(failure.httpBody, "no way");
}

// H8
TEST_F(WebSocketOpening, SkipsInformationalResponses) {
  WebSocket socket = connect();
  turn();
  peer->send("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
  turn();
  EXPECT_EQ(socket.readyState(), WebSocket::CONNECTING);
  peer->send(peer->acceptance());
  turn();
  EXPECT_EQ(trace, Strings{"open"});
}

// H9
TEST_F(WebSocketOpening, FailsWhenNoneOfTheProtocolsIsSelected) {
  const auto unchanged = [](std::string&) {};
  EXPECT_EQ(refused101(unchanged, {"a", "b"}).stage, Failure::Stage::Handshake);
  refused101(
      [](std::string& response) {
        replace(response, "\r\n\r\n", "\r\nSec-WebSocket-Protocol: \r\n\r\n");
      },
      {"a", "b"});
}

// H10
TEST_F(WebSocketOpening, FailsForWrongUpgradeConnectionOrAccept) {
  refused101([](std::string& r) { replace(r, "websocket", "websockets"); });
  refused101([](std::string& r) { replace(r, "Connection: Upgrade", "Connection: close"); });
  refused101([](std::string& r) { replace(r, "Accept: ", "Accept: x"); });
  refused101([](std::string& r) { replace(r, "Upgrade: websocket\r\n", ""); });
}

// H10
TEST_F(WebSocketOpening, AcceptsTokenListsInAnyCase) {
  WebSocket socket = connect();
  turn();
  std::string response = peer->acceptance();
  replace(response, "Upgrade: websocket", "upgrade: WebSocket");
  replace(response, "Connection: Upgrade", "CONNECTION: keep-alive, UPGRADE");
  peer->send(response);
  turn();
  EXPECT_EQ(trace, Strings{"open"});
}

// H10
TEST_F(WebSocketOpening, FailsForAnExtensionThatWasNotOffered) {
  refused101([](std::string& response) {
    replace(response, "\r\n\r\n", "\r\nSec-WebSocket-Extensions: x\r\n\r\n");
  });
}

// H10, F6
TEST_F(WebSocketOpening, FailsForParametersOfCompressionThatAreNoAnswerToTheOffer) {
  for (const std::string bad :
       {"server_max_window_bits=7", "server_max_window_bits=16", "server_max_window_bits",
        "client_max_window_bits", "client_max_window_bits=1e3", "x=1",
        "server_no_context_takeover; server_no_context_takeover"}) {
    const Failure failure = refused101([&](std::string& response) {
      replace(response, "\r\n\r\n",
              "\r\nSec-WebSocket-Extensions: permessage-deflate; " + bad + "\r\n\r\n");
    });
    EXPECT_NE(failure.message.find("permessage-deflate"), std::string::npos);
    EXPECT_NE(failure.message.find("parameters"), std::string::npos);
  }
}

// H10, H11
TEST_F(WebSocketOpening, FailsForASubprotocolThatWasNotOfferedOrComesTwice) {
  const auto add = [](std::string_view field) {
    return [field](std::string& response) {
      replace(response, "\r\n\r\n", "\r\n" + std::string(field) + "\r\n\r\n");
    };
  };
  refused101(add("Sec-WebSocket-Protocol: c"), {"a", "b"});
  refused101(add("Sec-WebSocket-Protocol: A"), {"a", "b"});
  refused101(add("Sec-WebSocket-Protocol: a\r\nSec-WebSocket-Protocol: a"), {"a", "b"});
  refused101(add("Sec-WebSocket-Protocol: a"));
}

// H11
TEST_F(WebSocketOpening, FailsForTwoAcceptFields) {
  refused101([](std::string& response) {
    const std::size_t at = response.find("Sec-WebSocket-Accept");
    const std::string field = response.substr(at, response.find("\r\n", at) + 2 - at);
    response.insert(at, field);
  });
}

// T2
TEST_F(WebSocketOpening, HasProtocolAndAddressWhenOpenFires) {
  WebSocket socket = connect(kUrl, {"a", "b"});
  std::string seen;
  socket.onopen = [&](const Event&) {
    seen = socket.protocol() + " " + socket.extensions() + " " + socket.remoteAddress() + " " +
           std::to_string(socket.readyState());
  };
  turn();
  peer->send(peer->acceptance(
      "Sec-WebSocket-Protocol: b\r\nSec-WebSocket-Extensions: permessage-deflate\r\n"));
  turn();
  EXPECT_EQ(seen, "b permessage-deflate memory pipe 1");
}

// H12
TEST_F(WebSocketOpening, TakesWhatComesBehindThe101AsData) {
  const std::string frames = serverFrame(1, "one") + serverFrame(1, "two");
  WebSocket socket = connect();
  turn();
  peer->send(peer->acceptance() + frames);
  turn();
  EXPECT_EQ(trace, (Strings{"open", "message one", "message two"}));
}

// H12
TEST_F(WebSocketOpening, TakesDataBehindThe101WhereverItIsCut) {
  const std::string frames = serverFrame(1, "one") + serverFrame(1, "two");
  const std::size_t whole = 200;  // more than the 101 and the frames have
  for (std::size_t cut = 1; cut < whole; ++cut) {
    trace.clear();
    WebSocket socket = connect();
    turn();
    const std::string bytes = peer->acceptance() + frames;
    if (cut >= bytes.size()) break;
    peer->send(bytes.substr(0, cut));
    turn(4);
    peer->send(bytes.substr(cut));
    turn(8);
    ASSERT_EQ(trace, (Strings{"open", "message one", "message two"})) << cut;
  }
}

// H12
TEST_F(WebSocketOpening, WorksByteByByte) {
  WebSocket socket = connect();
  pipe->setChunkSize(Direction::FirstToSecond, 1);
  pipe->setChunkSize(Direction::SecondToFirst, 1);
  turn(400);
  peer->send(peer->acceptance() + serverFrame(1, "one"));
  turn(400);
  EXPECT_EQ(trace, (Strings{"open", "message one"}));
}

TEST_F(WebSocketOpening, WritesARequestThatThePipeTakesInPieces) {
  pipe.emplace(loop.eventLoop());
  pipe->stall(Direction::FirstToSecond, 5);
  WebSocket stalled = SocketCore::connect(loop, kUrl, {}, {}, pipe->takeFirst());
  peer = std::make_unique<RawPeer>(pipe->takeSecond());
  record(stalled);
  turn();
  EXPECT_EQ(peer->receivedBytes(), 0U);
  pipe->unstall(Direction::FirstToSecond);
  turn();
  peer->send(peer->acceptance());
  turn();
  EXPECT_EQ(trace, Strings{"open"});
}

// H8
TEST_F(WebSocketOpening, FailsWhenThePeerEndsBeforeTheAnswer) {
  WebSocket socket = connect();
  turn();
  peer->finish();
  turn();
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
  EXPECT_EQ(socket.failure()->stage, Failure::Stage::Handshake);
}

TEST_F(WebSocketOpening, FailsWhenTheTransportBreaks) {
  WebSocket socket = connect();
  turn();
  pipe->cut(ECONNRESET);
  turn();
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
  EXPECT_EQ(socket.failure()->systemError, ECONNRESET);
}

TEST_F(WebSocketOpening, CutsAnAnswerAtTheDeadlineHoweverItTrickles) {
  Options options;
  options.handshakeTimeout = std::chrono::milliseconds(50);
  WebSocket socket = connect(kUrl, {}, options);
  turn();
  peer->send("HTTP/1.1 101 Switching Protocols\r\nX: ");
  auto next = std::chrono::steady_clock::now();
  ASSERT_TRUE(until([&] {
    if (std::chrono::steady_clock::now() >= next) {
      peer->send("y");
      next += std::chrono::milliseconds(5);
    }
    return socket.readyState() == WebSocket::CLOSED;
  }));
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
  EXPECT_EQ(socket.failure()->limit, "handshakeTimeout");
}

TEST_F(WebSocketOpening, FailsWhenTheHandshakeTakesTooLong) {
  Options options;
  options.handshakeTimeout = std::chrono::milliseconds(5);
  WebSocket socket = connect(kUrl, {}, options);
  ASSERT_TRUE(until([&] { return socket.readyState() == WebSocket::CLOSED; }));
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
  EXPECT_EQ(socket.failure()->message, "handshake took longer than 5 ms (handshakeTimeout)");
  EXPECT_EQ(socket.failure()->limit, "handshakeTimeout");
}

TEST_F(WebSocketOpening, WaitsForEverForTheLargestTimeouts) {
  Options options;
  options.handshakeTimeout = std::chrono::milliseconds::max();
  options.closeTimeout = std::chrono::milliseconds::max();
  options.pingAfter = std::chrono::milliseconds::max();
  options.idleTimeout = std::chrono::milliseconds::max();
  WebSocket socket = open(kUrl, {}, options);
  socket.close();
  turn();
  EXPECT_EQ(socket.readyState(), WebSocket::CLOSING);
  EXPECT_EQ(trace, Strings{});
}

TEST_F(WebSocketOpening, ShowsARefusalWhoseBodyNeverEnds) {
  Options options;
  options.handshakeTimeout = std::chrono::milliseconds(50);
  WebSocket socket = connect(kUrl, {}, options);
  turn();
  peer->send("HTTP/1.1 500 Oh\r\nContent-Length: 100\r\n\r\npart");
  ASSERT_TRUE(until([&] { return socket.readyState() == WebSocket::CLOSED; }));
  EXPECT_EQ(socket.failure()->httpStatus, 500);
  EXPECT_EQ(socket.failure()->httpBody, "part");
}

TEST_F(WebSocketOpening, RefusesAHeadThatIsTooLarge) {
  Options options;
  options.maxHandshakeSize = 200;
  WebSocket socket = connect(kUrl, {}, options);
  turn();
  peer->send(peer->acceptance("X: " + std::string(300, 'x') + "\r\n"));
  turn();
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
  EXPECT_EQ(socket.failure()->limit, "maxHandshakeSize");
}

TEST_F(WebSocketOpening, SaysWhoRefusedTheConnection) {
  Options options;
  options.blockedPorts = BlockedPorts::Allow;
  WebSocket socket(loop, "ws://127.0.0.1:1/", {}, options);
  loop.run();
  const Failure failure = socket.failure().value();
  EXPECT_EQ(failure.stage, Failure::Stage::Connect);
  EXPECT_EQ(failure.message, "connection refused by 127.0.0.1:1");
  EXPECT_EQ(failure.systemError, ECONNREFUSED);
  ASSERT_EQ(failure.attempts.size(), 1U);
  EXPECT_EQ(failure.attempts[0].address, "127.0.0.1:1");
  EXPECT_EQ(failure.attempts[0].text, "connection refused");
}

TEST_F(WebSocketOpening, SaysThatAUnixSocketIsNotThere) {
  Options options;
  options.unixPath = "/nonexistent/parley.sock";
  WebSocket socket(loop, kUrl, {}, options);
  record(socket);
  loop.run();
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
  EXPECT_EQ(socket.failure()->stage, Failure::Stage::Connect);
  EXPECT_EQ(socket.failure()->systemError, ENOENT);
}

TEST_F(WebSocketOpening, ShowsTheWireToTheTapBeforeItIsUnmasked) {
  std::string sent;
  std::string received;
  Options options;
  options.wireTap = [&](WireDirection direction, std::span<const std::byte> bytes) {
    (direction == WireDirection::Sent ? sent : received)
        .append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  };
  WebSocket socket = open(kUrl, {}, options);
  const std::string acceptance = peer->acceptance();
  socket.send("hello");
  turn();
  peer->sendText("hi");
  turn();
  EXPECT_EQ(sent.substr(0, peer->request().size()), peer->request());
  EXPECT_EQ(sent.size(), peer->receivedBytes());
  EXPECT_EQ(sent.find("hello"), std::string::npos);
  EXPECT_EQ(received, acceptance + serverFrame(1, "hi"));
}

}  // namespace
}  // namespace parley::test
