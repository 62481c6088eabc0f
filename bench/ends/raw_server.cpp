#include "raw_end.hpp"
#include "raw_listener.hpp"

#include <cerrno>
#include <cstdint>
#include <span>
#include <unordered_set>
#include <vector>

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

class RawServer {
 public:
  explicit RawServer(bool broadcasts) : broadcasts_(broadcasts) {}

  void run(int listener) {
    watch(EPOLL_CTL_ADD, listener, nullptr, EPOLLIN);
    epoll_event ready[128];
    for (;;) {
      const int count = epoll_wait(epoll_, ready, 128, -1);
      for (int i = 0; i < count; ++i) {
        auto* const connection = static_cast<Connection*>(ready[i].data.ptr);
        if (!connection) {
          acceptFrom(listener);
          continue;
        }
        const bool alive = ready[i].events & EPOLLOUT ? sendRest(*connection) : pass(*connection);
        if (!alive) end(*connection);
      }
    }
  }

 private:
  void watch(int operation, int socket, Connection* connection, std::uint32_t events) const {
    epoll_event interest{};
    interest.events = events;
    interest.data.ptr = connection;
    epoll_ctl(epoll_, operation, socket, &interest);
  }

  void acceptFrom(int listener) {
    auto* const accepted = new Connection{accept(listener, nullptr, nullptr), {}};
    const int on = 1;
    setsockopt(accepted->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    watch(EPOLL_CTL_ADD, accepted->socket, accepted, EPOLLIN);
    if (broadcasts_) all_.insert(accepted);
  }

  void end(Connection& connection) {
    close(connection.socket);
    all_.erase(&connection);
    delete &connection;
  }

  /// @return false when the connection is over
  bool pass(Connection& connection) {
    const ssize_t size = recv(connection.socket, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (size == 0 || (size < 0 && errno != EAGAIN)) return false;
    if (size < 0) return true;
    const auto bytes = std::span(buffer_).first(static_cast<std::size_t>(size));
    if (!broadcasts_) return sendBytes(connection, bytes);
    for (Connection* each : all_) sendBytes(*each, bytes);
    return true;
  }

  bool sendBytes(Connection& connection, std::span<const char> bytes) {
    ssize_t sent = send(connection.socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno != EAGAIN) return false;
    if (sent < 0) sent = 0;
    const auto rest = bytes.subspan(static_cast<std::size_t>(sent));
    if (rest.empty()) return true;
    connection.unsent.assign(rest.begin(), rest.end());
    watch(EPOLL_CTL_MOD, connection.socket, &connection, EPOLLOUT);
    return true;
  }

  bool sendRest(Connection& connection) {
    std::vector<char>& unsent = connection.unsent;
    const ssize_t sent =
        send(connection.socket, unsent.data(), unsent.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) return errno == EAGAIN;
    unsent.erase(unsent.begin(), unsent.begin() + sent);
    if (unsent.empty()) watch(EPOLL_CTL_MOD, connection.socket, &connection, EPOLLIN);
    return true;
  }

  bool broadcasts_;
  int epoll_ = epoll_create1(0);
  std::vector<char> buffer_ = std::vector<char>(std::size_t{512} * 1024);
  std::unordered_set<Connection*> all_;
};

}  // namespace

void serveRaw(std::string_view mode) {
  RawServer server(mode == "broadcast");
  server.run(listenAndPrintPort());
}

}  // namespace bench
