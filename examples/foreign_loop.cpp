// A program that has an event loop already, here plain epoll, drives Parley's: it watches one
// descriptor and asks how long it may wait.

#include <parley/server.hpp>

#include <iostream>
#include <string>

#include <sys/epoll.h>
#include <unistd.h>

int main() {
  parley::Loop& loop = parley::Loop::current();
  parley::Server server;
  server.route("/echo", {.onmessage = [](const parley::MessageEvent& event) {
                 event.target().send(event.data().text());
               }});
  if (auto failure = server.listen("127.0.0.1", 0)) {
    std::cerr << failure->message << '\n';
    return 1;
  }
  parley::WebSocket socket("ws://127.0.0.1:" + std::to_string(server.port()) + "/echo");
  socket.onopen = [&](const parley::Event&) { socket.send("driven by epoll"); };
  socket.onmessage = [&](const parley::MessageEvent& event) {
    std::cout << event.data().text() << '\n';
    socket.close();
  };
  socket.onclose = [&](const parley::CloseEvent&) { server.shutdown(std::chrono::seconds(1)); };

  const int epoll = epoll_create1(0);
  epoll_event interest{};
  interest.events = EPOLLIN;
  epoll_ctl(epoll, EPOLL_CTL_ADD, loop.fd(), &interest);
  while (loop.poll()) {
    const auto timeout = loop.timeout();
    epoll_event ready;
    epoll_wait(epoll, &ready, 1, timeout ? static_cast<int>(timeout->count()) : -1);
  }
  close(epoll);
}
