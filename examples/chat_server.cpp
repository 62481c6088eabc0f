// A chat room with its web page: example_chat_server [PORT [PAGE_DIRECTORY]]
// Whoever speaks the sub-protocol "chat.v1" at /chat hears what all the others say.

#include <parley/server.hpp>
#include <parley/topics.hpp>

#include <cstdlib>
#include <iostream>
#include <string>

int main(int argc, char** argv) {
  parley::Server server;
  parley::Topics topics;
  const auto tellHowMany = [&topics] {
    topics.publish("room", "* " + std::to_string(topics.subscribers("room")) + " in the room");
  };

  parley::Route chat;
  chat.protocols = {"chat.v1"};
  chat.onopen = [&](const parley::Event& event) {
    topics.subscribe(event.target(), "room");
    tellHowMany();
  };
  chat.onmessage = [&](const parley::MessageEvent& event) {
    if (event.data().isText()) topics.publish("room", event.data().text());
  };
  chat.onclose = [&](const parley::CloseEvent&) { tellHowMany(); };
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
