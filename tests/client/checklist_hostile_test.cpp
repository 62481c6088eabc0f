#include "client/socket_test.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <set>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace parley::test {
namespace {

class WebSocketHostilePeer : public SocketTest {};

// H7, H8: a 401, a proxy's 407 and the like must not start a loop
TEST_F(WebSocketHostilePeer, IsAskedOnceWhateverItsAnswerInvitesTo) {
  for (const char* answer :
       {"401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"",
        "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"",
        "421 Misdirected Request", "308 Permanent Redirect\r\nLocation: ws://example.com/other",
        "503 Service Unavailable\r\nRetry-After: 0"}) {
    trace.clear();
    WebSocket socket = connect("ws://user:pass@example.com/");
    turn();
    const std::size_t asked = peer->receivedBytes();
    EXPECT_EQ(asked, peer->request().size());
    peer->send("HTTP/1.1 " + std::string(answer) + "\r\nContent-Length: 0\r\n\r\n");
    turn();
    EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"})) << answer;
    EXPECT_EQ(peer->receivedBytes(), asked) << answer;
    EXPECT_TRUE(peer->hasEnded()) << answer;
  }
}

// H12
TEST_F(WebSocketHostilePeer, FailsForGarbageBehindThe101WhereverItIsCut) {
  const std::string garbage = "HTTP/1.1 200 OK\r\n\r\n";  // as a frame: RSV1 is set
  std::size_t length = 1;
  for (std::size_t cut = 0; cut <= length; ++cut) {
    trace.clear();
    WebSocket socket = connect();
    turn();
    const std::string response = peer->acceptance() + garbage;
    length = response.size();
    peer->send(response.substr(0, cut));
    turn();
    peer->send(response.substr(cut));
    turn();
    const Strings received = peer->received();
    ASSERT_EQ(received.size(), 1U) << cut;
    EXPECT_EQ(received[0].substr(0, 4), "8:" + closeBody(1002)) << cut;
    peer->finish();
    turn();
    EXPECT_EQ(trace, (Strings{"open", "error", "close 1006 unclean"})) << cut;
  }
}

enum class WhoCloses { Nobody, Client, Peer };

class WebSocketWeather : public SocketTest {
 protected:
  /// A short life that a reset ends after so many turns; the state it was in then.
  ReadyState resetAfter(int turns, WhoCloses who) {
    trace.clear();
    WebSocket socket = connect();
    pipe->setChunkSize(Direction::FirstToSecond, 24);
    pipe->setChunkSize(Direction::SecondToFirst, 24);
    bool hasAnswered = false;
    for (int i = 0; i < turns; ++i) {
      loop.poll();
      if (!hasAnswered && !peer->request().empty()) {
        hasAnswered = true;
        peer->send(peer->acceptance() + serverFrame(1, std::string(200, 'x')));
        if (who == WhoCloses::Peer) peer->sendClose(1000);
      }
      if (who == WhoCloses::Client && trace.size() == 2) socket.close(1000);
    }
    const ReadyState state = socket.readyState();
    pipe->cut(ECONNRESET);
    turn();
    EXPECT_EQ(socket.readyState(), WebSocket::CLOSED);
    return state;
  }
  [[nodiscard]] std::ptrdiff_t countOf(std::string_view start) const {
    return std::count_if(trace.begin(), trace.end(), [start](const std::string& line) {
      return std::string_view(line).starts_with(start);
    });
  }
};

// T5, R5
TEST_F(WebSocketWeather, AResetAtAnyTimeIsOneClose) {
  std::set<ReadyState> states;
  for (const WhoCloses who : {WhoCloses::Nobody, WhoCloses::Client, WhoCloses::Peer}) {
    for (int turns = 0; turns < 80; ++turns) {
      states.insert(resetAfter(turns, who));
      EXPECT_EQ(countOf("close "), 1) << turns;
      EXPECT_LE(countOf("error"), 1) << turns;
      EXPECT_TRUE(trace.back().starts_with("close ")) << turns;
      EXPECT_EQ(countOf("error") == 0, trace.back().ends_with(" clean")) << turns;
    }
  }
  EXPECT_TRUE(states.contains(WebSocket::CONNECTING));
  EXPECT_TRUE(states.contains(WebSocket::OPEN));
  EXPECT_TRUE(states.contains(WebSocket::CLOSING));
}

// S1, S5
TEST_F(WebSocketWeather, SendWorksInEveryHandler) {
  WebSocket socket = connect();
  socket.onopen = [&](const Event&) { socket.send("in open"); };
  socket.onmessage = [&](const MessageEvent&) { socket.send("in message"); };
  socket.onerror = [&](const Event&) { socket.send("in error"); };
  socket.onclose = [&](const CloseEvent&) { socket.send("in close"); };
  turn();
  peer->send(peer->acceptance() + serverFrame(1, "x") + serverFrame(1, "y"));
  turn();
  EXPECT_EQ(peer->received(), (Strings{"1:in open", "1:in message", "1:in message"}));
  EXPECT_EQ(socket.bufferedAmount(), 0U);
  pipe->cut(ECONNRESET);
  turn();
  EXPECT_EQ(socket.readyState(), WebSocket::CLOSED);
  EXPECT_EQ(socket.bufferedAmount(), 16U);
}

TEST_F(WebSocketWeather, TheLoopMayBeStoppedInAnyHandler) {
  WebSocket socket = connect();
  turn();
  const auto note = [&](const Event& event) {
    trace.emplace_back(event.type());
    loop.stop();
    loop.stop();  // as good as once
  };
  socket.onopen = note;
  socket.onmessage = note;
  socket.onerror = note;
  socket.onclose = note;
  // A reserved opcode ends it, so that each kind of event occurs.
  peer->send(peer->acceptance() + serverFrame(1, "x") + serverFrame(3, ""));
  peer->finish();
  int runs = 0;
  for (; socket.readyState() != WebSocket::CLOSED; ++runs) loop.run();
  EXPECT_LE(runs, 4);
  EXPECT_EQ(trace, (Strings{"open", "message", "error", "close"}));
}

/// An address that answers nobody: its backlog is full and nobody accepts.
class BlackHole {
 public:
  BlackHole() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    for (int& socket : sockets_) socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    EXPECT_EQ(bind(sockets_[0], generic, size), 0);
    EXPECT_EQ(listen(sockets_[0], 0), 0);
    EXPECT_EQ(getsockname(sockets_[0], generic, &size), 0);
    for (std::size_t i = 1; i < sockets_.size(); ++i) (void)::connect(sockets_[i], generic, size);
    port_ = ntohs(address.sin_port);
  }
  ~BlackHole() {
    for (const int socket : sockets_) ::close(socket);
  }
  BlackHole(const BlackHole&) = delete;
  BlackHole& operator=(const BlackHole&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  std::array<int, 5> sockets_{};
  std::uint16_t port_ = 0;
};

// C11: the kernel alone would go on for minutes
TEST_F(WebSocketWeather, ABlackHoleEndsWithTheHandshakeTimeout) {
  const BlackHole hole;
  Options options;
  options.handshakeTimeout = std::chrono::milliseconds(30);
  WebSocket socket(loop, "ws://127.0.0.1:" + std::to_string(hole.port()) + "/", {}, options);
  record(socket);
  ASSERT_TRUE(until([&] { return socket.readyState() == WebSocket::CLOSED; }));
  EXPECT_EQ(trace, (Strings{"error", "close 1006 unclean"}));
  EXPECT_EQ(socket.failure()->limit, "handshakeTimeout");
  EXPECT_EQ(socket.failure()->stage, Failure::Stage::Connect);
}

}  // namespace
}  // namespace parley::test
