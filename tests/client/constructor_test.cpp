#include "client/blocked_ports.hpp"
#include "client/socket_test.hpp"

#include <thread>
#include <type_traits>

namespace parley::test {
namespace {

class WebSocketConstructor : public SocketTest {
 protected:
  std::string thrown(std::string_view url, const Protocols& protocols = {},
                     const Options& options = {}) {
    return thrownBy([&] { const WebSocket socket(loop, url, protocols, options); });
  }
  std::string urlOf(std::string_view url, const Options& options = {}) {
    return WebSocket(loop, url, {}, options).url();
  }
};

// I1
TEST_F(WebSocketConstructor, IsAReferenceOfOnePointer) {
  EXPECT_EQ(sizeof(WebSocket), sizeof(void*));
  WebSocket socket = connect();
  const WebSocket copy = socket;
  EXPECT_TRUE(copy == socket);
  EXPECT_EQ(std::hash<WebSocket>()(copy), std::hash<WebSocket>()(socket));
  WebSocket moved = std::move(socket);
  EXPECT_FALSE(socket);  // NOLINT: what a move leaves is a promise
  EXPECT_TRUE(moved == copy);
  socket = moved;
  EXPECT_TRUE(socket == copy);
}

// I2
TEST_F(WebSocketConstructor, TakesOneProtocolOrAList) {
  connect(kUrl, "chat");
  turn();
  EXPECT_EQ(peer->requestField("Sec-WebSocket-Protocol"), "chat");
  connect(kUrl, {"chat.v2", "chat.v1"});
  turn();
}

// I3
TEST_F(WebSocketConstructor, BufferedAmountIs64BitsWide) {
  static_assert(
      std::is_same_v<decltype(std::declval<WebSocket>().bufferedAmount()), std::uint64_t>);
  static_assert(std::is_same_v<std::underlying_type_t<ReadyState>, std::uint16_t>);
}

// I5
TEST_F(WebSocketConstructor, HasTheConstantsOnTheClassAndOnEachObject) {
  const WebSocket socket = connect();
  EXPECT_EQ(static_cast<int>(WebSocket::CONNECTING), 0);
  EXPECT_EQ(static_cast<int>(WebSocket::OPEN), 1);
  EXPECT_EQ(static_cast<int>(WebSocket::CLOSING), 2);
  EXPECT_EQ(static_cast<int>(WebSocket::CLOSED), 3);
  EXPECT_EQ(static_cast<int>(socket.CLOSED), 3);
}

// I4
TEST_F(WebSocketConstructor, HandlerAttributesReadBackWhetherTheyAreSet) {
  const WebSocket socket = connect();
  EXPECT_TRUE(socket.onmessage);
  socket.onmessage = nullptr;
  EXPECT_FALSE(socket.onmessage);
  EXPECT_TRUE(socket.onopen);
  EXPECT_TRUE(socket.onerror);
  EXPECT_TRUE(socket.onclose);
  EXPECT_TRUE(socket.ondrain);
}

// I7
TEST_F(WebSocketConstructor, IgnoresAnUnknownBinaryType) {
  WebSocket socket = connect();
  socket.setBinaryType("arraybuffer");
  EXPECT_EQ(socket.binaryType(), BinaryType::ArrayBuffer);
  socket.setBinaryType("ArrayBuffer");
  EXPECT_EQ(socket.binaryType(), BinaryType::ArrayBuffer);
  socket.setBinaryType("blob");
  EXPECT_EQ(socket.binaryType(), BinaryType::Blob);
  socket.setBinaryType("");
  EXPECT_EQ(socket.binaryType(), BinaryType::Blob);
}

// C1
TEST_F(WebSocketConstructor, ResolvesARelativeUrlAgainstTheBase) {
  Options options;
  options.baseUrl = "http://example.com/app/page";
  EXPECT_EQ(urlOf("chat?x", options), "ws://example.com/app/chat?x");
  options.baseUrl = "https://example.com/app/page";
  EXPECT_EQ(urlOf("/chat", options), "wss://example.com/chat");
  EXPECT_EQ(thrown("/chat"), "SyntaxError");
  options.baseUrl = "not a url";
  EXPECT_EQ(thrown("/chat", {}, options), "SyntaxError");
}

// C2
TEST_F(WebSocketConstructor, ThrowsSyntaxErrorForWhatIsNoUrl) {
  for (const char* url : {"", " ", "ws://", "ws:// /", "ws://a b/", "ws://h:99999/", "ws://[::1/",
                          "ws://%zz/", "//h/", "h"}) {
    EXPECT_EQ(thrown(url), "SyntaxError") << url;
  }
}

// C3
TEST_F(WebSocketConstructor, MakesWsOfHttpAndWssOfHttps) {
  EXPECT_EQ(urlOf("http://example.com/"), "ws://example.com/");
  EXPECT_EQ(urlOf("https://example.com/"), "wss://example.com/");
  EXPECT_EQ(urlOf("HTTP://example.com:80/"), "ws://example.com/");
}

// C4
TEST_F(WebSocketConstructor, ThrowsSyntaxErrorForOtherSchemes) {
  for (const char* url : {"ftp://h/", "file:///x", "mailto:a@b", "about:blank", "wss2://h/"}) {
    EXPECT_EQ(thrown(url), "SyntaxError") << url;
  }
}

// C5
TEST_F(WebSocketConstructor, ThrowsSyntaxErrorForAFragmentAlsoAnEmptyOne) {
  EXPECT_EQ(thrown("ws://example.com/#x"), "SyntaxError");
  EXPECT_EQ(thrown("ws://example.com/#"), "SyntaxError");
  EXPECT_EQ(thrown("ws://example.com/%23"), "");
}

// C6
TEST_F(WebSocketConstructor, ThrowsSyntaxErrorForAnEmptyProtocolString) {
  EXPECT_EQ(thrown(kUrl, ""), "SyntaxError");
  EXPECT_EQ(thrown(kUrl, Protocols()), "");
}

// C7
TEST_F(WebSocketConstructor, ThrowsSyntaxErrorForRepeatedProtocolsInAnyCase) {
  EXPECT_EQ(thrown(kUrl, {"chat", "chat"}), "SyntaxError");
  EXPECT_EQ(thrown(kUrl, {"chat", "other", "CHAT"}), "SyntaxError");
  EXPECT_EQ(thrown(kUrl, {"chat", "chat2"}), "");
}

// C8
TEST_F(WebSocketConstructor, ThrowsSyntaxErrorForProtocolsThatAreNoTokens) {
  const std::string separators = "()<>@,;:\\\"/[]?={} \t";
  for (const char c : separators) {
    EXPECT_EQ(thrown(kUrl, std::string("a") + c + "b"), "SyntaxError") << c;
  }
  for (const char* name : {"\x7f", "\x01", "caf\xc3\xa9", "a b"}) {
    EXPECT_EQ(thrown(kUrl, name), "SyntaxError") << name;
  }
  EXPECT_EQ(thrown(kUrl, "!#$%&'*+-.^_`|~09azAZ"), "");
}

// C9
TEST_F(WebSocketConstructor, JudgesTheUrlBeforeTheProtocols) {
  try {
    const WebSocket socket(loop, "ftp://h/", "bad protocol");
    FAIL();
  } catch (const DOMException& error) {
    EXPECT_NE(error.message().find("scheme"), std::string::npos) << error.message();
  }
}

// C10
TEST_F(WebSocketConstructor, ReturnsConnectingAndFiresNothingBeforeTheTaskEnds) {
  const WebSocket socket = connect();
  EXPECT_EQ(socket.readyState(), WebSocket::CONNECTING);
  EXPECT_EQ(trace, Strings());
}

// C11
TEST_F(WebSocketConstructor, FailsLaterWhenTheConnectionIsRefused) {
  Options options;
  options.blockedPorts = BlockedPorts::Allow;
  WebSocket socket(loop, "ws://127.0.0.1:1/", {}, options);
  record(socket);
  EXPECT_EQ(trace, Strings());
  loop.run();
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
}

// C12
TEST_F(WebSocketConstructor, UrlIsSerialised) {
  EXPECT_EQ(urlOf("WS://EXAMPLE.com:80/a%20b?q=%41"), "ws://example.com/a%20b?q=%41");
  EXPECT_EQ(urlOf("ws://example.com"), "ws://example.com/");
  EXPECT_EQ(urlOf("ws://user:secret@example.com/"), "ws://user:secret@example.com/");
  EXPECT_EQ(urlOf("ws://m\xc3\xbcnchen.example/"), "ws://xn--mnchen-3ya.example/");
}

// C13
TEST_F(WebSocketConstructor, HasTheInitialValuesOfTheStandard) {
  const WebSocket socket = connect(kUrl, "chat");
  EXPECT_EQ(socket.extensions(), "");
  EXPECT_EQ(socket.protocol(), "");
  EXPECT_EQ(socket.bufferedAmount(), 0U);
  EXPECT_EQ(socket.binaryType(), BinaryType::Blob);
  EXPECT_EQ(socket.remoteAddress(), "");
  EXPECT_FALSE(socket.failure());
  EXPECT_FALSE(socket.latency());
  EXPECT_EQ(socket.loop(), &loop);
}

// C14
TEST_F(WebSocketConstructor, CanonicalisesAddressesAndSpaces) {
  EXPECT_EQ(urlOf("ws://0x7f.1/"), "ws://127.0.0.1/");
  EXPECT_EQ(urlOf("ws://[0:0::1]:8080/"), "ws://[::1]:8080/");
  EXPECT_EQ(urlOf("  ws://example.com/a b "), "ws://example.com/a%20b");
}

// C15
TEST_F(WebSocketConstructor, EncodesTheQueryAsUtf8) {
  EXPECT_EQ(urlOf("ws://example.com/?\xc3\xa4"), "ws://example.com/?%C3%A4");
}

// H15
TEST_F(WebSocketConstructor, ThrowsSecurityErrorForABlockedPortByDefault) {
  EXPECT_EQ(thrown("ws://example.com:25/"), "SecurityError");
  EXPECT_EQ(thrown("wss://example.com:6667/"), "SecurityError");
  EXPECT_EQ(thrown("ws://example.com:26/"), "");
  Options unixSocket;
  unixSocket.unixPath = "/nonexistent";
  EXPECT_EQ(thrown("ws://example.com:25/", {}, unixSocket), "");
}

// H15, C11
TEST_F(WebSocketConstructor, FailsLaterForABlockedPortAsTheLivingStandardSays) {
  Options options;
  options.blockedPorts = BlockedPorts::FailAsync;
  WebSocket socket(loop, "ws://example.com:25/", {}, options);
  record(socket);
  EXPECT_EQ(socket.readyState(), WebSocket::CONNECTING);
  loop.run();
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
  EXPECT_EQ(socket.failure()->stage, Failure::Stage::Url);
  EXPECT_EQ(socket.failure()->message, "port 25 is blocked");
}

// H15
TEST(BlockedPorts, AreThe83OfFetch) {
  int count = 0;
  for (int port = 0; port <= 65535; ++port) {
    if (isBlockedPort(static_cast<std::uint16_t>(port))) ++count;
  }
  EXPECT_EQ(count, 83);
  for (const int port : {0, 1, 22, 25, 6000, 6665, 6669, 10080}) {
    EXPECT_TRUE(isBlockedPort(static_cast<std::uint16_t>(port))) << port;
  }
  for (const int port : {80, 443, 8080, 6664, 6670, 65535}) {
    EXPECT_FALSE(isBlockedPort(static_cast<std::uint16_t>(port))) << port;
  }
}

TEST_F(WebSocketConstructor, ThrowsSyntaxErrorForHeadersOfTheHandshake) {
  for (const char* name : {"Host", "upgrade", "Connection", "Sec-WebSocket-Key"}) {
    Options options;
    options.headers.append(name, "x");
    EXPECT_EQ(thrown(kUrl, {}, options), "SyntaxError") << name;
  }
}

TEST_F(WebSocketConstructor, ThrowsSyntaxErrorForAnOriginThatWouldBreakOutOfItsLine) {
  Options options;
  options.origin = "https://a\r\nX: y";
  EXPECT_EQ(thrown(kUrl, {}, options), "SyntaxError");
}

TEST_F(WebSocketConstructor, ThrowsInvalidStateErrorOnAForeignThread) {
  std::string name;
  std::thread([&] { name = thrown(kUrl); }).join();
  EXPECT_EQ(name, "InvalidStateError");
}

}  // namespace
}  // namespace parley::test
