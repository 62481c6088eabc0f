#include "client/socket_test.hpp"

#include <cmath>

namespace parley::test {
namespace {

class WebSocketClose : public SocketTest {
 protected:
  /// The body of the Close frame that close(arguments...) sends.
  template <typename... Arguments>
  std::string bodyOf(Arguments... arguments) {
    WebSocket socket = open();
    socket.close(arguments...);
    turn();
    const Strings frames = peer->received();
    EXPECT_EQ(frames.size(), 1U);
    EXPECT_EQ(frames.at(0).substr(0, 2), "8:");
    return frames.at(0).substr(2);
  }
  /// What comes of a peer that closes like this.
  Strings peerCloses(std::string_view body) {
    WebSocket socket = open();
    peer->send(serverFrame(8, body));
    turn();
    peer->finish();
    turn();
    return trace;
  }
};

// X1
TEST_F(WebSocketClose, ClampsTheCode) {
  EXPECT_EQ(bodyOf(3000.5), closeBody(3000));
  EXPECT_EQ(bodyOf(2999.6), closeBody(3000));
  WebSocket socket = open();
  EXPECT_EQ(thrownBy([&] { socket.close(-1); }), "InvalidAccessError");
  EXPECT_EQ(thrownBy([&] { socket.close(65536 + 1000); }), "InvalidAccessError");
  EXPECT_EQ(thrownBy([&] { socket.close(std::nan("")); }), "InvalidAccessError");
}

// X2
TEST_F(WebSocketClose, ThrowsInvalidAccessErrorForAnyCodeBut1000And3000To4999) {
  WebSocket socket = open();
  for (const int code :
       {0, 500, 999, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1014, 1015, 2999, 5000, 65535}) {
    EXPECT_EQ(thrownBy([&] { socket.close(code); }), "InvalidAccessError") << code;
  }
  EXPECT_EQ(socket.readyState(), WebSocket::OPEN);
  EXPECT_EQ(bodyOf(1000), closeBody(1000));
  EXPECT_EQ(bodyOf(3000), closeBody(3000));
  EXPECT_EQ(bodyOf(4999), closeBody(4999));
}

// X2
TEST_F(WebSocketClose, ThrowsInvalidAccessErrorForCode1001) {
  WebSocket socket = open();
  EXPECT_EQ(thrownBy([&] { socket.close(CloseCode::kGoingAway); }), "InvalidAccessError");
}

TEST_F(WebSocketClose, WithSendsAnyCodeThatAFrameMayHave) {
  for (const CloseCode code : {CloseCode::kGoingAway, CloseCode::kPolicyViolation,
                               CloseCode::kInternalError, CloseCode(3000)}) {
    WebSocket socket = open();
    socket.closeWith(code, "why");
    EXPECT_EQ(socket.readyState(), WebSocket::CLOSING);
    turn();
    EXPECT_EQ(peer->received(), Strings{"8:" + closeBody(code, "why")}) << code;
  }
  WebSocket socket = open();
  for (const int code : {0, 999, 1004, 1005, 1006, 1015, 2999, 5000}) {
    EXPECT_EQ(thrownBy([&] { socket.closeWith(code); }), "InvalidAccessError") << code;
  }
  EXPECT_EQ(thrownBy([&] { socket.closeWith(1008, std::string(124, 'x')); }), "SyntaxError");
  EXPECT_EQ(socket.readyState(), WebSocket::OPEN);
}

// X3
TEST_F(WebSocketClose, ThrowsSyntaxErrorForAReasonOver123Bytes) {
  WebSocket socket = open();
  EXPECT_EQ(thrownBy([&] { socket.close(1000, std::string(124, 'x')); }), "SyntaxError");
  std::string umlauts;
  for (int i = 0; i < 62; ++i) umlauts += "\xc3\xa4";
  EXPECT_EQ(thrownBy([&] { socket.close(1000, umlauts); }), "SyntaxError");
  EXPECT_EQ(thrownBy([&] { socket.close(1000, std::u16string(62, u'\xe4')); }), "SyntaxError");
  EXPECT_EQ(socket.readyState(), WebSocket::OPEN);
  EXPECT_EQ(bodyOf(1000, std::string(123, 'x')), closeBody(1000, std::string(123, 'x')));
}

// X3
TEST_F(WebSocketClose, TreatsAnIllFormedReasonAsTheOptionSays) {
  WebSocket socket = open();
  EXPECT_EQ(thrownBy([&] { socket.close(1000, "\xff"); }), "SyntaxError");
  EXPECT_EQ(thrownBy([&] { socket.close(1000, u"\xd800"); }), "SyntaxError");
  Options options;
  options.invalidText = InvalidText::Replace;
  WebSocket replacing = open(kUrl, {}, options);
  // 41 surrogates of 3 bytes each fit, 42 don't.
  EXPECT_EQ(thrownBy([&] { replacing.close(1000, std::u16string(42, u'\xd800')); }), "SyntaxError");
  replacing.close(1000, u"a\xd800");
  turn();
  EXPECT_EQ(peer->received(), Strings{"8:" + closeBody(1000, "a\xef\xbf\xbd")});
}

// X4
TEST_F(WebSocketClose, JudgesTheCodeBeforeTheReasonAndBothInAnyState) {
  const std::string tooLong(124, 'x');
  const auto check = [&](WebSocket& socket) {
    EXPECT_EQ(thrownBy([&] { socket.close(1001, tooLong); }), "InvalidAccessError");
    EXPECT_EQ(thrownBy([&] { socket.close(1000, tooLong); }), "SyntaxError");
    EXPECT_EQ(thrownBy([&] { socket.close(std::nullopt, tooLong); }), "SyntaxError");
  };
  WebSocket connecting = connect();
  check(connecting);
  EXPECT_EQ(connecting.readyState(), WebSocket::CONNECTING);
  WebSocket socket = open();
  check(socket);
  socket.close();
  check(socket);
  answerClose(1000);
  ASSERT_EQ(socket.readyState(), WebSocket::CLOSED);
  check(socket);
}

// X5
TEST_F(WebSocketClose, DoesNothingWhenClosingOrClosed) {
  WebSocket socket = open();
  socket.close(3000, "first");
  socket.close(3001, "second");
  turn();
  EXPECT_EQ(peer->received(), Strings{"8:" + closeBody(3000, "first")});
  answerClose(3000, "first");
  socket.close();
  turn();
  EXPECT_EQ(trace, Strings{"close 3000 first clean"});
  EXPECT_EQ(socket.readyState(), WebSocket::CLOSED);
}

// X6 (WPT close-connecting)
TEST_F(WebSocketClose, FailsAConnectionThatIsNotEstablishedFromATask) {
  for (const int turns : {0, 40}) {
    trace.clear();
    WebSocket socket = connect();
    turn(turns);
    socket.close();
    EXPECT_EQ(socket.readyState(), WebSocket::CLOSING);
    EXPECT_EQ(trace, Strings());
    turn();
    EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
    EXPECT_EQ(socket.failure()->message, "close() was called before the connection was open");
  }
}

// X6
TEST_F(WebSocketClose, NeverOpensAfterCloseWhileConnecting) {
  WebSocket socket = connect();
  turn();
  peer->send(peer->acceptance() + serverFrame(1, "late"));
  socket.close(1000, "never mind");
  turn();
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
}

// X7
TEST_F(WebSocketClose, SendsTheMessagesBeforeItFirst) {
  WebSocket socket = open();
  socket.send("one");
  socket.send(std::string(100000, 'x'));
  socket.close(1000);
  turn();
  const Strings frames = peer->received();
  ASSERT_EQ(frames.size(), 3U);
  EXPECT_EQ(frames[0], "1:one");
  EXPECT_EQ(frames[1].size(), 100002U);
  EXPECT_EQ(frames[2], "8:" + closeBody(1000));
}

// X8
TEST_F(WebSocketClose, SendsAnEmptyBodyWithoutArguments) {
  EXPECT_EQ(bodyOf(), "");
  EXPECT_EQ(bodyOf(4000), closeBody(4000));
  EXPECT_EQ(bodyOf(4000, "why"), closeBody(4000, "why"));
}

// X9
TEST_F(WebSocketClose, Sends1000WithAReasonAlone) {
  EXPECT_EQ(bodyOf(std::nullopt, "why"), closeBody(1000, "why"));
}

// X10
TEST_F(WebSocketClose, OnlyBecomesClosingWhenThePeerWasFirst) {
  WebSocket socket = open();
  socket.onmessage = [&](const MessageEvent&) {
    socket.close(3001, "mine");
    EXPECT_EQ(socket.readyState(), WebSocket::CLOSING);
  };
  peer->send(serverFrame(8, closeBody(3000, "theirs")));
  turn();
  socket.close(3001, "mine");
  EXPECT_EQ(socket.readyState(), WebSocket::CLOSING);
  peer->finish();
  turn();
  EXPECT_EQ(peer->received(), Strings{"8:" + closeBody(3000, "theirs")});
  EXPECT_EQ(trace, Strings{"close 3000 theirs clean"});
}

// X11
TEST_F(WebSocketClose, DeliversNoMessageAfterClose) {
  WebSocket socket = open();
  peer->sendText("before");
  turn();
  peer->sendText("under way");
  socket.close();
  peer->sendText("after");
  peer->sendClose(1000);
  peer->finish();
  turn();
  EXPECT_EQ(trace, (Strings{"message before", "close 1000 clean"}));
}

// X11
TEST_F(WebSocketClose, DeliversNoMessageBehindTheOneWhoseHandlerCloses) {
  WebSocket socket = open();
  socket.onmessage = [&](const MessageEvent& event) {
    trace.push_back("message " + std::string(event.data().text()));
    socket.close();
  };
  peer->send(serverFrame(1, "one") + serverFrame(1, "two"));
  turn();
  EXPECT_EQ(trace, Strings{"message one"});
}

// X12
TEST_F(WebSocketClose, GivesUpAfterTheCloseTimeout) {
  Options options;
  options.closeTimeout = std::chrono::milliseconds(5);
  WebSocket socket = open(kUrl, {}, options);
  socket.close(1000);
  ASSERT_TRUE(until([&] { return socket.readyState() == WebSocket::CLOSED; }));
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
  EXPECT_EQ(socket.failure()->limit, "closeTimeout");
  EXPECT_EQ(socket.failure()->stage, Failure::Stage::Closing);
  EXPECT_EQ(socket.failure()->message,
            "the closing handshake took longer than 5 ms (closeTimeout)");
}

// ---- 3.10: the values of the close event ----

// K: the peer closes first
TEST_F(WebSocketClose, ReportsThePeersCodeAndReason) {
  for (const unsigned code : {1000U, 1001U, 1002U, 1003U, 1007U, 1008U, 1009U, 1010U, 1011U, 1012U,
                              1013U, 1014U, 3000U, 4999U}) {
    EXPECT_EQ(peerCloses(closeBody(code, "bye")),
              Strings{"close " + std::to_string(code) + " bye clean"});
  }
}

// K: an empty Close
TEST_F(WebSocketClose, Reports1005ForAnEmptyClose) {
  EXPECT_EQ(peerCloses(""), Strings{"close 1005 clean"});
  WebSocket socket = open();
  socket.close();
  turn();
  peer->send(serverFrame(8, ""));
  peer->finish();
  turn();
  EXPECT_EQ(trace, Strings{"close 1005 clean"});
  EXPECT_FALSE(socket.failure());
}

// K: another answer than ours
TEST_F(WebSocketClose, ReportsThePeersCodeWhenWeWereFirst) {
  WebSocket socket = open();
  socket.close(3000, "x");
  turn();
  answerClose(3001, "y");
  EXPECT_EQ(trace, Strings{"close 3001 y clean"});
}

// K: both at once
TEST_F(WebSocketClose, ReportsThePeersCodeWhenBothClose) {
  WebSocket socket = open();
  peer->sendClose(4000, "peer");
  socket.close(3000, "ours");
  turn();
  peer->finish();
  turn();
  EXPECT_EQ(trace, Strings{"close 4000 peer clean"});
  EXPECT_EQ(peer->received(), Strings{"8:" + closeBody(3000, "ours")});
}

// K: TCP ends without the peer's Close
TEST_F(WebSocketClose, Is1006WhenThePeerEndsWithoutItsClose) {
  WebSocket socket = open();
  socket.close(3000, "x");
  turn();
  peer->finish();
  turn();
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
}

// K, K5: TCP lost while OPEN
TEST_F(WebSocketClose, Is1006WithAnErrorWhenTcpIsLostWhileOpen) {
  WebSocket socket = open();
  peer->finish();
  turn();
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
  EXPECT_EQ(socket.failure()->message, "the peer ended the connection without a Close frame");
  EXPECT_EQ(socket.failure()->closedFirst, Failure::Side::Remote);
  EXPECT_EQ(socket.failure()->stage, Failure::Stage::Open);
  WebSocket reset = open();
  pipe->cut(ECONNRESET);
  turn();
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
  EXPECT_EQ(reset.failure()->systemError, ECONNRESET);
}

// K: protocol violations
TEST_F(WebSocketClose, Is1006WhenThePeerBreaksTheProtocolEvenIfItEchoes) {
  struct Case {
    std::string bytes;
    unsigned code;
  };
  const std::vector<Case> cases{
      {serverFrame(3, ""), 1002},
      {serverFrame(1, "\xff"), 1007},
      {serverFrame(0, "x"), 1002},
      {std::string("\x81\x81") + "abcdx", 1002},
      {serverFrame(9, std::string(126, 'x')), 1002},
      {std::string("\xc1\x00", 2), 1002},
  };
  for (const Case& broken : cases) {
    WebSocket socket = open();
    peer->send(broken.bytes);
    turn();
    ASSERT_EQ(peer->received().size(), 1U);
    EXPECT_EQ(peer->received()[0].substr(0, 4), "8:" + closeBody(broken.code));
    EXPECT_EQ(trace, Strings());
    answerClose(broken.code);
    EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
    EXPECT_EQ(socket.failure()->closeCodeSent, CloseCode(broken.code));
    EXPECT_EQ(socket.failure()->closedFirst, Failure::Side::Local);
  }
}

// K: an illegal Close
TEST_F(WebSocketClose, Is1006ForAnIllegalCloseFrame) {
  const Strings failed{"error", "close 1006 unclean"};
  EXPECT_EQ(peerCloses("\x03"), failed);
  for (const unsigned code : {0U, 999U, 1004U, 1005U, 1006U, 1015U, 1016U, 2999U, 5000U, 65535U}) {
    EXPECT_EQ(peerCloses(closeBody(code)), failed) << code;
  }
  EXPECT_EQ(peerCloses(closeBody(1000, "\xff")), failed);
}

// K: limits
TEST_F(WebSocketClose, NamesTheLimitThatAMessageExceeded) {
  Options options;
  options.maxMessageSize = 10;
  WebSocket socket = open(kUrl, {}, options);
  peer->sendText("0123456789a");
  turn();
  answerClose(1009);
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
  EXPECT_EQ(socket.failure()->limit, "maxMessageSize");
  EXPECT_EQ(socket.failure()->closeCodeSent, CloseCode(1009));
  options.maxMessageSize = 1000;
  options.maxFragments = 3;
  WebSocket fragments = open(kUrl, {}, options);
  peer->send(serverFrame(1, "a", false) + serverFrame(0, "b", false) + serverFrame(0, "c", false) +
             serverFrame(0, "d"));
  turn();
  answerClose(1009);
  EXPECT_EQ(fragments.failure()->limit, "maxFragments");
}

// K1
TEST_F(WebSocketClose, NeverPuts1005Or1006OnTheWire) {
  EXPECT_EQ(peerCloses(""), Strings{"close 1005 clean"});
  EXPECT_EQ(peer->received(), Strings{"8:"});
}

// K2
TEST_F(WebSocketClose, KeepsAByteOrderMarkInTheReason) {
  EXPECT_EQ(peerCloses(closeBody(1000, "\xef\xbb\xbfx")),
            Strings{"close 1000 \xef\xbb\xbfx clean"});
}

// Elsewhere a reason of another type than expected let memory out that nobody had written.
TEST_F(WebSocketClose, PutsTheBytesOfTheReasonOnTheWireWhateverItsTypeAndLength) {
  const std::string text =
      "f\xc3\xbc"
      "nf \xf0\x9f\x98\x80";
  EXPECT_EQ(bodyOf(3000, std::string_view(text)), closeBody(3000, text));
  EXPECT_EQ(bodyOf(3000, std::u16string_view(u"f\u00fcnf \U0001F600")), closeBody(3000, text));
  EXPECT_EQ(bodyOf(3000, text.c_str()), closeBody(3000, text));
  EXPECT_EQ(bodyOf(3000, std::string("a\0b", 3)), closeBody(3000, std::string_view("a\0b", 3)));
  for (std::size_t size = 0; size <= 123; ++size) {
    const std::string reason(size, static_cast<char>('a' + size % 26));
    EXPECT_EQ(bodyOf(1000, reason), closeBody(1000, reason));
  }
}

// K3
TEST_F(WebSocketClose, IsCleanOnlyOnceTcpHasEnded) {
  WebSocket socket = open();
  socket.close(1000);
  turn();
  peer->sendClose(1000);
  turn();
  EXPECT_EQ(trace, Strings());
  EXPECT_EQ(socket.readyState(), WebSocket::CLOSING);
  peer->finish();
  turn();
  EXPECT_EQ(trace, Strings{"close 1000 clean"});
}

// K4
TEST_F(WebSocketClose, TellsNothingInTheErrorEvent) {
  WebSocket socket = open();
  bool isPlain = false;
  socket.onerror = [&](const Event& event) {
    isPlain = dynamic_cast<const MessageEvent*>(&event) == nullptr &&
              dynamic_cast<const CloseEvent*>(&event) == nullptr;
    EXPECT_TRUE(socket.failure());
  };
  pipe->cut(ECONNRESET);
  turn();
  EXPECT_TRUE(isPlain);
}

// ---- Ours ----

TEST_F(WebSocketClose, TerminateDropsTheConnectionFromATask) {
  WebSocket socket = open();
  socket.send("lost or not");
  socket.terminate();
  EXPECT_EQ(socket.readyState(), WebSocket::CLOSING);
  EXPECT_EQ(trace, Strings());
  turn();
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
  EXPECT_EQ(socket.failure()->message, "ended by terminate()");
  EXPECT_EQ(socket.failure()->closedFirst, Failure::Side::Local);
  socket.terminate();
  turn();
  EXPECT_EQ(trace.size(), 2U);
}

TEST_F(WebSocketClose, TerminateWorksInEveryState) {
  WebSocket connecting = connect();
  connecting.terminate();
  turn();
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
  WebSocket closing = open();
  closing.close(1000);
  turn();
  closing.terminate();
  turn();
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
  trace.clear();
  WebSocket both = connect();
  both.close();
  both.terminate();
  turn();
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
}

TEST_F(WebSocketClose, TerminateInAHandlerStopsTheMessagesBehindIt) {
  WebSocket socket = open();
  socket.onmessage = [&](const MessageEvent&) {
    trace.push_back("message");
    socket.terminate();
  };
  peer->send(serverFrame(1, "one") + serverFrame(1, "two"));
  turn();
  EXPECT_EQ(trace, (Strings{"message", "error", "close 1006 unclean"}));
}

TEST_F(WebSocketClose, PingTimeoutLosesThePeer) {
  Options options;
  options.pingAfter = std::chrono::milliseconds(5);
  options.pingTimeout = std::chrono::milliseconds(5);
  WebSocket socket = open(kUrl, {}, options);
  ASSERT_TRUE(until([&] { return socket.readyState() == WebSocket::CLOSED; }));
  EXPECT_EQ(peer->received(), Strings{"9:"});
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
  EXPECT_EQ(socket.failure()->limit, "pingTimeout");
}

TEST_F(WebSocketClose, WriteTimeoutLosesAPeerThatTakesNothing) {
  Options options;
  options.writeTimeout = std::chrono::milliseconds(5);
  WebSocket socket = open(kUrl, {}, options);
  pipe->stall(Direction::FirstToSecond, 1000);
  socket.send(ArrayBuffer(std::size_t{8} << 20));
  ASSERT_TRUE(until([&] { return socket.readyState() == WebSocket::CLOSED; }));
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
  EXPECT_EQ(socket.failure()->limit, "writeTimeout");
  EXPECT_EQ(socket.failure()->message,
            "the peer took nothing of what waits for 5 ms (writeTimeout)");
}

TEST_F(WebSocketClose, IdleTimeoutCloses1001) {
  Options options;
  options.idleTimeout = std::chrono::milliseconds(5);
  WebSocket socket = open(kUrl, {}, options);
  ASSERT_TRUE(until([&] { return !peer->received().empty(); }));
  EXPECT_EQ(peer->received()[0].substr(0, 4), "8:" + closeBody(1001));
  EXPECT_EQ(socket.readyState(), WebSocket::CLOSING);
  answerClose(1001);
  EXPECT_EQ(trace, Strings{"close 1001 clean"});
}

}  // namespace
}  // namespace parley::test
