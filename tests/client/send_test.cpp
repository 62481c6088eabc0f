#include "client/socket_test.hpp"

#include <set>

namespace parley::test {
namespace {

using namespace std::string_literals;

class WebSocketSend : public SocketTest {
 protected:
  static std::span<const std::byte> bytes(std::string_view text) {
    return std::as_bytes(std::span(text));
  }
  Options replacing() {
    Options options;
    options.invalidText = InvalidText::Replace;
    return options;
  }
};

// S1
TEST_F(WebSocketSend, ThrowsInvalidStateErrorWhileConnecting) {
  WebSocket socket = connect();
  EXPECT_EQ(thrownBy([&] { socket.send("x"); }), "InvalidStateError");
  EXPECT_EQ(thrownBy([&] { socket.send(u"x"); }), "InvalidStateError");
  EXPECT_EQ(thrownBy([&] { socket.send(bytes("x")); }), "InvalidStateError");
  EXPECT_EQ(thrownBy([&] { socket.send(Blob({"x"})); }), "InvalidStateError");
  EXPECT_EQ(thrownBy([&] { socket.send(ArrayBuffer(1)); }), "InvalidStateError");
  EXPECT_EQ(socket.bufferedAmount(), 0U);
}

// S1, S5
TEST_F(WebSocketSend, NeverThrowsInClosingAndClosed) {
  WebSocket socket = open();
  socket.close();
  socket.send("x");
  socket.send("\xff");
  socket.send(u"\xd800");
  answerClose(1000);
  ASSERT_EQ(socket.readyState(), WebSocket::CLOSED);
  socket.send("x");
  socket.send("\xff");
  socket.send(bytes("x"));
  socket.send(ArrayBuffer(1));
  EXPECT_EQ(peer->received().size(), 1U);
}

// S2
TEST_F(WebSocketSend, ChoosesTheOpcodeByTheType) {
  WebSocket socket = open();
  socket.send("text");
  socket.send(std::string("string"));
  socket.send(u"utf-16 \xe4");
  socket.send(bytes("view"));
  socket.send(Blob({"blob"}));
  socket.send(ArrayBuffer::copyOf("moved"));
  const ArrayBuffer kept = ArrayBuffer::copyOf("kept");
  socket.send(kept);
  turn();
  EXPECT_EQ(peer->received(), (Strings{"1:text", "1:string", "1:utf-16 \xc3\xa4", "2:view",
                                       "2:blob", "2:moved", "2:kept"}));
}

// S2 (old API): a native caller learns of its bug
TEST_F(WebSocketSend, ThrowsSyntaxErrorForIllFormedTextByDefault) {
  WebSocket socket = open();
  EXPECT_EQ(thrownBy([&] { socket.send("ab\xff"); }), "SyntaxError");
  EXPECT_EQ(thrownBy([&] { socket.send(u"a\xd800z"); }), "SyntaxError");
  EXPECT_EQ(thrownBy([&] { socket.send(std::string(100000, 'a') + "\xc3"); }), "SyntaxError");
  EXPECT_EQ(socket.bufferedAmount(), 0U);
  socket.send("still open");
  turn();
  EXPECT_EQ(peer->received(), Strings{"1:still open"});
}

TEST_F(WebSocketSend, SaysAtWhichByteTheTextIsNotUtf8) {
  WebSocket socket = open();
  try {
    socket.send("ab\xc3\xa4\xe2\x82");
    FAIL();
  } catch (const DOMException& error) {
    EXPECT_EQ(error.message(), "the text is not UTF-8 at byte 4");
  }
}

// S2
TEST_F(WebSocketSend, ReplacesIllFormedTextAsTheLivingStandardSays) {
  WebSocket socket = open(kUrl, {}, replacing());
  socket.send("a\xff");
  socket.send(u"a\xd800z");
  EXPECT_EQ(socket.bufferedAmount(), 4U + 5U);
  turn();
  EXPECT_EQ(peer->received(), (Strings{"1:a\xef\xbf\xbd", "1:a\xef\xbf\xbdz"}));
}

// S3
TEST_F(WebSocketSend, SendsEmptyMessages) {
  WebSocket socket = open();
  socket.send("");
  socket.send(bytes(""));
  turn();
  EXPECT_EQ(peer->received(), (Strings{"1:", "2:"}));
}

// S4
TEST_F(WebSocketSend, FailsTheConnectionWhenTheBufferIsFullWithoutAThrow) {
  auto config = std::make_shared<SocketConfig>();
  config->maxBufferedAmount = 1000;
  config->whenFull = WhenFull::Close;
  pipe.emplace(loop.eventLoop());
  pipe->stall(Direction::FirstToSecond, 0);
  peer = std::make_unique<RawPeer>(pipe->takeSecond());
  WebSocket socket = SocketCore::adopt(
      loop.eventLoop(), pipe->takeFirst(),
      {.role = protocol::Role::Client, .subprotocol = {}, .extensions = {}, .leftover = {}}, config,
      "ws://h/", nullptr);
  record(socket);
  turn();
  socket.send(std::string(900, 'x'));
  turn();
  socket.send(std::string(900, 'y'));
  EXPECT_EQ(socket.readyState(), WebSocket::CLOSING);
  EXPECT_EQ(socket.bufferedAmount(), 1800U);
  pipe->unstall(Direction::FirstToSecond);
  turn();
  peer->finish();
  turn();
  EXPECT_EQ(trace, (Strings{"open", "error", "close 1006 unclean"}));
  EXPECT_EQ(socket.failure()->limit, "maxBufferedAmount");
  EXPECT_EQ(socket.failure()->closeCodeSent, CloseCode(1013));
}

// S6
TEST_F(WebSocketSend, CapturesTheBytesAtTheCall) {
  WebSocket socket = open();
  for (const std::size_t size : {std::size_t{10}, std::size_t{300000}, std::size_t{2000000}}) {
    std::string data(size, 'a');
    socket.send(std::string_view(data).substr(2, size - 4));
    std::fill(data.begin(), data.end(), 'b');
  }
  ASSERT_TRUE(until([&] { return socket.bufferedAmount() == 0; }));
  turn();
  std::string all;
  for (const ClientFrame& frame : peer->frames()) all += frame.payload;
  EXPECT_EQ(all, std::string(6 + 299996 + 1999996, 'a'));
}

// S7
TEST_F(WebSocketSend, KeepsTheOrderOfTheCallsWithBlobsAmongThem) {
  WebSocket socket = open();
  socket.send("1");
  socket.send(Blob({"2"}));
  socket.send("3");
  socket.send(Blob({std::string_view("x45x")}).slice(1, 3));
  socket.send("6");
  turn();
  EXPECT_EQ(peer->received(), (Strings{"1:1", "2:2", "1:3", "2:45", "1:6"}));
}

// F1
TEST_F(WebSocketSend, MasksEachFrameWithAnotherKey) {
  WebSocket socket = open();
  for (int i = 0; i < 1000; ++i) socket.send("same");
  turn();
  std::set<std::string> keys;
  for (const ClientFrame& frame : peer->frames()) keys.insert(frame.key);
  EXPECT_EQ(peer->frames().size(), 1000U);
  EXPECT_GT(keys.size(), 998U);
}

// B1, B2
TEST_F(WebSocketSend, BufferedAmountCountsBytesOfData) {
  WebSocket socket = open();
  socket.send("\xc3\xa4");
  EXPECT_EQ(socket.bufferedAmount(), 2U);
  socket.send(u"\x20ac");
  EXPECT_EQ(socket.bufferedAmount(), 5U);
  socket.send(Blob({"blob"}));
  EXPECT_EQ(socket.bufferedAmount(), 9U);
  socket.send(ArrayBuffer(10));
  EXPECT_EQ(socket.bufferedAmount(), 19U);
  socket.send(bytes("window").subspan(1, 2));
  EXPECT_EQ(socket.bufferedAmount(), 21U);
  turn();
  EXPECT_EQ(socket.bufferedAmount(), 0U);
}

// B3
TEST_F(WebSocketSend, BufferedAmountRisesInClosingAndClosed) {
  WebSocket socket = open();
  socket.close();
  socket.send("abc");
  EXPECT_EQ(socket.bufferedAmount(), 3U);
  answerClose(1000);
  EXPECT_EQ(socket.bufferedAmount(), 3U);
  socket.send(Blob({"de"}));
  EXPECT_EQ(socket.bufferedAmount(), 5U);
}

// B4
TEST_F(WebSocketSend, BufferedAmountOnlyRisesWithinATask) {
  WebSocket socket = open();
  std::vector<std::uint64_t> amounts;
  socket.onmessage = [&](const MessageEvent&) {
    for (int i = 0; i < 8; ++i) {
      // Enough to be written at once, in the midst of the task.
      socket.send(std::string(30000, 'x'));
      amounts.push_back(socket.bufferedAmount());
    }
  };
  peer->sendText("go");
  turn();
  ASSERT_EQ(amounts.size(), 8U);
  for (std::size_t i = 0; i < amounts.size(); ++i) EXPECT_EQ(amounts[i], 30000 * (i + 1));
  EXPECT_EQ(socket.bufferedAmount(), 0U);
}

// B5
TEST_F(WebSocketSend, BufferedAmountKeepsWhatWasUnsentWhenTheConnectionEnds) {
  WebSocket socket = open();
  pipe->stall(Direction::FirstToSecond, 0);
  socket.send(std::string(5000, 'x'));
  turn();
  EXPECT_EQ(socket.bufferedAmount(), 5000U);
  pipe->cut(ECONNRESET);
  turn();
  EXPECT_EQ(socket.readyState(), WebSocket::CLOSED);
  EXPECT_EQ(socket.bufferedAmount(), 5000U);
  socket.send("x");
  EXPECT_EQ(socket.bufferedAmount(), 5001U);
}

// B5
TEST_F(WebSocketSend, BufferedAmountKeepsThePartThatWasUnsent) {
  WebSocket socket = open();
  pipe->stall(Direction::FirstToSecond, 1000000);
  socket.send(std::string(3000000, 'x'));
  turn();
  const std::uint64_t unsent = socket.bufferedAmount();
  EXPECT_LT(unsent, 2300000U);
  EXPECT_GT(unsent, 1900000U);
  socket.terminate();
  turn();
  EXPECT_EQ(socket.readyState(), WebSocket::CLOSED);
  EXPECT_EQ(socket.bufferedAmount(), unsent);
}

// B6
TEST_F(WebSocketSend, BufferedAmountOfAFragmentedMessageIsReleasedByItsBytes) {
  WebSocket socket = open();
  const std::size_t size = 3000000;
  socket.send(std::string(size, 'x'));
  EXPECT_EQ(socket.bufferedAmount(), size);
  ASSERT_TRUE(until([&] { return socket.bufferedAmount() == 0; }));
  turn();
  EXPECT_GT(peer->frames().size(), 1U);
}

TEST_F(WebSocketSend, FiresDrainOnceWhatHadToWaitIsGone) {
  WebSocket socket = open();
  socket.send("fits");
  turn();
  EXPECT_EQ(trace, Strings());
  pipe->stall(Direction::FirstToSecond, 100);
  socket.send(std::string(1000, 'x'));
  turn();
  EXPECT_EQ(trace, Strings());
  pipe->unstall(Direction::FirstToSecond);
  turn();
  EXPECT_EQ(trace, Strings{"drain"});
  EXPECT_EQ(socket.bufferedAmount(), 0U);
}

TEST_F(WebSocketSend, SendsOnFromTheDrainHandler) {
  WebSocket socket = open();
  int drains = 0;
  socket.ondrain = [&](const Event&) {
    if (++drains <= 3) socket.send(std::string(400000, 'x'));
  };
  socket.send(std::string(400000, 'x'));
  ASSERT_TRUE(until([&] { return drains == 4; }));
  EXPECT_EQ(socket.bufferedAmount(), 0U);
}

// P1
TEST_F(WebSocketSend, AnswersEachPingAndTellsNobody) {
  WebSocket socket = open();
  peer->send(serverFrame(9, "are you there"));
  turn();
  EXPECT_EQ(peer->received(), Strings{"10:are you there"});
  EXPECT_EQ(trace, Strings());
}

TEST_F(WebSocketSend, PingMeasuresTheLatency) {
  WebSocket socket = open();
  socket.ping(bytes("abc"));
  turn();
  EXPECT_EQ(peer->received(), Strings{"9:abc"});
  EXPECT_FALSE(socket.latency());
  peer->send(serverFrame(10, "abc"));
  turn();
  ASSERT_TRUE(socket.latency());
  EXPECT_GE(socket.latency()->count(), 0);
  EXPECT_EQ(thrownBy([&] { socket.ping(bytes(std::string(126, 'x'))); }), "SyntaxError");
  socket.close();
  socket.ping();
  turn();
  EXPECT_EQ(peer->received(), (Strings{"9:abc", "8:"}));
}

TEST_F(WebSocketSend, SendsAPreparedMessageFromAnyThread) {
  const auto message = PreparedMessage::text("prepared");
  WebSocket connecting = connect();
  EXPECT_EQ(thrownBy([&] { connecting.send(message); }), "InvalidStateError");
  WebSocket socket = open();
  socket.send("before");
  socket.send(message);
  EXPECT_EQ(socket.bufferedAmount(), 14U);
  std::thread([&] { socket.send(message); }).join();
  EXPECT_EQ(socket.bufferedAmount(), 22U);
  turn();
  EXPECT_EQ(peer->received(), (Strings{"1:before", "1:prepared", "1:prepared"}));
  socket.close();
  socket.send(message);
  EXPECT_EQ(socket.bufferedAmount(), 8U) << "only counted";
}

TEST_F(WebSocketSend, PutsTheBytesOfAPingOnTheWireWhateverItsLength) {
  WebSocket socket = open();
  Strings expected;
  for (std::size_t size = 0; size <= 125; ++size) {
    std::string payload(size, '\0');
    for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<char>(i * 7 + size);
    socket.ping(bytes(payload));
    turn();
    expected.push_back("9:" + payload);
  }
  EXPECT_EQ(peer->received(), expected);
}

// Whoever sends up to an amount, which does not fall within a task, goes on at `drain`, whether the
// network was fast or slow.
TEST_F(WebSocketSend, ALoopUpToAnAmountGoesOnAtDrain) {
  for (const std::size_t most : {1U, 1'000U, 300'000U}) {
    WebSocket socket = open();
    int left = 500;
    const std::string message(900, 'x');
    const auto sendSome = [&] {
      while (left > 0 && socket.bufferedAmount() < most) {
        socket.send(message);
        --left;
      }
    };
    socket.ondrain = [&](const Event&) { sendSome(); };
    sendSome();
    EXPECT_TRUE(until([&] { return left == 0; })) << most;
    turn();
    EXPECT_EQ(peer->received().size(), 500U);
  }
}

TEST_F(WebSocketSend, DrainIsNotForWhoNeverLooked) {
  WebSocket socket = open();
  socket.send("a");
  turn();
  EXPECT_TRUE(trace.empty());
  socket.send("b");
  EXPECT_EQ(socket.bufferedAmount(), 1U);
  turn();
  EXPECT_EQ(trace, Strings{"drain"});
  turn();
  EXPECT_EQ(socket.bufferedAmount(), 0U);
  socket.send("c");
  turn();
  EXPECT_EQ(trace, Strings{"drain"}) << "once for each look at something";
}

}  // namespace
}  // namespace parley::test
