// Both ends agree on a sub-protocol: the client offers what it speaks, the most wanted first, and
// the server selects by its own preference.

#include <parley/server.hpp>

#include <iostream>
#include <string>

int main() {
  parley::Server server;
  parley::Route route;
  route.protocols = {"prices.v3", "prices.v2", "prices.v1"};
  route.onopen = [](const parley::Event& event) {
    const parley::WebSocket& socket = event.target();
    socket.send("you get " + socket.protocol());
  };
  server.route("/prices", std::move(route));
  if (auto failure = server.listen("127.0.0.1", 0)) {
    std::cerr << failure->message << '\n';
    return 1;
  }

  const std::string url = "ws://127.0.0.1:" + std::to_string(server.port()) + "/prices";
  parley::WebSocket socket(url, {"prices.v1", "prices.v2"});
  socket.onopen = [&](const parley::Event&) {
    std::cout << "selected " << socket.protocol() << '\n';
  };
  socket.onmessage = [&](const parley::MessageEvent& event) {
    std::cout << event.data().text() << '\n';
    socket.close();
  };
  socket.onclose = [&](const parley::CloseEvent&) { server.shutdown(std::chrono::seconds(1)); };
  parley::run();
}
