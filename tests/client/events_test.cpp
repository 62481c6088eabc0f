#include "client/socket_test.hpp"

#include <stdexcept>

namespace parley::test {
namespace {

class WebSocketEvents : public SocketTest {};

// T1
TEST_F(WebSocketEvents, FireInWireOrder) {
  WebSocket socket = connect();
  turn();
  peer->send(peer->acceptance() + serverFrame(1, "one") + serverFrame(9, "") +
             serverFrame(2, "two") + serverFrame(1, "th", false) + serverFrame(0, "ree") +
             serverFrame(8, closeBody(1000, "bye")));
  turn();
  peer->finish();
  turn();
  EXPECT_EQ(trace, (Strings{"open", "message one", "message two", "message three",
                            "close 1000 bye clean"}));
}

// T1
TEST_F(WebSocketEvents, FireInWireOrderByteByByte) {
  WebSocket socket = connect();
  pipe->setChunkSize(Direction::SecondToFirst, 1);
  turn();
  peer->send(peer->acceptance() + serverFrame(1, "one") + serverFrame(1, "th", false) +
             serverFrame(9, "ping") + serverFrame(0, "ree") +
             serverFrame(8, closeBody(1000, "bye")));
  peer->finish();
  turn(400);
  EXPECT_EQ(trace, (Strings{"open", "message one", "message three", "close 1000 bye clean"}));
}

// T1
TEST_F(WebSocketEvents, MessageHandlerCanAskWhetherAMessageFollows) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {serverFrame(1, "a"), "0"},
      {serverFrame(1, "a") + serverFrame(2, "b"), "10"},
      {serverFrame(1, "a") + serverFrame(1, "b") + serverFrame(8, ""), "10"},
      {serverFrame(1, "a") + serverFrame(9, "") + serverFrame(1, "b"), "00"},
      {serverFrame(1, "a") + serverFrame(1, "b").substr(0, 2), "0"},
      {serverFrame(1, "a") + std::string("\x01\x01x", 3), "0"},
      {serverFrame(1, "a") + std::string("\xc1\x01x", 3), "0"},
      {serverFrame(1, "a") + std::string("\x81\x81xxxxx", 7), "0"},
  };
  for (const auto& [bytes, expected] : cases) {
    WebSocket socket = open();
    std::string answers;
    socket.onmessage = [&](const MessageEvent&) {
      answers += socket.hasMessageAtHand() ? '1' : '0';
    };
    EXPECT_FALSE(socket.hasMessageAtHand());
    peer->send(bytes);
    turn();
    EXPECT_EQ(answers, expected) << testing::PrintToString(bytes);
    EXPECT_FALSE(socket.hasMessageAtHand());
  }
}

TEST_F(WebSocketEvents, ListenersHearOfPingAndPong) {
  WebSocket socket = open();
  Strings heard;
  const EventListener listener = [&](const MessageEvent& event) {
    const auto data = event.data().bytes();
    heard.push_back(std::string(event.type()) + ":" +
                    std::string(reinterpret_cast<const char*>(data.data()), data.size()));
  };
  socket.addEventListener("ping", listener);
  socket.addEventListener("pong", listener);
  peer->send(serverFrame(9, "one") + serverFrame(10, "two"));
  turn();
  EXPECT_EQ(heard, (Strings{"ping:one", "pong:two"}));
  socket.removeEventListener("ping", listener);
  peer->send(serverFrame(9, "three") + serverFrame(10, ""));
  turn();
  EXPECT_EQ(heard, (Strings{"ping:one", "pong:two", "pong:"}));
  EXPECT_EQ(peer->received(), (Strings{"10:one", "10:three"}));
}

