// A user's program: it knows nothing of Parley but what is installed.
//
//   consumer          misuse, a refused connection, and an echo between a client and a server
//   consumer serve    an echo server for one client: prints its port, ends when the client has gone

#include <parley/parley.hpp>

#include <chrono>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

// A port that is taken, so that nobody else gets it, and that refuses every connection.
class RefusingPort {
 public:
  RefusingPort() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (::bind(socket_, reinterpret_cast<sockaddr*>(&address), length) == 0 &&
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length) == 0) {
      number_ = ntohs(address.sin_port);
    }
  }
  ~RefusingPort() { ::close(socket_); }
  RefusingPort(const RefusingPort&) = delete;
  RefusingPort& operator=(const RefusingPort&) = delete;

  std::uint16_t number() const { return number_; }

 private:
  int socket_;
  std::uint16_t number_ = 0;
};

// What an echo server of one client does: it goes when the client has gone.
parley::Route echoOnce(parley::Server& server) {
  parley::Route route;
  route.selectProtocol = [](const parley::Request&, const std::vector<std::string>& offered) {
    return offered.empty() ? std::nullopt : std::optional(offered.front());
  };
  route.onmessage = [](const parley::MessageEvent& event) {
    const parley::WebSocket& socket = event.target();
    socket.send(event.data().text());
  };
  route.onclose = [&server](const parley::CloseEvent&) {
    server.shutdown(std::chrono::seconds(1));
  };
  return route;
}

std::string refusal() {
  const RefusingPort port;
  std::string trace;
  parley::WebSocket socket("ws://127.0.0.1:" + std::to_string(port.number()) + "/");
  socket.onopen = [&](const parley::Event&) { trace += "open "; };
  socket.onerror = [&](const parley::Event&) { trace += "error "; };
  socket.onclose = [&](const parley::CloseEvent& event) {
    trace += "close " + std::to_string(event.code()) + (event.wasClean() ? " clean" : "");
  };
  parley::run();
  return trace;
}

std::string echo() {
  parley::Server server;
  server.route("/*", echoOnce(server));
  if (auto failure = server.listen("127.0.0.1", 0)) return failure->message;
  std::string trace;
  parley::WebSocket socket("ws://127.0.0.1:" + std::to_string(server.port()) + "/echo", "chat");
  socket.onopen = [&](const parley::Event&) {
    trace += "open " + socket.protocol() + ' ';
    socket.send("hello");
  };
  socket.onmessage = [&](const parley::MessageEvent& event) {
    trace += std::string(event.data().text()) + ' ';
    socket.close(1000, "done");
  };
  socket.onerror = [&](const parley::Event&) { trace += "error "; };
  socket.onclose = [&](const parley::CloseEvent& event) {
    trace += "close " + std::to_string(event.code()) + (event.wasClean() ? " clean" : "");
  };
  parley::run();
  return trace;
}

std::string misuse() {
  try {
    parley::WebSocket socket("ws://example.com/", {"chat", "chat"});
  } catch (const parley::DOMException& error) {
    return std::string(error.name());
  }
  return "nothing thrown";
}

bool expect(std::string_view what, const std::string& expected, const std::string& actual) {
  if (actual == expected) return true;
  std::cout << what << ": expected '" << expected << "', got '" << actual << "'\n";
  return false;
}

int serve() {
  parley::Server server;
  server.route("/*", echoOnce(server));
  if (server.listen("127.0.0.1", 0)) return 1;
  std::cout << server.port() << std::endl;
  parley::run();
  return 0;
}

}  // namespace

int main(int argc, char**) {
  if (argc > 1) return serve();
  std::cout << "parley " << parley::kVersion << '\n';
  const bool good = expect("misuse", "SyntaxError", misuse()) &&
                    expect("refusal", "error close 1006", refusal()) &&
                    expect("echo", "open chat hello close 1000 clean", echo());
  return good ? 0 : 1;
}
