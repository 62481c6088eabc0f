#include "server/server_fixture.hpp"

#include <parley/websocket.hpp>

#include <cerrno>

#include <sys/wait.h>
#include <unistd.h>

namespace parley::server {
namespace {

/// What the child does: a loop and a socket of its own, and nothing with what it inherited.
int echoOnce(std::uint16_t port) {
  Loop loop;
  std::string answer;
  // By name, so that the resolver's threads, which no fork copies, have to be there again.
  WebSocket socket(loop, "ws://localhost:" + std::to_string(port) + "/echo");
  socket.onopen = [&](const Event&) { socket.send("from the child"); };
  socket.onmessage = [&](const MessageEvent& event) {
    answer = event.data().text();
    socket.close(1000);
  };
  loop.run();
  return answer == "from the child" ? 0 : 1;
}

class ForkTest : public ServerTest {
 protected:
  void SetUp() override {
    server->route("/echo", {.onmessage = [](const MessageEvent& event) {
                    WebSocket(event.target()).send(event.data().text());
                  }});
    ASSERT_EQ(server->listen("localhost", 0), std::nullopt);
  }
};

TEST_F(ForkTest, AChildMakesALoopOfItsOwnAndTheParentsSocketsGoOn) {
  WebSocket socket(loop, "ws://localhost:" + std::to_string(server->port()) + "/echo");
  std::string answer;
  socket.onmessage = [&](const MessageEvent& event) { answer = event.data().text(); };
  until([&] { return socket.readyState() == WebSocket::OPEN; });

  const pid_t child = ::fork();
  if (child == 0) ::_exit(echoOnce(server->port()));
  ASSERT_GT(child, 0);
  int status = -1;
  until([&] { return ::waitpid(child, &status, WNOHANG) == child; });
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);

  socket.send("still here");
  until([&] { return answer == "still here"; });
  EXPECT_EQ(socket.readyState(), WebSocket::OPEN);
}

}  // namespace
}  // namespace parley::server
