#include "echo_load.hpp"

#include "deflate_stream.hpp"
#include "handshake.hpp"

#include <algorithm>
#include <string>

#include <sys/epoll.h>

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;

// A context that is taken over can be followed only from its start.
constexpr std::uint64_t kComparedFirst = 8;
constexpr std::uint64_t kComparedEvery = 64;

}  // namespace

struct EchoLoad::Connection {
  Connection(std::uint16_t port, const TlsClientContext* context) : wire(port, context) {}

  Wire wire;
  std::size_t next = 0;       // of the script
  std::size_t toSend = 0;     // messages whose turn has come
  std::size_t sentOfOne = 0;  // bytes of the first of them that are on their way
  std::uint64_t started = 0;  // messages whose turn has come so far
  bool waitsForRoom = false;

  // the echo that is arriving
  FrameScanner scanner;
  std::size_t rawBytes = 0;
  std::uint64_t echoed = 0;
  bool isDeflated = false;  // as its first frame says
  std::vector<std::byte> message;
  std::unique_ptr<InflateStream> inflater;
};

EchoLoad::EchoLoad(const LoadOptions& options)
    : options_(options), buffer_(std::size_t{512} * 1024) {
  if (options.security == Security::Tls) tls_.emplace();
  std::string answer;
  for (std::size_t i = 0; i < options.connections; ++i) answer = open();
  script_.emplace(options, answer);
}

EchoLoad::~EchoLoad() = default;

std::string EchoLoad::open() {
  auto connection = std::make_unique<Connection>(options_.port, tls_ ? &*tls_ : nullptr);
  std::string answer;
  if (options_.protocol == Protocol::WebSocket) {
    answer = upgrade(connection->wire, options_.port, options_.compression);
  }
  if (options_.compression == Compression::On) {
    connection->inflater = std::make_unique<InflateStream>();
  }
  readiness_.add(connection->wire.socket(), connection.get());
  connection->toSend = connection->started = options_.depth;
  connections_.push_back(std::move(connection));
  return answer;
}

Echoes EchoLoad::run(std::chrono::milliseconds window) {
  echoes_ = {};
  for (const auto& connection : connections_) sendMore(*connection);
  const auto end = Clock::now() + window;
  while (Clock::now() < end) turn(std::chrono::milliseconds(20));
  return echoes_;
}

Echoes EchoLoad::runMessages(std::uint64_t count) {
  echoes_ = {};
  messageLimit_ = count;
  for (const auto& connection : connections_) sendMore(*connection);
  const auto end = Clock::now() + std::chrono::seconds(60);
  while (echoes_.messages < count * connections_.size() && Clock::now() < end) {
    turn(std::chrono::milliseconds(20));
  }
  echoes_.intact = echoes_.intact && echoes_.messages == count * connections_.size();
  return echoes_;
}

void EchoLoad::turn(std::chrono::milliseconds patience) {
  for (const epoll_event& event : readiness_.wait(patience)) {
    auto& connection = *static_cast<Connection*>(event.data.ptr);
    if (event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) receive(connection);
    if (event.events & EPOLLOUT || connection.toSend > 0) sendMore(connection);
  }
}

void EchoLoad::sendMore(Connection& connection) {
  while (connection.toSend > 0) {
    const auto frames = script_->frames(connection.next, connection.toSend);
    const std::size_t bytes = frames.size() - connection.sentOfOne;
    const std::size_t sent = connection.wire.send(frames.subspan(connection.sentOfOne));
    // TLS takes a record at a time.
    const bool full = options_.security == Security::Tls ? sent == 0 : sent < bytes;
    connection.sentOfOne += sent;
    while (connection.toSend > 0 && connection.sentOfOne >= script_->frameSize(connection.next)) {
      connection.sentOfOne -= script_->frameSize(connection.next);
      connection.next = connection.next + 1 == script_->size() ? 0 : connection.next + 1;
      --connection.toSend;
    }
    if (full != connection.waitsForRoom) {
      connection.waitsForRoom = full;
      readiness_.change(connection.wire.socket(), &connection, full ? EPOLLIN | EPOLLOUT : EPOLLIN);
    }
    if (full) return;
  }
}

void EchoLoad::receive(Connection& connection) {
  // OpenSSL may hold what epoll knows nothing of any more, so TLS is read until there is nothing.
  std::size_t size = 0;
  do {
    size = connection.wire.receive(buffer_);
    countEchoes(connection, std::span(buffer_).first(size));
  } while (size > 0 && options_.security == Security::Tls);
}

void EchoLoad::countEchoes(Connection& connection, std::span<const std::byte> bytes) {
  echoes_.bytes += bytes.size();
  if (options_.protocol == Protocol::WebSocket) {
    connection.scanner.scan(bytes, [&](const FramePiece& piece) { takePiece(connection, piece); });
    return;
  }
  connection.rawBytes += bytes.size();
  for (;;) {
    const std::size_t size = script_->frameSize(connection.echoed % script_->size());
    if (connection.rawBytes < size) return;
    connection.rawBytes -= size;
    messageEchoed(connection);
  }
}

void EchoLoad::takePiece(Connection& connection, const FramePiece& piece) {
  if (piece.isClose()) giveUp("the server closed a connection");
  if (piece.isControl()) return;
  if ((piece.firstByte & 0x0fU) != 0) connection.isDeflated = piece.isDeflated();
  const std::uint64_t number = connection.echoed;
  const bool isCompared = number < kComparedFirst || (number % kComparedEvery == 0 &&
                                                      options_.compression == Compression::Off);
  if (isCompared) piece.appendTo(connection.message);
  if (!piece.endsMessage()) return;
  if (isCompared) compare(connection, connection.isDeflated);
  messageEchoed(connection);
}

void EchoLoad::compare(Connection& connection, bool isDeflated) {
  std::vector<std::byte> message = std::move(connection.message);
  connection.message.clear();
  if (isDeflated) message = connection.inflater->message(std::move(message));
  const auto expected = script_->payload(connection.echoed);
  if (!std::equal(message.begin(), message.end(), expected.begin(), expected.end())) {
    echoes_.intact = false;
  }
}

void EchoLoad::messageEchoed(Connection& connection) {
  ++echoes_.messages;
  ++connection.echoed;
  if (connection.started == messageLimit_) return;
  ++connection.started;
  ++connection.toSend;
}

}  // namespace bench
