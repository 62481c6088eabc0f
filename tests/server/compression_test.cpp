#include "server/server_fixture.hpp"

#include <parley/dom_exception.hpp>
#include <parley/testing/memory_pipe.hpp>
#include <parley/websocket.hpp>

#include <string>
#include <vector>

#include <gtest/gtest.h>

// permessage-deflate at a server's routes.

namespace parley::server {
namespace {

using Mode = Compression::Mode;

class CompressionTest : public ServerTest {
 protected:
  /// Serves an echo at "/ws" and lists what it heard.
  void serve(const Compression& compression) {
    Route route;
    route.compression = compression;
    route.onmessage = [this](const MessageEvent& event) {
      WebSocket socket = event.target();
      messages.emplace_back(event.data().text());
      socket.send(event.data().text());
    };
    server->route("/ws", std::move(route));
    listen();
  }
  std::optional<std::string> answerTo(std::string_view offer) {
    RawClient& client = connect();
    client.send(upgradeRequest("/ws", "Sec-WebSocket-Extensions: " + std::string(offer) + "\r\n"));
    until([&] { return client.received().ends_with("\r\n\r\n"); });
    EXPECT_TRUE(client.received().starts_with("HTTP/1.1 101 "));
    return fieldOf(client.received(), "Sec-WebSocket-Extensions");
  }

  std::vector<std::string> messages;
};

TEST_F(CompressionTest, IsOffByDefault) {
  EXPECT_EQ(Route().compression.mode, Mode::Off);
  serve(Route().compression);
  EXPECT_EQ(answerTo("permessage-deflate"), std::nullopt);
}

TEST_F(CompressionTest, AnswersTheFirstOfferThatItCanKeepTo) {
  serve({.mode = Mode::On});
  EXPECT_EQ(answerTo("permessage-deflate; client_max_window_bits"), "permessage-deflate");
  EXPECT_EQ(answerTo("x, permessage-deflate; server_max_window_bits=8, "
                     "permessage-deflate; server_max_window_bits=11"),
            "permessage-deflate; server_max_window_bits=11");
  EXPECT_EQ(answerTo("permessage-deflate; y"), std::nullopt);
}

TEST_F(CompressionTest, RefusesARouteWithAWindowOutOfRange) {
  Route route;
  route.compression.serverMaxWindowBits = 8;
  EXPECT_THROW(server->route("/bad", std::move(route)), DOMException);
  // And leaves nothing of it behind.
  server->route("/bad", {});
  EXPECT_TRUE(server->sockets("/bad").empty());
}

TEST_F(CompressionTest, EchoesAllSizesWithOurOwnClientWhateverWasAgreedOn) {
  struct Case {
    Compression client;
    Compression server;
    std::string agreed;
  };
  const Case cases[] = {
      {{}, {.mode = Mode::On}, "permessage-deflate"},
      {{.level = Compression::Level::Best}, {.mode = Mode::On}, "permessage-deflate"},
      {{.mode = Mode::Off}, {.mode = Mode::On}, ""},
      {{}, {.mode = Mode::Off}, ""},
      {{.clientNoContextTakeover = true},
       {.mode = Mode::On, .serverNoContextTakeover = true},
       "permessage-deflate; server_no_context_takeover; client_no_context_takeover"},
      {{.serverMaxWindowBits = 9, .clientMaxWindowBits = 12},
       {.mode = Mode::On},
       "permessage-deflate; server_max_window_bits=9; client_max_window_bits=12"},
  };
  for (const Case& each : cases) {
    Route route;
    route.compression = each.server;
    route.onmessage = [](const MessageEvent& event) {
      WebSocket socket = event.target();
      socket.send(event.data().text());
    };
    Options asked;
    asked.compression = each.client;
    parley::testing::MemoryPipe pipe(loop, {}, std::move(route), asked);
    std::vector<std::string> sent;
    std::size_t echoed = 0;
    bool isRight = true;
    pipe.client().onopen = [&](const Event&) {
      for (std::size_t size = 1; size < 400'000; size = size * 2 + size / 3) {
        std::string message;
        while (message.size() < size) message += "message " + std::to_string(message.size()) + " ";
        message.resize(size);
        pipe.client().send(message);
        sent.push_back(std::move(message));
      }
    };
    pipe.client().onmessage = [&](const MessageEvent& event) {
      isRight = isRight && event.data().text() == sent.at(echoed);
      ++echoed;
    };
    until([&] { return !sent.empty() && echoed == sent.size(); });
    EXPECT_TRUE(isRight);
    EXPECT_EQ(pipe.client().extensions(), each.agreed);
    EXPECT_EQ(pipe.server().extensions(), each.agreed);
    EXPECT_EQ(pipe.client().bufferedAmount(), 0U);
  }
}

TEST_F(CompressionTest, EchoesOverARealSocket) {
  serve({.mode = Mode::On});
  WebSocket client(loop, "ws://127.0.0.1:" + std::to_string(server->port()) + "/ws");
  const std::string message(50'000, 'm');
  std::string echo;
  client.onopen = [&](const Event&) { client.send(message); };
  client.onmessage = [&](const MessageEvent& event) { echo = event.data().text(); };
  until([&] { return !echo.empty(); });
  EXPECT_EQ(echo, message);
  EXPECT_EQ(messages, std::vector<std::string>{message});
  EXPECT_EQ(client.extensions(), "permessage-deflate");
}

}  // namespace
}  // namespace parley::server
