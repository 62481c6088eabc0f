#include "client/socket_test.hpp"

#include <thread>

namespace parley::test {
namespace {

class WebSocketEventTarget : public SocketTest {
 protected:
  EventListener logging(const std::string& name) {
    return [this, name](const Event&) { trace.push_back(name); };
  }
  /// Sends one message through and answers what the listeners noted.
  Strings afterMessage() {
    trace.clear();
    peer->sendText("x");
    turn();
    return trace;
  }
  WebSocket quiet() {
    WebSocket socket = open();
    socket.onmessage = nullptr;
    return socket;
  }
};

// D1
TEST_F(WebSocketEventTarget, CallsListenersInTheOrderOfAdding) {
  WebSocket socket = quiet();
  socket.addEventListener("message", logging("a"));
  socket.addEventListener("message", logging("b"));
  socket.addEventListener("message", logging("c"));
  EXPECT_EQ(afterMessage(), (Strings{"a", "b", "c"}));
}

// D1
TEST_F(WebSocketEventTarget, IgnoresARepeatedListenerButNotForAnotherCaptureOrType) {
  WebSocket socket = quiet();
  const EventListener listener = logging("a");
  socket.addEventListener("message", listener);
  socket.addEventListener("message", listener);
  socket.addEventListener("message", listener, {.once = true});
  socket.addEventListener("close", listener);
  EXPECT_EQ(afterMessage(), Strings{"a"});
  EXPECT_EQ(afterMessage(), Strings{"a"});
  socket.addEventListener("message", listener, {.capture = true});
  EXPECT_EQ(afterMessage(), (Strings{"a", "a"}));
  socket.removeEventListener("message", listener);
  EXPECT_EQ(afterMessage(), Strings{"a"});
  socket.removeEventListener("message", listener, true);
  EXPECT_EQ(afterMessage(), Strings());
}

// D1
TEST_F(WebSocketEventTarget, IgnoresANullListener) {
  WebSocket socket = quiet();
  socket.addEventListener("message", nullptr);
  socket.removeEventListener("message", nullptr);
  EXPECT_EQ(afterMessage(), Strings());
}

// D2
TEST_F(WebSocketEventTarget, RemovesAOnceListenerBeforeItsCall) {
  WebSocket socket = quiet();
  EventListener listener = nullptr;
  int calls = 0;
  listener = [&](const Event&) {
    // Gone already: adding it again has an effect, the next time.
    if (++calls == 1) socket.addEventListener("message", listener, {.once = true});
  };
  socket.addEventListener("message", listener, {.once = true});
  afterMessage();
  EXPECT_EQ(calls, 1);
  afterMessage();
  afterMessage();
  EXPECT_EQ(calls, 2);
  listener = nullptr;
}

// D2
TEST_F(WebSocketEventTarget, ASignalThatWasAbortedAddsNothing) {
  WebSocket socket = quiet();
  std::stop_source source;
  source.request_stop();
  socket.addEventListener("message", logging("a"), {.signal = source.get_token()});
  EXPECT_EQ(afterMessage(), Strings());
}

// D2
TEST_F(WebSocketEventTarget, ASignalRemovesItsListenersFromAnyThread) {
  WebSocket socket = quiet();
  std::stop_source source;
  socket.addEventListener("message", logging("a"), {.signal = source.get_token()});
  socket.addEventListener("message", logging("b"));
  EXPECT_EQ(afterMessage(), (Strings{"a", "b"}));
  std::thread([&] { source.request_stop(); }).join();
  EXPECT_EQ(afterMessage(), Strings{"b"});
}

// D2
TEST_F(WebSocketEventTarget, ASignalAbortedInTheSameDispatchKeepsItsListenerFromTheCall) {
  WebSocket socket = quiet();
  std::stop_source source;
  socket.addEventListener("message", [&](const Event&) { source.request_stop(); });
  socket.addEventListener("message", logging("late"), {.signal = source.get_token()});
  EXPECT_EQ(afterMessage(), Strings());
}

// D3
TEST_F(WebSocketEventTarget, ListenersRemovedDuringDispatchAreNotCalled) {
  WebSocket socket = quiet();
  const EventListener second = logging("second");
  socket.addEventListener("message",
                          [&](const Event&) { socket.removeEventListener("message", second); });
  socket.addEventListener("message", second);
  EXPECT_EQ(afterMessage(), Strings());
}

// D3
TEST_F(WebSocketEventTarget, ListenersAddedDuringDispatchAreCalledNextTime) {
  WebSocket socket = quiet();
  const EventListener late = logging("late");
  socket.addEventListener("message",
                          [&](const Event&) { socket.addEventListener("message", late); });
  EXPECT_EQ(afterMessage(), Strings());
  EXPECT_EQ(afterMessage(), Strings{"late"});
}

// D4
TEST_F(WebSocketEventTarget, AHandlerKeepsThePlaceOfItsFirstAssignment) {
  WebSocket socket = quiet();
  socket.addEventListener("message", logging("a"));
  socket.onmessage = [&](const MessageEvent&) { trace.push_back("old"); };
  socket.addEventListener("message", logging("b"));
  socket.onmessage = [&](const MessageEvent&) { trace.push_back("new"); };
  EXPECT_EQ(afterMessage(), (Strings{"a", "new", "b"}));
}

// D4
TEST_F(WebSocketEventTarget, NullRemovesAHandlerAndItsPlace) {
  WebSocket socket = quiet();
  socket.onmessage = [&](const MessageEvent&) { trace.push_back("handler"); };
  socket.addEventListener("message", logging("a"));
  socket.onmessage = nullptr;
  EXPECT_FALSE(socket.onmessage);
  EXPECT_EQ(afterMessage(), Strings{"a"});
  socket.onmessage = [&](const MessageEvent&) { trace.push_back("handler"); };
  EXPECT_EQ(afterMessage(), (Strings{"a", "handler"}));
}

// D4
TEST_F(WebSocketEventTarget, AnEmptyFunctionCountsAsNull) {
  WebSocket socket = quiet();
  socket.onmessage = std::function<void(const MessageEvent&)>();
  EXPECT_FALSE(socket.onmessage);
  EXPECT_EQ(afterMessage(), Strings());
}

// D4
TEST_F(WebSocketEventTarget, AHandlerMayReplaceAndRemoveItselfWhileItRuns) {
  WebSocket socket = quiet();
  const std::string captured(100, 'c');
  socket.onmessage = [&, captured](const MessageEvent&) {
    socket.onmessage = [&, captured](const MessageEvent&) {
      socket.onmessage = nullptr;
      trace.push_back("second " + captured);
    };
    trace.push_back("first " + captured);
  };
  EXPECT_EQ(afterMessage(), Strings{"first " + captured});
  EXPECT_EQ(afterMessage(), Strings{"second " + captured});
  EXPECT_EQ(afterMessage(), Strings());
}

// D4
TEST_F(WebSocketEventTarget, ASmallHandlerMayReplaceItselfWhileItRuns) {
  WebSocket socket = quiet();
  // Small enough to lie inside of the std::function.
  socket.onmessage = [this, &socket](const MessageEvent&) {
    socket.onmessage = [this](const MessageEvent&) { trace.push_back("second"); };
    trace.push_back("first");
  };
  EXPECT_EQ(afterMessage(), Strings{"first"});
  EXPECT_EQ(afterMessage(), Strings{"second"});
}

// D5
TEST_F(WebSocketEventTarget, DispatchesUserMadeEvents) {
  WebSocket socket = quiet();
  bool isTrusted = true;
  socket.addEventListener("custom", [&](const Event& event) {
    isTrusted = event.isTrusted();
    EXPECT_TRUE(event.target() == socket);
    trace.push_back(std::string(event.type()));
  });
  Event event("custom");
  EXPECT_TRUE(socket.dispatchEvent(event));
  EXPECT_EQ(trace, Strings{"custom"});
  EXPECT_FALSE(isTrusted);
}

// D5
TEST_F(WebSocketEventTarget, ThrowsInvalidStateErrorForAnEventThatIsBeingDispatched) {
  WebSocket socket = quiet();
  Event event("custom");
  std::string name;
  socket.addEventListener(
      "custom", [&](const Event&) { name = thrownBy([&] { socket.dispatchEvent(event); }); });
  EXPECT_TRUE(socket.dispatchEvent(event));
  EXPECT_EQ(name, "InvalidStateError");
  EXPECT_TRUE(socket.dispatchEvent(event));
}

// D5
TEST_F(WebSocketEventTarget, PreventDefaultNeedsACancelableEventAndNoPassiveListener) {
  WebSocket socket = quiet();
  socket.addEventListener("custom", [](const Event& event) { event.preventDefault(); },
                          {.passive = true});
  Event passive("custom", {.cancelable = true});
  EXPECT_TRUE(socket.dispatchEvent(passive));
  socket.addEventListener("custom", [](const Event& event) { event.preventDefault(); });
  Event cancelable("custom", {.cancelable = true});
  EXPECT_FALSE(socket.dispatchEvent(cancelable));
  EXPECT_TRUE(cancelable.defaultPrevented());
  Event plain("custom");
  EXPECT_TRUE(socket.dispatchEvent(plain));
}

// D5
TEST_F(WebSocketEventTarget, StopImmediatePropagationStopsTheRest) {
  WebSocket socket = quiet();
  socket.addEventListener("custom", [&](const Event& event) {
    trace.push_back("a");
    event.stopImmediatePropagation();
  });
  socket.addEventListener("custom", logging("b"));
  Event event("custom");
  socket.dispatchEvent(event);
  EXPECT_EQ(trace, Strings{"a"});
}

// D5
TEST_F(WebSocketEventTarget, SpecialListenersAreNotCalledForEventsOfAnotherKind) {
  WebSocket socket = quiet();
  socket.onmessage = [&](const MessageEvent& event) {
    trace.push_back("message " + std::string(event.data().text()));
  };
  socket.addEventListener("message", [&](const MessageEvent&) { trace.push_back("special"); });
  socket.addEventListener("message", logging("general"));
  Event plain("message");
  socket.dispatchEvent(plain);
  EXPECT_EQ(trace, Strings{"general"});
  trace.clear();
  MessageEvent message("message", {.data = std::string_view("mine")});
  socket.dispatchEvent(message);
  EXPECT_EQ(trace, (Strings{"message mine", "special", "general"}));
}

// I9
TEST(UserMadeEvents, HaveTheDefaultsOfTheStandard) {
  const CloseEvent close("close");
  EXPECT_FALSE(close.wasClean());
  EXPECT_EQ(close.code(), 0);
  EXPECT_EQ(close.reason(), "");
  EXPECT_FALSE(close.isTrusted());
  const CloseEvent filled("close", {.wasClean = true, .code = 1000, .reason = "x"});
  EXPECT_TRUE(filled.wasClean());
  EXPECT_EQ(filled.code(), 1000);
  EXPECT_EQ(filled.reason(), "x");
}

// I10
TEST(UserMadeEvents, MessageEventsHoldWhatTheyAreGiven) {
  const MessageEvent empty("message");
  EXPECT_EQ(empty.data().size(), 0U);
  EXPECT_EQ(empty.origin(), "");
  EXPECT_EQ(empty.lastEventId(), "");
  const std::string bytes = "bytes";
  const MessageEvent binary("message", {.data = std::as_bytes(std::span(bytes)),
                                        .origin = "o",
                                        .lastEventId = "i",
                                        .bubbles = true,
                                        .cancelable = true});
  EXPECT_EQ(binary.data().kind(), MessageData::Kind::ArrayBuffer);
  EXPECT_EQ(binary.data().take().text(), "bytes");
  EXPECT_EQ(binary.origin(), "o");
  EXPECT_EQ(binary.lastEventId(), "i");
  EXPECT_TRUE(binary.bubbles());
  EXPECT_TRUE(binary.cancelable());
}

TEST_F(WebSocketEventTarget, ThrowsInvalidStateErrorOnAForeignThread) {
  WebSocket socket = open();
  Strings names;
  std::thread([&] {
    names.push_back(thrownBy([&] { socket.onmessage = nullptr; }));
    names.push_back(thrownBy([&] { socket.addEventListener("open", [](const Event&) {}); }));
    names.push_back(thrownBy([&] { socket.pause(); }));
    names.push_back(thrownBy([&] { socket.resume(); }));
    Event event("x");
    names.push_back(thrownBy([&] { socket.dispatchEvent(event); }));
  }).join();
  EXPECT_EQ(names, Strings(5, "InvalidStateError"));
  EXPECT_TRUE(socket.onmessage);
}

// DOM section 2.9, "dispatch", steps 13 and 14.
TEST_F(WebSocketEventTarget, ListenersThatCaptureAreCalledFirst) {
  WebSocket socket = open();
  Strings order;
  const auto note = [&order](const char* name) {
    return EventListener([&order, name](const Event&) { order.emplace_back(name); });
  };
  const EventListener removed = note("removed");
  socket.addEventListener("x", note("first"));
  socket.addEventListener("x", note("capturing"), true);
  socket.addEventListener("x", removed, true);
  socket.addEventListener("x", note("second"));
  socket.addEventListener("x", note("capturing once"), {.capture = true, .once = true});
  socket.removeEventListener("x", removed, true);
  for (int i = 0; i < 2; ++i) {
    Event event("x");
    socket.dispatchEvent(event);
  }
  EXPECT_EQ(order, (Strings{"capturing", "capturing once", "first", "second", "capturing", "first",
                            "second"}));
}

}  // namespace
}  // namespace parley::test
