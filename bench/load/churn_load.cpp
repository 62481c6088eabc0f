#include "churn_load.hpp"

#include "frames.hpp"
#include "handshake.hpp"
#include "wire.hpp"

#include <array>
#include <cerrno>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace bench {
namespace {

// Ports of one address would run out: each stays taken for a while after its connection.
constexpr std::uint64_t kSourceAddresses = 64;
// An end closes first with 1000.
constexpr std::array kNormalClosure{std::byte{0x03}, std::byte{0xe8}};

std::string frameText(Opcode opcode, std::span<const std::byte> payload, Masking masking) {
  std::vector<std::byte> frame;
  appendFrame(frame, opcode, payload, masking);
  return {reinterpret_cast<const char*>(frame.data()), frame.size()};
}

int connectFrom(std::uint64_t source, std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  setsockopt(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr =
      htonl(INADDR_LOOPBACK + 1 + static_cast<std::uint32_t>(source % kSourceAddresses));
  if (bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) giveUp("bind");
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    giveUp("connect");
  return socket;
}

void sendAll(int socket, std::string_view bytes) {
  if (send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size()))
    giveUp("send");
}

}  // namespace

struct ChurnLoad::Connection {
  enum class State : std::uint8_t { Upgrading, Echoing, Closing };

  int socket = -1;
  State state = State::Upgrading;
  std::string received;
};

ChurnLoad::ChurnLoad(const LoadOptions& options)
    : options_(options), request_(upgradeRequest(options.port, Compression::Off)) {
  const auto payload = pattern(options.bytes);
  frame_ = frameText(Opcode::Text, payload, Masking::Masked);
  echo_ =
      options.protocol == Protocol::Raw ? frame_ : frameText(Opcode::Text, payload, Masking::None);
  close_ = frameText(Opcode::Close, kNormalClosure, Masking::Masked);
  for (std::size_t i = 0; i < options.connections; ++i) {
    connections_.push_back(std::make_unique<Connection>());
    open(*connections_.back());
  }
}

ChurnLoad::~ChurnLoad() {
  for (const auto& connection : connections_) ::close(connection->socket);
}

void ChurnLoad::open(Connection& connection) {
  connection.socket = connectFrom(opened_++, options_.port);
  connection.state = Connection::State::Upgrading;
  connection.received.clear();
  readiness_.add(connection.socket, &connection);
  sendAll(connection.socket, request_);
}

std::uint64_t ChurnLoad::run(std::chrono::milliseconds window) {
  ended_ = 0;
  const auto end = std::chrono::steady_clock::now() + window;
  while (std::chrono::steady_clock::now() < end) {
    for (const epoll_event& event : readiness_.wait(std::chrono::milliseconds(20))) {
      receive(*static_cast<Connection*>(event.data.ptr));
    }
  }
  return ended_;
}

void ChurnLoad::receive(Connection& connection) {
  std::array<char, 4096> buffer;
  const ssize_t size = recv(connection.socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (size < 0 && errno == EAGAIN) return;
  if (size <= 0) {
    // One server ends its connections with a reset; what counts is that the echo has come.
    if (connection.state != Connection::State::Closing) giveUp("a connection ended early");
    ::close(connection.socket);
    ++ended_;
    open(connection);
    return;
  }
  connection.received.append(buffer.data(), static_cast<std::size_t>(size));
  advance(connection);
}

void ChurnLoad::advance(Connection& connection) {
  const bool isRaw = options_.protocol == Protocol::Raw;
  switch (connection.state) {
    case Connection::State::Upgrading:
      if (isRaw ? connection.received.size() < request_.size()
                : !connection.received.ends_with("\r\n\r\n")) {
        return;
      }
      if (!isRaw && !connection.received.starts_with("HTTP/1.1 101")) giveUp("no upgrade");
      connection.received.clear();
      connection.state = Connection::State::Echoing;
      sendAll(connection.socket, frame_);
      return;
    case Connection::State::Echoing:
      if (connection.received.size() < echo_.size()) return;
      if (!connection.received.starts_with(echo_)) giveUp("an echo came back changed");
      connection.state = Connection::State::Closing;
      if (isRaw) {
        shutdown(connection.socket, SHUT_WR);
      } else {
        sendAll(connection.socket, close_);
      }
      return;
    case Connection::State::Closing:
      return;
  }
}

}  // namespace bench
