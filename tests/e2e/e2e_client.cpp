// The client that real servers talk to in these tests. Prints each event as a line.
//   e2e_client URL echo [PROTOCOL...]    sends messages of every length class, checks the echoes,
//   closes with 3000 "over" e2e_client URL listen [PROTOCOL...]  only listens

#include <parley/websocket.hpp>

#include <deque>
#include <iostream>
#include <string>
#include <vector>

namespace {

struct Message {
  bool text;
  std::string bytes;
};

std::vector<Message> messages() {
  std::vector<Message> all = {
      {true, ""},
      {true, "hello"},
      {true, "gr\xc3\xbc\xc3\x9f \xe4\xb8\x96\xe7\x95\x8c \xf0\x9f\x98\x80"},
      {false, ""}};
  for (std::size_t size : {125U, 126U, 127U, 65535U, 65536U, 1048576U, 3000000U}) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 % 251);
    all.push_back({false, bytes});
    for (char& byte : bytes) byte = static_cast<char>('a' + static_cast<unsigned char>(byte) % 26);
    all.push_back({true, bytes});
  }
  return all;
}

std::span<const std::byte> bytesOf(const std::string& text) {
  return std::as_bytes(std::span(text));
}

void echo(parley::WebSocket& socket, std::deque<Message>& awaited) {
  for (const Message& message : messages()) {
    awaited.push_back(message);
    message.text ? socket.send(std::string_view(message.bytes))
                 : socket.send(bytesOf(message.bytes));
  }
}

void check(parley::WebSocket& socket, std::deque<Message>& awaited,
           const parley::MessageData& data) {
  const Message& first = awaited.front();
  const bool same =
      data.isText() == first.text && data.size() == first.bytes.size() &&
      std::equal(data.bytes().begin(), data.bytes().end(), bytesOf(first.bytes).begin());
  if (!same) std::cout << "echo differs, " << data.size() << " bytes" << std::endl;
  awaited.pop_front();
  if (!awaited.empty()) return;
  std::cout << "all echoed" << std::endl;
  socket.close(3000, "over");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const bool echoes = std::string_view(argv[2]) == "echo";
  std::deque<Message> awaited;
  parley::WebSocket socket(argv[1], std::vector<std::string>(argv + 3, argv + argc));
  socket.onopen = [&](const parley::Event&) {
    std::cout << "open " << socket.protocol() << std::endl;
    if (echoes) echo(socket, awaited);
  };
  socket.onmessage = [&](const parley::MessageEvent& event) {
    if (echoes) return check(socket, awaited, event.data());
    std::cout << "message " << (event.data().isText() ? event.data().text() : "(binary)")
              << std::endl;
  };
  socket.onerror = [&](const parley::Event&) {
    std::cout << "error " << socket.failure()->message << std::endl;
  };
  socket.onclose = [&](const parley::CloseEvent& event) {
    std::cout << "close " << event.code() << " [" << event.reason() << "] "
              << (event.wasClean() ? "clean" : "not clean") << std::endl;
  };
  parley::run();
}