TEST_F(WebSocketEvents, NeverFireInsideACall) {
  WebSocket socket = open();
  socket.onmessage = [&](const MessageEvent&) {
    trace.push_back("enter");
    socket.send("x");
    socket.send(std::string(1000000, 'x'));
    socket.close();
    socket.terminate();
    trace.push_back("leave");
  };
  peer->sendText("go");
  turn();
  EXPECT_EQ(trace, (Strings{"enter", "leave", "error", "close 1006 unclean"}));
}

// T3
TEST_F(WebSocketEvents, MessageIsDroppedUnlessOpen) {
  WebSocket socket = open();
  peer->sendText("x");
  socket.close();
  turn();
  EXPECT_EQ(trace, Strings());
}

// T5
TEST_F(WebSocketEvents, CloseFiresExactlyOnceAndErrorOnlyIfFailed) {
  WebSocket socket = open();
  socket.close(1000);
  turn();
  answerClose(1000);
  turn();
  socket.terminate();
  socket.close();
  turn();
  EXPECT_EQ(trace, Strings{"close 1000 clean"});
}

// T6
TEST_F(WebSocketEvents, AListenerThatThrowsStopsNeitherTheOthersNorTheNextTask) {
  std::vector<std::string> reported;
  loop.onuncaught = [&](std::exception_ptr exception) {
    try {
      std::rethrow_exception(exception);
    } catch (const std::exception& error) {
      reported.push_back(error.what());
    }
  };
  WebSocket socket = open();
  socket.onmessage = [](const MessageEvent&) { throw std::runtime_error("first"); };
  socket.addEventListener("message", [&](const MessageEvent&) {
    trace.push_back("second");
    throw std::runtime_error("second");
  });
  socket.addEventListener("message", [&](const MessageEvent&) { trace.push_back("third"); });
  peer->send(serverFrame(1, "a") + serverFrame(1, "b"));
  turn();
  EXPECT_EQ(trace, (Strings{"second", "third", "second", "third"}));
  EXPECT_EQ(reported, (Strings{"first", "second", "first", "second"}));
}

// T6
TEST_F(WebSocketEvents, AThrowInAnyHandlerLeavesTheSocketWhole) {
  int uncaught = 0;
  loop.onuncaught = [&](std::exception_ptr) { ++uncaught; };
  WebSocket socket = connect();
  socket.onopen = [](const Event&) { throw 1; };
  socket.onmessage = [](const MessageEvent&) { throw 2; };
  socket.onclose = [](const CloseEvent&) { throw 3; };
  turn();
  peer->send(peer->acceptance() + serverFrame(1, "x"));
  turn();
  socket.send("answer");
  socket.close();
  turn();
  answerClose(1000);
  EXPECT_EQ(uncaught, 3);
  EXPECT_EQ(socket.readyState(), WebSocket::CLOSED);
  EXPECT_EQ(peer->received(), (Strings{"1:answer", "8:"}));
}

// T7
TEST_F(WebSocketEvents, ListenersOfTheSameTaskNeverMissOpen) {
  WebSocket socket = connect();
  int opens = 0;
  socket.addEventListener("open", [&](const Event&) { ++opens; });
  turn();
  peer->send(peer->acceptance());
  turn();
  EXPECT_EQ(opens, 1);
}

// M1
TEST_F(WebSocketEvents, TextIsUtf8OverFragmentsAndFailsOtherwise) {
  WebSocket socket = open();
  peer->send(serverFrame(1, "\xe2\x82", false) + serverFrame(0, "\xac"));
  turn();
  EXPECT_EQ(trace, Strings{"message \xe2\x82\xac"});
  peer->send(serverFrame(1, "\xe2\x82", false) + serverFrame(0, "x"));
  turn();
  EXPECT_EQ(peer->received()[0].substr(0, 4), "8:" + closeBody(1007));
}

