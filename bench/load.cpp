#include "load.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

namespace bench {
namespace {

constexpr unsigned char kMask[4] = {0x12, 0x9a, 0x5c, 0xe7};

/// A masked data frame with FIN (RFC 6455 section 5.2).
std::vector<std::byte> maskedFrame(std::span<const std::byte> payload, bool text) {
  std::vector<std::byte> frame;
  const auto push = [&frame](std::size_t value) { frame.push_back(static_cast<std::byte>(value)); };
  const std::size_t size = payload.size();
  push(text ? 0x81 : 0x82);
  if (size < 126) {
    push(0x80 | size);
  } else if (size < 65536) {
    push(0x80 | 126);
    for (int shift = 8; shift >= 0; shift -= 8) push(size >> shift & 0xff);
  } else {
    push(0x80 | 127);
    for (int shift = 56; shift >= 0; shift -= 8) push(size >> shift & 0xff);
  }
  for (unsigned char byte : kMask) push(byte);
  for (std::size_t i = 0; i < size; ++i)
    frame.push_back(payload[i] ^ static_cast<std::byte>(kMask[i % 4]));
  return frame;
}

/// The opening handshake, waiting for its end.
void upgrade(Wire& wire, std::uint16_t port) {
  const std::string request =
      "GET / HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
      "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
  if (wire.send(std::as_bytes(std::span(request))) != request.size()) giveUp("send");
  std::string answer;
  while (!answer.ends_with("\r\n\r\n")) {
    char byte = 0;
    if (wire.receive(std::as_writable_bytes(std::span(&byte, 1))) == 1) {
      answer += byte;
      continue;
    }
    pollfd readable{wire.socket(), POLLIN, 0};
    poll(&readable, 1, -1);
  }
  if (!answer.starts_with("HTTP/1.1 101")) giveUp("the server did not upgrade");
}

}  // namespace

struct LoadGenerator::Connection {
  Connection(std::uint16_t port, const TlsClientContext* context) : wire(port, context) {}

  Wire wire;
  std::size_t toSend = 0;     // messages whose turn has come
  std::size_t sentOfOne = 0;  // bytes of the first of them that are on their way
  bool waitsForRoom = false;

