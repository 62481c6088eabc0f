#include "../load/frames.hpp"
#include "raw_end.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace bench {
namespace {

// As many as fit into one system call of this size go together.
constexpr std::size_t kBatchBytes = std::size_t{64} * 1024;
// What the opening handshake of a WebSocket takes, about.
constexpr std::size_t kRequestBytes = 180;
constexpr std::size_t kChurnedAtATime = 16;

int connectTo(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    std::perror("connect");
    std::exit(1);
  }
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

void sendAll(int socket, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t sent = send(socket, bytes, size, MSG_NOSIGNAL);
    if (sent <= 0) std::exit(0);
    bytes += sent;
    size -= static_cast<std::size_t>(sent);
  }
}

struct Churned {
  int socket = -1;
  std::size_t received = 0;
};

}  // namespace

void receiveRaw(std::uint16_t port) {
  const int socket = connectTo(port);
  std::vector<char> buffer(std::size_t{512} * 1024);
  std::uint64_t count = 0;
  for (;;) {
    const ssize_t size = recv(socket, buffer.data(), buffer.size(), 0);
    if (size <= 0) return;
    count += static_cast<std::uint64_t>(size);
    if (buffer[static_cast<std::size_t>(size) - 1] == '?') {
      sendAll(socket, reinterpret_cast<const char*>(&count), sizeof count);
    }
  }
}

void sendRaw(std::uint16_t port, std::size_t bytes, std::string_view kind) {
  const int socket = connectTo(port);
  const Opcode opcode = kind == "text" ? Opcode::Text : Opcode::Binary;
  std::vector<std::byte> batch;
  do {
    appendFrame(batch, opcode, pattern(bytes), Masking::Masked);
  } while (batch.size() + bytes < kBatchBytes);
  for (;;) sendAll(socket, reinterpret_cast<const char*>(batch.data()), batch.size());
}

void echoRaw(std::uint16_t port) {
  const int socket = connectTo(port);
  std::vector<char> buffer(std::size_t{512} * 1024);
  for (;;) {
    const ssize_t size = recv(socket, buffer.data(), buffer.size(), 0);
    if (size <= 0) return;
    sendAll(socket, buffer.data(), static_cast<std::size_t>(size));
  }
}

void churnRaw(std::uint16_t port, std::size_t bytes) {
  const std::vector<char> request(kRequestBytes, 'x');
  const std::vector<char> message(bytes, 'y');
  const int epoll = epoll_create1(0);
  std::array<Churned, kChurnedAtATime> all;
  const auto open = [&](Churned& churned) {
    churned.socket = connectTo(port);
    churned.received = 0;
    epoll_event interest{};
    interest.events = EPOLLIN;
    interest.data.ptr = &churned;
    epoll_ctl(epoll, EPOLL_CTL_ADD, churned.socket, &interest);
    sendAll(churned.socket, request.data(), request.size());
  };
  for (Churned& churned : all) open(churned);
  epoll_event ready[16];
  std::array<char, 4096> buffer;
  for (;;) {
    const int count = epoll_wait(epoll, ready, 16, -1);
    for (int i = 0; i < count; ++i) {
      Churned& churned = *static_cast<Churned*>(ready[i].data.ptr);
      const ssize_t size = recv(churned.socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (size < 0) std::exit(0);
      churned.received += static_cast<std::size_t>(size);
      if (churned.received == request.size() && size > 0) {
        sendAll(churned.socket, message.data(), message.size());
      } else if (churned.received == request.size() + message.size()) {
        close(churned.socket);
        open(churned);
      }
    }
  }
}

}  // namespace bench
