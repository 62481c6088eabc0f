#include "churn_server.hpp"

#include "frames.hpp"
#include "handshake.hpp"

#include <array>
#include <cerrno>
#include <string>
#include <vector>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace bench {

struct ChurnServer::Connection {
  explicit Connection(int ofSocket) : socket(ofSocket) {}

  int socket;
  bool isUpgraded = false;
  bool isClosing = false;
  std::string request;
  FrameScanner scanner;
  std::vector<std::byte> payload;
};

namespace {

void sendAll(int socket, std::span<const std::byte> bytes) {
  // Less is an end of the connection, which the next receive will see.
  [[maybe_unused]] const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

}  // namespace

ChurnServer::ChurnServer(const Listener& listener, Protocol protocol)
    : listener_(listener), protocol_(protocol) {
  readiness_.add(listener.socket(), nullptr);
}

ChurnServer::~ChurnServer() {
  for (const auto& entry : connections_) close(entry.first);
}

std::uint64_t ChurnServer::run(std::chrono::milliseconds window) {
  ended_ = 0;
  const auto until = std::chrono::steady_clock::now() + window;
  while (std::chrono::steady_clock::now() < until) {
    for (const epoll_event& event : readiness_.wait(std::chrono::milliseconds(20))) {
      auto* const connection = static_cast<Connection*>(event.data.ptr);
      connection ? receive(*connection) : acceptOne();
    }
  }
  return ended_;
}

void ChurnServer::acceptOne() {
  const int socket = accept(listener_.socket(), nullptr, nullptr);
  if (socket < 0) return;
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  auto connection = std::make_unique<Connection>(socket);
  readiness_.add(socket, connection.get());
  connections_[socket] = std::move(connection);
}

void ChurnServer::receive(Connection& connection) {
  std::array<std::byte, 8192> buffer;
  const ssize_t size = recv(connection.socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (size < 0 && errno == EAGAIN) return;
  if (size <= 0) {
    end(connection);
    return;
  }
  const auto bytes = std::span<const std::byte>(buffer).first(static_cast<std::size_t>(size));
  if (protocol_ == Protocol::Raw) {
    sendAll(connection.socket, bytes);
  } else if (connection.isUpgraded) {
    takeFrames(connection, bytes);
  } else {
    takeRequest(connection, bytes);
  }
}

void ChurnServer::takeRequest(Connection& connection, std::span<const std::byte> bytes) {
  connection.request.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (!connection.request.ends_with("\r\n\r\n")) return;
  const std::string answer = upgradeAnswer(connection.request);
  sendAll(connection.socket, std::as_bytes(std::span(answer)));
  connection.isUpgraded = true;
}

void ChurnServer::takeFrames(Connection& connection, std::span<const std::byte> bytes) {
  connection.scanner.scan(bytes, [&](const FramePiece& piece) {
    piece.appendTo(connection.payload);
    if (!piece.endsFrame || connection.isClosing) return;
    std::vector<std::byte> frame;
    const Opcode opcode = piece.isClose() ? Opcode::Close : Opcode::Text;
    appendFrame(frame, opcode, connection.payload, Masking::None);
    connection.payload.clear();
    sendAll(connection.socket, frame);
    connection.isClosing = piece.isClose();
  });
  // A server is the one that closes TCP (RFC 6455 section 7.1.1).
  if (connection.isClosing) shutdown(connection.socket, SHUT_WR);
}

void ChurnServer::end(Connection& connection) {
  ++ended_;
  const int socket = connection.socket;
  close(socket);
  connections_.erase(socket);
}

}  // namespace bench