  // the echo that is arriving
  std::uint64_t payloadLeft = 0;
  std::size_t headerBytes = 0;
  unsigned char header[10] = {};
  std::size_t rawBytes = 0;
  std::size_t checkedBytes = 0;  // of the first echo, compared byte by byte
  bool firstIsChecked = false;
};

LoadGenerator::LoadGenerator(Peer peer, std::uint16_t port, const Load& load)
    : peer_(peer), load_(load), payload_(load.payloadBytes), buffer_(std::size_t{512} * 1024) {
  for (std::size_t i = 0; i < payload_.size(); ++i)
    payload_[i] = static_cast<std::byte>('a' + i * 7 % 26);
  frame_ = maskedFrame(payload_, load.text);
  for (std::size_t i = 0; i < load.depth; ++i)
    batch_.insert(batch_.end(), frame_.begin(), frame_.end());
  if (load.security == Security::Tls) tls_.emplace();
  epoll_ = epoll_create1(0);
  for (std::size_t i = 0; i < load.connections; ++i) open(port);
}

LoadGenerator::~LoadGenerator() {
  close(epoll_);
}

void LoadGenerator::open(std::uint16_t port) {
  auto connection = std::make_unique<Connection>(port, tls_ ? &*tls_ : nullptr);
  if (peer_ == Peer::WebSocket) upgrade(connection->wire, port);
  epoll_event interest{};
  interest.events = EPOLLIN;
  interest.data.ptr = connection.get();
  epoll_ctl(epoll_, EPOLL_CTL_ADD, connection->wire.socket(), &interest);
  connection->toSend = load_.depth;
  connections_.push_back(std::move(connection));
}

LoadResult LoadGenerator::run(std::chrono::milliseconds window) {
  result_.messages = 0;
  for (const auto& connection : connections_) sendMore(*connection);
  const auto end = std::chrono::steady_clock::now() + window;
  epoll_event ready[128];
  while (std::chrono::steady_clock::now() < end) {
    const int count = epoll_wait(epoll_, ready, 128, 20);
    for (int i = 0; i < count; ++i) {
      auto& connection = *static_cast<Connection*>(ready[i].data.ptr);
      if (ready[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) receive(connection);
      if (ready[i].events & EPOLLOUT || connection.toSend > 0) sendMore(connection);
    }
  }
  return result_;
}

void LoadGenerator::sendMore(Connection& connection) {
  while (connection.toSend > 0) {
    const std::size_t bytes = connection.toSend * frame_.size() - connection.sentOfOne;
    const std::size_t sent =
        connection.wire.send(std::span(batch_).subspan(connection.sentOfOne, bytes));
    // TLS takes a record at a time.
    const bool full = load_.security == Security::Tls ? sent == 0 : sent < bytes;
    const std::size_t progress = connection.sentOfOne + sent;
    connection.toSend -= progress / frame_.size();
    connection.sentOfOne = progress % frame_.size();
    if (full != connection.waitsForRoom) {
      connection.waitsForRoom = full;
      epoll_event interest{};
      interest.events = full ? EPOLLIN | EPOLLOUT : EPOLLIN;
      interest.data.ptr = &connection;
      epoll_ctl(epoll_, EPOLL_CTL_MOD, connection.wire.socket(), &interest);
    }
    if (full) return;
  }
}

void LoadGenerator::receive(Connection& connection) {
  // OpenSSL may hold what epoll knows nothing of any more, so TLS is read until there is nothing.
  std::size_t size = 0;
  do {
    size = connection.wire.receive(buffer_);
    countEchoes(connection, std::span(buffer_).first(size));
  } while (size > 0 && load_.security == Security::Tls);
}

void LoadGenerator::countEchoes(Connection& connection, std::span<const std::byte> bytes) {
  if (peer_ == Peer::Raw) {
    connection.rawBytes += bytes.size();
    for (; connection.rawBytes >= frame_.size(); connection.rawBytes -= frame_.size())
      messageEchoed(connection);
    return;
  }
  while (!bytes.empty()) {
    if (connection.payloadLeft ==
        0) {  // within a header of 2, 4 or 10 bytes; a server does not mask
      connection.header[connection.headerBytes++] = static_cast<unsigned char>(bytes[0]);
      bytes = bytes.subspan(1);
      if (connection.headerBytes < 2) continue;
      const unsigned length = connection.header[1];
      const std::size_t needed = length < 126 ? 2 : length == 126 ? 4 : 10;
      if (connection.headerBytes < needed) continue;
      std::uint64_t payload = length < 126 ? length : 0;
      for (std::size_t i = 2; i < needed; ++i) payload = payload << 8 | connection.header[i];
      connection.payloadLeft = payload;
      connection.headerBytes = 0;
      continue;
    }
    const auto size = std::min<std::uint64_t>(connection.payloadLeft, bytes.size());
    const auto part = bytes.first(static_cast<std::size_t>(size));
    if (!connection.firstIsChecked) {
      if (std::memcmp(part.data(), payload_.data() + connection.checkedBytes, part.size()) != 0)
        result_.intact = false;
      connection.checkedBytes += part.size();
    }
    connection.payloadLeft -= size;
    bytes = bytes.subspan(part.size());
    if (connection.payloadLeft == 0 && (connection.header[0] & 0x80) != 0) {  // FIN
      connection.firstIsChecked = true;
      messageEchoed(connection);
    }
  }
}

void LoadGenerator::messageEchoed(Connection& connection) {
  ++result_.messages;
  ++connection.toSend;
}

}  // namespace bench
