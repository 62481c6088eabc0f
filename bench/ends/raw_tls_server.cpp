#include "raw_end.hpp"
#include "raw_listener.hpp"

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace bench {
namespace {

struct Connection {
  int socket;
  SSL* tls;
  std::vector<char> unsent;  // what TLS did not take
};

void watch(int epoll, int operation, Connection& connection, std::uint32_t events) {
  epoll_event interest{};
  interest.events = events;
  interest.data.ptr = &connection;
  epoll_ctl(epoll, operation, connection.socket, &interest);
}

Connection& acceptFrom(int listener, SSL_CTX* context) {
  auto* const accepted = new Connection{accept(listener, nullptr, nullptr), SSL_new(context), {}};
  const int on = 1;
  setsockopt(accepted->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl(accepted->socket, F_SETFL, O_NONBLOCK);
  SSL_set_fd(accepted->tls, accepted->socket);
  SSL_set_accept_state(accepted->tls);
  return *accepted;
}

/// @return false when the connection is over
bool mayGoOn(Connection& connection, int result) {
  const int error = SSL_get_error(connection.tls, result);
  ERR_clear_error();
  return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

/// @return false when the connection is over
bool sendRest(int epoll, Connection& connection) {
  while (!connection.unsent.empty()) {
    const int sent = SSL_write(connection.tls, connection.unsent.data(),
                               static_cast<int>(connection.unsent.size()));
    if (sent <= 0) {
      watch(epoll, EPOLL_CTL_MOD, connection, EPOLLOUT);
      return mayGoOn(connection, sent);
    }
    connection.unsent.erase(connection.unsent.begin(), connection.unsent.begin() + sent);
  }
  watch(epoll, EPOLL_CTL_MOD, connection, EPOLLIN);
  return true;
}

/// A record at a time, as OpenSSL hands them out.
/// @return false when the connection is over
bool echo(int epoll, Connection& connection, std::vector<char>& buffer) {
  for (;;) {
    const int size = SSL_read(connection.tls, buffer.data(), static_cast<int>(buffer.size()));
    if (size <= 0) return mayGoOn(connection, size);
    const int sent = SSL_write(connection.tls, buffer.data(), size);
    if (sent <= 0 && !mayGoOn(connection, sent)) return false;
    const int taken = sent < 0 ? 0 : sent;
    if (taken == size) continue;
    connection.unsent.assign(buffer.data() + taken, buffer.data() + size);
    return sendRest(epoll, connection);
  }
}

}  // namespace

void serveRawTls(const std::string& identity) {
  SSL_CTX* const context = SSL_CTX_new(TLS_server_method());
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (SSL_CTX_use_certificate_chain_file(context, identity.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, identity.c_str(), SSL_FILETYPE_PEM) != 1) {
    std::_Exit(1);
  }
  const int listener = listenAndPrintPort();
  const int epoll = epoll_create1(0);
  epoll_event interest{};
  interest.events = EPOLLIN;
  interest.data.ptr = nullptr;
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &interest);
  std::vector<char> buffer(std::size_t{64} * 1024);
  epoll_event ready[128];
  for (;;) {
    const int count = epoll_wait(epoll, ready, 128, -1);
    for (int i = 0; i < count; ++i) {
      auto* connection = static_cast<Connection*>(ready[i].data.ptr);
      if (connection == nullptr) {
        watch(epoll, EPOLL_CTL_ADD, acceptFrom(listener, context), EPOLLIN);
        continue;
      }
      bool alive = !(ready[i].events & EPOLLOUT) || sendRest(epoll, *connection);
      if (alive && connection->unsent.empty()) alive = echo(epoll, *connection, buffer);
      if (!alive) {
        SSL_free(connection->tls);
        close(connection->socket);
        delete connection;
      }
    }
  }
}

}  // namespace bench
