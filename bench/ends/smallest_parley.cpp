// The smallest client: says hello, prints the answer, closes.

#include <parley/websocket.hpp>

#include <iostream>

int main(int argc, char** argv) {
  parley::WebSocket socket(argc > 1 ? argv[1] : "ws://localhost:9000/");
  socket.onopen = [&](const parley::Event&) { socket.send("hello"); };
  socket.onmessage = [&](const parley::MessageEvent& event) {
    std::cout << event.data().text() << '\n';
    socket.close();
  };
  parley::run();
}