// M2
TEST_F(WebSocketEvents, BinaryDataIsWhatBinaryTypeSaysAtDispatch) {
  WebSocket socket = open();
  std::vector<MessageData::Kind> kinds;
  socket.onmessage = [&](const MessageEvent& event) {
    kinds.push_back(event.data().kind());
    socket.setBinaryType(BinaryType::ArrayBuffer);
  };
  peer->send(serverFrame(2, "a") + serverFrame(2, "b") + serverFrame(1, "c"));
  turn();
  EXPECT_EQ(kinds, (std::vector{MessageData::Kind::Blob, MessageData::Kind::ArrayBuffer,
                                MessageData::Kind::Text}));
}

// M3
TEST_F(WebSocketEvents, OriginIsThatOfTheUrl) {
  const auto originOf = [&](std::string_view url) {
    WebSocket socket = open(url);
    std::string origin;
    socket.onmessage = [&](const MessageEvent& event) {
      origin = event.origin();
      EXPECT_EQ(event.lastEventId(), "");
    };
    peer->sendText("x");
    turn();
    return origin;
  };
  EXPECT_EQ(originOf("ws://Example.com:80/path?q"), "ws://example.com");
  EXPECT_EQ(originOf("wss://user:pass@example.com/"), "wss://example.com");
  EXPECT_EQ(originOf("ws://m\xc3\xbcnchen.example:8080/"), "ws://xn--mnchen-3ya.example:8080");
}

// M4, I10
TEST_F(WebSocketEvents, AreTrustedAndNeitherBubbleNorCanBeCancelled) {
  WebSocket socket = open();
  int count = 0;
  const auto check = [&](const Event& event) {
    ++count;
    EXPECT_TRUE(event.isTrusted());
    EXPECT_FALSE(event.bubbles());
    EXPECT_FALSE(event.cancelable());
    EXPECT_TRUE(event.target() == socket);
    event.preventDefault();
    EXPECT_FALSE(event.defaultPrevented());
    EXPECT_GT(event.timeStamp(), 0);
  };
  socket.addEventListener("message", check);
  socket.addEventListener("error", check);
  socket.addEventListener("close", check);
  peer->sendText("x");
  turn();
  pipe->cut(ECONNRESET);
  turn();
  EXPECT_EQ(count, 3);
}

// M5
TEST_F(WebSocketEvents, AByteOrderMarkIsData) {
  WebSocket socket = open();
  peer->sendText("\xef\xbb\xbfx");
  turn();
  EXPECT_EQ(trace, Strings{"message \xef\xbb\xbfx"});
}

TEST_F(WebSocketEvents, DataIsAViewUntilItIsTaken) {
  WebSocket socket = open();
  ArrayBuffer taken;
  socket.onmessage = [&](const MessageEvent& event) {
    EXPECT_EQ(event.data().text(), "hello");
    EXPECT_EQ(event.data().size(), 5U);
    taken = event.data().take();
    EXPECT_EQ(event.data().size(), 0U);
  };
  peer->sendText("hello");
  turn();
  EXPECT_EQ(taken.text(), "hello");
}

TEST_F(WebSocketEvents, ALargeMessageIsTakenWithoutACopy) {
  WebSocket socket = open();
  const std::string large(1000000, 'x');
  bool isSame = false;
  socket.onmessage = [&](const MessageEvent& event) {
    const std::byte* const at = event.data().bytes().data();
    const Blob blob = event.data().blob();
    isSame = blob.bytes().data() == at && blob.size() == large.size();
  };
  pipe->setChunkSize(Direction::SecondToFirst, 100000);
  peer->sendBinary(large);
  ASSERT_TRUE(until([&] { return isSame; }));
}

TEST_F(WebSocketEvents, TextOfABinaryMessageThrows) {
  WebSocket socket = open();
  std::string name;
  socket.onmessage = [&](const MessageEvent& event) {
    name = thrownBy([&] { (void)event.data().text(); });
  };
  peer->sendBinary("x");
  turn();
  EXPECT_EQ(name, "InvalidStateError");
}

