// A chat room with its web page: example_chat_server [PORT [PAGE_DIRECTORY]]
// Whoever speaks the sub-protocol "chat.v1" at /chat hears what all the others say.

#include <parley/server.hpp>

#include <cstdlib>
#include <iostream>
#include <string>
#include <unordered_set>

int main(int argc, char** argv) {
  parley::Server server;
  std::unordered_set<parley::WebSocket> room;
  const auto tellAll = [&room](std::string_view text) {
    for (parley::WebSocket guest : room) guest.send(text);
  };

  parley::Route chat;
  chat.protocols = {"chat.v1"};
  chat.onopen = [&](const parley::Event& event) {
    room.insert(event.target());
    tellAll("* " + std::to_string(room.size()) + " in the room");
  };
  chat.onmessage = [&](const parley::MessageEvent& event) {
    if (event.data().isText()) tellAll(event.data().text());
  };
  chat.onclose = [&](const parley::CloseEvent& event) {
    room.erase(event.target());
    tellAll("* " + std::to_string(room.size()) + " in the room");
  };
  server.route("/chat", std::move(chat));
  if (argc > 2) server.files("/", argv[2]);

  const auto port = static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 9000);
  if (auto failure = server.listen("127.0.0.1", port)) {
    std::cerr << failure->message << '\n';
    return 1;
  }
  std::cout << "the room is at http://127.0.0.1:" << server.port() << "/" << std::endl;
  parley::run();
}
