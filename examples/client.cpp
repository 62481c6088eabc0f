// Says hello to an echo server, prints the answer and closes: example_client
// ws://localhost:9000/echo

#include <parley/websocket.hpp>

#include <iostream>

int main(int argc, char** argv) {
  parley::WebSocket socket(argc > 1 ? argv[1] : "ws://localhost:9000/echo");
  socket.onopen = [&](const parley::Event&) { socket.send("hello"); };
  socket.onmessage = [&](const parley::MessageEvent& event) {
    std::cout << event.data().text() << '\n';
    socket.close(1000, "done");
  };
  socket.onclose = [&](const parley::CloseEvent& event) {
    std::cout << "closed with " << event.code() << '\n';
    if (socket.failure()) std::cerr << socket.failure()->message << '\n';
  };
  parley::run();
  return socket.failure() ? 1 : 0;
}
