#include "server_end.hpp"

#include "handshake.hpp"

#include <array>
#include <cerrno>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace bench {

Listener::Listener() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (bind(socket_, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
      listen(socket_, 4096) != 0 ||
      getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    giveUp("listen");
  }
  port_ = ntohs(address.sin_port);
}

Listener::~Listener() {
  close(socket_);
}

ServerEnd::ServerEnd(const Listener& listener, Protocol protocol)
    : socket_(accept(listener.socket(), nullptr, nullptr)) {
  if (socket_ < 0) giveUp("accept");
  const int on = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (protocol == Protocol::Raw) return;
  std::string request;
  std::array<std::byte, 4096> buffer;
  while (!request.ends_with("\r\n\r\n")) {
    const auto bytes = receive(buffer);
    request.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  const std::string answer = upgradeAnswer(request);
  send(std::as_bytes(std::span(answer)));
}

ServerEnd::~ServerEnd() {
  close(socket_);
}

void ServerEnd::send(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) giveUp("send to the client");
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
}

std::span<const std::byte> ServerEnd::receive(std::span<std::byte> buffer) {
  const ssize_t size = recv(socket_, buffer.data(), buffer.size(), 0);
  if (size <= 0) giveUp("the client closed its connection");
  return buffer.first(static_cast<std::size_t>(size));
}

std::span<const std::byte> ServerEnd::receiveNow(std::span<std::byte> buffer) {
  const ssize_t size = recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (size == 0 || (size < 0 && errno != EAGAIN)) giveUp("the client closed its connection");
  return buffer.first(size < 0 ? 0 : static_cast<std::size_t>(size));
}

}  // namespace bench
