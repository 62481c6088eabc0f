#include "client/command_queue.hpp"
#include "client/socket_test.hpp"

#include <atomic>
#include <map>
#include <thread>

namespace parley::test {
namespace {

class WebSocketThreads : public SocketTest {
 protected:
  static constexpr int kThreads = 8;

  void onAll(const std::function<void(int)>& work) {
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) threads.emplace_back(work, i);
    for (std::thread& thread : threads) thread.join();
  }
};

TEST_F(WebSocketThreads, AForeignThreadSendsInItsOrder) {
  WebSocket socket = open();
  std::thread([&] {
    socket.send("one");
    socket.send(u"two");
    socket.send(Blob({"three"}));
    socket.send(ArrayBuffer::copyOf("four"));
    socket.ping();
    socket.close(3000, "five");
    socket.send("too late");
  }).join();
  EXPECT_EQ(socket.readyState(), WebSocket::CLOSING);
  EXPECT_EQ(socket.bufferedAmount(), 23U);
  turn();
  EXPECT_EQ(peer->received(),
            (Strings{"1:one", "1:two", "2:three", "2:four", "9:", "8:" + closeBody(3000, "five")}));
  EXPECT_EQ(socket.bufferedAmount(), 8U);
}

TEST_F(WebSocketThreads, AForeignThreadIsToldOfItsMistakesAtTheCall) {
  WebSocket socket = open();
  WebSocket connecting = connect();
  Strings names;
  std::thread([&] {
    names.push_back(thrownBy([&] { connecting.send("x"); }));
    names.push_back(thrownBy([&] { socket.send("\xff"); }));
    names.push_back(thrownBy([&] { socket.send(u"\xdc00"); }));
    names.push_back(thrownBy([&] { socket.close(1001); }));
    names.push_back(thrownBy([&] { socket.close(1000, std::string(124, 'x')); }));
  }).join();
  EXPECT_EQ(names, (Strings{"InvalidStateError", "SyntaxError", "SyntaxError", "InvalidAccessError",
                            "SyntaxError"}));
  EXPECT_EQ(socket.readyState(), WebSocket::OPEN);
}

TEST_F(WebSocketThreads, ReplacesIllFormedTextOfAForeignThread) {
  Options options;
  options.invalidText = InvalidText::Replace;
  WebSocket socket = open(kUrl, {}, options);
  std::thread([&] { socket.send("a\xff"); }).join();
  turn();
  EXPECT_EQ(peer->received(), Strings{"1:a\xef\xbf\xbd"});
}

TEST_F(WebSocketThreads, CallsKeepTheirOrderWhenOneThreadTellsAnother) {
  WebSocket socket = open();
  std::thread([&] { socket.send("first"); }).join();
  socket.send("second");
  std::thread([&] { socket.send("third"); }).join();
  socket.close();
  turn();
  EXPECT_EQ(peer->received(), (Strings{"1:first", "1:second", "1:third", "8:"}));
}

TEST_F(WebSocketThreads, CloseOfAForeignThreadWhileConnectingFailsTheConnection) {
  for (const bool isAnswered : {false, true}) {
    trace.clear();
    WebSocket socket = connect();
    turn();
    if (isAnswered) peer->send(peer->acceptance());
    std::thread([&] { socket.close(); }).join();
    EXPECT_EQ(socket.readyState(), WebSocket::CLOSING);
    turn();
    EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
  }
}

TEST_F(WebSocketThreads, TerminateOfAForeignThreadEndsInATask) {
  WebSocket socket = open();
  std::thread([&] { socket.terminate(); }).join();
  EXPECT_EQ(trace, Strings());
  turn();
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
}

TEST_F(WebSocketThreads, TheLastHandleMayGoOnAForeignThread) {
  std::optional<WebSocket> socket = open();
  const auto alive = std::make_shared<int>(0);
  socket->onmessage = [alive](const MessageEvent&) {};
  std::thread([&] { socket.reset(); }).join();
  turn();
  EXPECT_EQ(alive.use_count(), 1);
  EXPECT_EQ(peer->received(), Strings{"8:"});
  // And of a socket that is closed, and of one whose loop is gone.
  socket = open();
  socket->terminate();
  turn();
  std::thread([&] { socket.reset(); }).join();
  auto own = std::make_unique<Loop>();
  socket = WebSocket(*own, "ws://127.0.0.1:9/", {}, {.blockedPorts = BlockedPorts::Allow});
  own.reset();
  std::thread([&] {
    socket->send("x");
    socket->close();
    socket.reset();
  }).join();
}

TEST_F(WebSocketThreads, EightThreadsSendAndEachKeepsItsOrder) {
  constexpr int kMessages = 2000;
  WebSocket socket = open();
  std::atomic<int> running{kThreads};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      for (int n = 0; n < kMessages; ++n) {
        socket.send(std::to_string(i) + " " + std::to_string(n));
        (void)socket.bufferedAmount();
        (void)socket.readyState();
        (void)socket.protocol();
        (void)socket.failure();
      }
      --running;
    });
  }
  while (running > 0) loop.poll();
  for (std::thread& thread : threads) thread.join();
  ASSERT_TRUE(until([&] { return socket.bufferedAmount() == 0; }));
  turn();
  std::map<int, int> next;
  for (const ClientFrame& frame : peer->frames()) {
    const std::size_t space = frame.payload.find(' ');
    const int thread = std::stoi(frame.payload.substr(0, space));
    ASSERT_EQ(std::stoi(frame.payload.substr(space + 1)), next[thread]++);
  }
  for (int i = 0; i < kThreads; ++i) EXPECT_EQ(next[i], kMessages);
}

TEST_F(WebSocketThreads, EightThreadsSendCloseAndLetGoOfOneSocketAfterTheOther) {
  for (int round = 0; round < 50; ++round) {
    std::optional<WebSocket> socket = open();
    std::atomic<int> running{kThreads};
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&running, i, copy = *socket]() mutable {
        for (int n = 0; n < 50; ++n) copy.send("x");
        WebSocket another = copy;
        if (i % 4 == 0) another.close(1000, "done");
        if (i % 4 == 1) another.terminate();
        for (int n = 0; n < 50; ++n) copy.send(u"y");
        copy = another;
        --running;
      });
    }
    socket.reset();
    while (running > 0) loop.poll();
    for (std::thread& thread : threads) thread.join();
    turn(10);
  }
}

TEST_F(WebSocketThreads, ManyThreadsMakeOnlyOneQueue) {
  for (int round = 0; round < 20; ++round) {
    WebSocket socket = open();
    std::atomic<int> waiting{0};
    onAll([&](int) {
      ++waiting;
      while (waiting < kThreads) std::this_thread::yield();
      socket.send("x");
    });
    turn();
    EXPECT_EQ(peer->received(), Strings(kThreads, "1:x"));
  }
}

TEST(CommandQueue, NeedsOneWakeUntilItIsEmptied) {
  CommandQueue queue;
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.push(TerminateCommand{}), CommandQueue::Wake::Needed);
  EXPECT_EQ(queue.push(CloseCommand{1000, "x"}), CommandQueue::Wake::NotNeeded);
  EXPECT_FALSE(queue.empty());
  EXPECT_EQ(queue.takeAll().size(), 2U);
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.push(TerminateCommand{}), CommandQueue::Wake::Needed);
}

}  // namespace
}  // namespace parley::test