TEST_F(WebSocketEvents, DataOutlivesTheConnectionThatItsHandlerEnds) {
  for (const std::size_t size : {std::size_t{10}, std::size_t{100000}}) {
    WebSocket socket = open();
    std::string seen;
    socket.onmessage = [&](const MessageEvent& event) {
      socket.close();
      socket.terminate();
      seen = event.data().text();
    };
    peer->send(serverFrame(1, std::string(size, 'x'), false) + serverFrame(0, "y"));
    ASSERT_TRUE(until([&] { return !seen.empty(); }));
    EXPECT_EQ(seen, std::string(size, 'x') + "y");
  }
}

TEST_F(WebSocketEvents, DataStaysWhileItsHandlerSends) {
  WebSocket socket = open();
  std::string seen;
  socket.onmessage = [&](const MessageEvent& event) {
    for (int i = 0; i < 3; ++i) socket.send(event.data().text());
    seen = event.data().text();
  };
  const std::string text(200000, 'x');
  peer->sendText(text);
  ASSERT_TRUE(until([&] { return !seen.empty(); }));
  turn();
  EXPECT_EQ(seen, text);
  std::string all;
  for (const ClientFrame& frame : peer->frames()) all += frame.payload;
  EXPECT_EQ(all, text + text + text);
}

TEST_F(WebSocketEvents, PauseKeepsMessagesBackAlsoThoseAlreadyRead) {
  WebSocket socket = open();
  socket.onmessage = [&](const MessageEvent& event) {
    trace.push_back(std::string(event.data().text()));
    if (event.data().text() == "one") socket.pause();
  };
  peer->send(serverFrame(1, "one") + serverFrame(1, "two"));
  turn();
  peer->sendText("three");
  turn();
  EXPECT_EQ(trace, Strings{"one"});
  socket.resume();
  EXPECT_EQ(trace, Strings{"one"});
  turn();
  EXPECT_EQ(trace, (Strings{"one", "two", "three"}));
}

TEST_F(WebSocketEvents, APauseMayBeLongerThanTheKeepAlive) {
  Options options;
  options.pingAfter = std::chrono::milliseconds(1);
  options.pingTimeout = std::chrono::milliseconds(1);
  WebSocket socket = open(kUrl, {}, options);
  socket.pause();
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(150);
  while (std::chrono::steady_clock::now() < end) loop.poll();
  EXPECT_EQ(socket.readyState(), WebSocket::OPEN);
  socket.resume();
  ASSERT_TRUE(until([&] { return socket.readyState() == WebSocket::CLOSED; }));
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"})) << "the peer never answers a Ping";
}

TEST_F(WebSocketEvents, PauseBeforeOpenKeepsTheFirstMessageBack) {
  WebSocket socket = connect();
  socket.pause();
  turn();
  peer->send(peer->acceptance() + serverFrame(1, "one"));
  turn();
  peer->sendText("two");
  turn();
  EXPECT_EQ(trace, Strings{"open"});
  socket.resume();
  turn();
  EXPECT_EQ(trace, (Strings{"open", "message one", "message two"}));
}

TEST_F(WebSocketEvents, PauseAndResumeInOneHandlerKeepTheOrder) {
  WebSocket socket = open();
  socket.onmessage = [&](const MessageEvent& event) {
    trace.push_back(std::string(event.data().text()));
    socket.pause();
    socket.resume();
  };
  peer->send(serverFrame(1, "one") + serverFrame(1, "two") + serverFrame(1, "three"));
  turn();
  EXPECT_EQ(trace, (Strings{"one", "two", "three"}));
}

TEST_F(WebSocketEvents, CloseEndsAPause) {
  WebSocket socket = open();
  socket.pause();
  turn();
  peer->sendText("kept back");
  peer->sendClose(1000);
  peer->finish();
  turn();
  EXPECT_EQ(trace, Strings());
  socket.close();
  turn();
  EXPECT_EQ(trace, Strings{"close 1000 clean"});
}

}  // namespace
}  // namespace parley::test
