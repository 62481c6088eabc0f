#include "echo_servers.hpp"

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace bench {
namespace {

struct Connection {
  int socket;
  std::vector<char> unsent;  // what the socket did not take
};

void watch(int epoll, Connection& connection, std::uint32_t events) {
  epoll_event interest{};
  interest.events = events;
  interest.data.ptr = &connection;
  epoll_ctl(epoll, EPOLL_CTL_MOD, connection.socket, &interest);
}

/// @return false when the connection is over
bool echo(int epoll, Connection& connection, std::vector<char>& buffer) {
  const ssize_t size = recv(connection.socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (size == 0 || (size < 0 && errno != EAGAIN)) return false;
  if (size < 0) return true;
  ssize_t sent = send(connection.socket, buffer.data(), static_cast<std::size_t>(size),
                      MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0 && errno != EAGAIN) return false;
  if (sent < 0) sent = 0;
  if (sent < size) {
    connection.unsent.assign(buffer.data() + sent, buffer.data() + size);
    watch(epoll, connection, EPOLLOUT);
  }
  return true;
}

bool sendRest(int epoll, Connection& connection) {
  const ssize_t sent = send(connection.socket, connection.unsent.data(), connection.unsent.size(),
                            MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0) return errno == EAGAIN;
  connection.unsent.erase(connection.unsent.begin(), connection.unsent.begin() + sent);
  if (connection.unsent.empty()) watch(epoll, connection, EPOLLIN);
  return true;
}

}  // namespace

void serveRawEcho(int portPipe) {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
      listen(listener, 4096) != 0 ||
      getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    std::_Exit(1);
  }
  const int epoll = epoll_create1(0);
  epoll_event interest{};
  interest.events = EPOLLIN;
  interest.data.ptr = nullptr;
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &interest);
  const std::uint16_t port = ntohs(address.sin_port);
  if (write(portPipe, &port, sizeof port) != sizeof port) std::_Exit(1);

  std::vector<char> buffer(std::size_t{512} * 1024);
  epoll_event ready[128];
  for (;;) {
    const int count = epoll_wait(epoll, ready, 128, -1);
    for (int i = 0; i < count; ++i) {
      auto* connection = static_cast<Connection*>(ready[i].data.ptr);
      if (connection == nullptr) {
        auto* accepted = new Connection{accept(listener, nullptr, nullptr), {}};
        const int on = 1;
        setsockopt(accepted->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        interest.data.ptr = accepted;
        epoll_ctl(epoll, EPOLL_CTL_ADD, accepted->socket, &interest);
        continue;
      }
      const bool alive = ready[i].events & EPOLLOUT ? sendRest(epoll, *connection)
                                                    : echo(epoll, *connection, buffer);
      if (!alive) {
        close(connection->socket);
        delete connection;
      }
    }
  }
}

}  // namespace bench
