// send() and close() may be called from any thread; handlers run on the loop's. Here a worker
// counts, the loop prints the echoes.

#include <parley/server.hpp>

#include <iostream>
#include <string>
#include <thread>

int main() {
  parley::Server server;
  server.route("/echo", {.onmessage = [](const parley::MessageEvent& event) {
                 event.target().send(event.data().text());
               }});
  if (auto failure = server.listen("127.0.0.1", 0)) {
    std::cerr << failure->message << '\n';
    return 1;
  }

  std::thread worker;
  parley::WebSocket socket("ws://127.0.0.1:" + std::to_string(server.port()) + "/echo");
  socket.onopen = [&](const parley::Event&) {
    worker = std::thread([socket]() mutable {  // its own copy: the same socket
      for (int i = 1; i <= 3; ++i) socket.send("number " + std::to_string(i));
    });
  };
  socket.onmessage = [&](const parley::MessageEvent& event) {
    std::cout << event.data().text() << '\n';
    if (event.data().text() == "number 3") socket.close(1000);
  };
  socket.onclose = [&](const parley::CloseEvent& event) {
    std::cout << "closed with " << event.code() << '\n';
    server.shutdown(std::chrono::seconds(1));
  };
  parley::run();
  if (worker.joinable()) worker.join();
}
