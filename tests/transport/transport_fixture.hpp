#pragma once

#include "loop/event_loop.hpp"
#include "transport/connector.hpp"
#include "transport/listener.hpp"
#include "transport/temporary_directory.hpp"
#include "transport/transport.hpp"

#include <chrono>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace parley::transport {

inline protocol::OutputPiece pieceOf(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

inline std::size_t write(Transport& transport, std::string_view text) {
  const protocol::OutputPiece piece = pieceOf(text);
  return transport.write({&piece, 1});
}

/// Owns a transport and writes down what it hears; a test hangs its own actions on the hooks.
class Recorder final : public TransportListener {
 public:
  void take(TransportPtr newTransport) {
    transport = std::move(newTransport);
    transport->setListener(this);
  }

  std::span<std::byte> onReadBuffer() override { return readBuffer; }
  void onBytes(std::span<std::byte> bytes) override {
    received.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    largest = std::max(largest, bytes.size());
    lastData = bytes.data();
    if (whenBytes) whenBytes();
  }
  void onWritable() override {
    ++writables;
    if (whenWritable) whenWritable();
  }
  void onEnd() override {
    ++ends;
    if (whenEnd) whenEnd();
  }
  void onFailed(const TransportError& error) override {
    failures.push_back(error);
    if (whenFailed) whenFailed();
  }

  TransportPtr transport;
  std::span<std::byte> readBuffer;
  std::string received;
  std::size_t largest = 0;
  std::byte* lastData = nullptr;
  int writables = 0;
  int ends = 0;
  std::vector<TransportError> failures;
  std::function<void()> whenBytes, whenWritable, whenEnd, whenFailed;
};

/// Writes all of a text, however often it takes, and says so when it is done.
class Pump {
 public:
  Pump(Recorder& recorder, std::string text) : recorder_(recorder), text_(std::move(text)) {
    recorder.whenWritable = [this] { push(); };
  }
  void push() {
    const std::string_view left = std::string_view(text_).substr(sent_);
    const std::size_t accepted = write(*recorder_.transport, left);
    sent_ += accepted;
    if (accepted < left.size()) ++blocked;
    if (isDone() && whenDone) whenDone();
  }
  [[nodiscard]] bool isDone() const { return sent_ == text_.size(); }

  int blocked = 0;
  std::function<void()> whenDone;

 private:
  Recorder& recorder_;
  std::string text_;
  std::size_t sent_ = 0;
};

class Acceptor final : public AcceptHandler {
 public:
  void onAccepted(TransportPtr transport) override {
    accepted.push_back(std::move(transport));
    if (whenAccepted) whenAccepted();
  }
  void onAcceptPaused(const TransportError& error) override {
    pauses.push_back(error);
    if (whenPaused) whenPaused();
  }

  std::vector<TransportPtr> accepted;
  std::vector<TransportError> pauses;
  std::function<void()> whenAccepted, whenPaused;
};

class Dialer final : public ConnectListener {
 public:
  void onConnected(TransportPtr transport, ConnectingSlot itsSlot) override {
    connected = std::move(transport);
    slot = std::move(itsSlot);
    if (whenDone) whenDone();
  }
  void onConnectFailed(const ConnectFailure& error) override {
    failure = error;
    if (whenDone) whenDone();
  }
  [[nodiscard]] bool isDone() const { return connected || failure; }

  ConnectorPtr connector;
  TransportPtr connected;
  ConnectingSlot slot;
  std::optional<ConnectFailure> failure;
  std::function<void()> whenDone;
};

class LoopFixture : public testing::Test {
 protected:
  LoopFixture() : loop(loop::EventLoop::create()) {}
  ~LoopFixture() override {
    loop.shutDown();
    loop.release();
  }

  /// Turns the loop until `condition` holds. Fails the test after long enough for any machine.
  [[nodiscard]] bool runUntil(const std::function<bool()>& condition) {
    const auto giveUp = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!condition()) {
      const auto timeout = loop.timeout();
      const int wait = timeout ? static_cast<int>(std::min<long>(timeout->count(), 1000)) : 1000;
      pollfd descriptor{loop.fd(), POLLIN, 0};
      ::poll(&descriptor, 1, wait);
      loop.poll();
      if (std::chrono::steady_clock::now() > giveUp) return false;
    }
    return true;
  }
  /// Lets everything happen that is ready.
  void turn(int times = 10) {
    for (int i = 0; i < times; ++i) loop.poll();
  }

  loop::EventLoop& loop;
};

/// The other side as plain blocking calls, to do what no transport does.
class RawPeer {
 public:
  explicit RawPeer(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    isConnected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  RawPeer(const RawPeer&) = delete;
  RawPeer& operator=(const RawPeer&) = delete;
  ~RawPeer() { close(); }

  [[nodiscard]] bool isConnected() const { return isConnected_; }
  void send(std::string_view text) {
    EXPECT_EQ(::send(fd_, text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }
  /// "" at the end of the stream.
  std::string receive() {
    char buffer[4096];
    const ssize_t size = ::recv(fd_, buffer, sizeof buffer, 0);
    return size > 0 ? std::string(buffer, static_cast<std::size_t>(size)) : std::string();
  }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  /// Closes with RST.
  void reset() {
    const linger hard{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close();
  }

 private:
  int fd_;
  bool isConnected_ = false;
};

}  // namespace parley::transport
