#include "server/server_fixture.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace parley::server {
namespace {

int connectTo(const sockaddr* address, socklen_t size) {
  const int fd = ::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || ::connect(fd, address, size) != 0) {
    throw std::runtime_error(std::string("connect: ") + std::strerror(errno));
  }
  ::fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

}  // namespace

RawClient::RawClient(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  fd_ = connectTo(reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

RawClient::RawClient(const std::string& unixPath) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, unixPath.c_str(), sizeof address.sun_path - 1);
  fd_ = connectTo(reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

RawClient::~RawClient() {
  if (fd_ >= 0) ::close(fd_);
}

void RawClient::send(std::string_view bytes) {
  unsent_.append(bytes);
  turn();
}

void RawClient::finish() {
  ::shutdown(fd_, SHUT_WR);
}

void RawClient::reset() {
  const linger now{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  ::close(fd_);
  fd_ = -1;
}

void RawClient::turn() {
  if (fd_ < 0) return;
  while (!unsent_.empty()) {
    const ssize_t size = ::send(fd_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (size <= 0) break;
    unsent_.erase(0, static_cast<std::size_t>(size));
  }
  std::array<char, 65536> buffer{};
  while (isReading_ && !isOver()) {
    const ssize_t size = ::recv(fd_, buffer.data(), buffer.size(), 0);
    if (size > 0) {
      received_.append(buffer.data(), static_cast<std::size_t>(size));
    } else if (size == 0) {
      hasEnded_ = true;
    } else if (errno == EAGAIN || errno == EINTR) {
      return;
    } else {
      wasReset_ = true;
    }
  }
}

std::size_t countOf(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

std::string upgradeRequest(std::string_view path, std::string_view extra) {
  return "GET " + std::string(path) +
         " HTTP/1.1\r\nHost: localhost:9000\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" +
         std::string(extra) + "\r\n";
}

std::string getRequest(std::string_view path, std::string_view extra) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost:9000\r\n" + std::string(extra) +
         "\r\n";
}

std::string textFrame(std::string_view text) {
  std::string frame{'\x81', static_cast<char>(0x80 | text.size())};
  return frame + std::string(4, '\0') + std::string(text);
}

std::string closeFrame(std::uint16_t code) {
  std::string frame{'\x88', '\x82'};
  return frame + std::string(4, '\0') + static_cast<char>(code >> 8) +
         static_cast<char>(code & 0xFF);
}

std::string bodyOf(std::string_view received) {
  const std::size_t end = received.find("\r\n\r\n");
  return end == std::string_view::npos ? std::string() : std::string(received.substr(end + 4));
}

std::optional<std::string> fieldOf(std::string_view received, std::string_view name) {
  const std::string_view head = received.substr(0, received.find("\r\n\r\n") + 2);
  const std::string start = "\r\n" + std::string(name) + ": ";
  const std::size_t at = head.find(start);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view value = head.substr(at + start.size());
  return std::string(value.substr(0, value.find("\r\n")));
}

ServerTest::ServerTest() {
  loop.onuncaught = [this](std::exception_ptr exception) { uncaught.push_back(exception); };
  server = std::make_unique<Server>(loop);
}

ServerTest::~ServerTest() = default;

void ServerTest::listen() {
  const auto failure = server->listen("127.0.0.1", 0);
  ASSERT_FALSE(failure) << failure->message;
}

RawClient& ServerTest::connect() {
  return *clients_.emplace_back(std::make_unique<RawClient>(server->port()));
}

void ServerTest::turn() {
  loop.poll();
  for (const auto& client : clients_) client->turn();
}

void ServerTest::wait(std::chrono::milliseconds longest) {
  std::vector<pollfd> watched{{loop.fd(), POLLIN, 0}};
  for (const auto& client : clients_) {
    if (client->fd() < 0 || client->isOver()) continue;
    const int events = POLLIN | (client->unsent() == 0 ? 0 : POLLOUT);
    watched.push_back({client->fd(), static_cast<short>(events), 0});
  }
  const auto most = std::min(longest, loop.timeout().value_or(longest));
  ::poll(watched.data(), watched.size(), static_cast<int>(most.count()));
}

void ServerTest::until(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  for (turn(); !condition(); turn()) {
    if (std::chrono::steady_clock::now() > end) {
      FAIL() << "what was waited for did not happen";
    }
    wait(std::chrono::milliseconds(10));
  }
}

void ServerTest::pump() {
  for (int i = 0; i < 2; ++i) turn();
}

void ServerTest::settle() {
  for (int quiet = 0; quiet < 20; ++quiet) {
    turn();
    wait(std::chrono::milliseconds(2));
  }
}

std::string ServerTest::exchange(std::string_view request) {
  RawClient& client = connect();
  client.send(request);
  until([&] { return client.isOver(); });
  EXPECT_FALSE(client.wasReset()) << "the answer may be lost in a reset";
  return client.received();
}

std::string ServerTest::statusOf(std::string_view request) {
  RawClient& client = connect();
  client.send(request);
  until([&] { return client.isOver() || client.received().find("\r\n") != std::string::npos; });
  const std::string& received = client.received();
  return received.size() < 12 ? std::string() : received.substr(9, 3);
}

RawClient& ServerTest::open(std::string_view path) {
  RawClient& client = connect();
  client.send(upgradeRequest(path));
  until([&] { return client.isOver() || client.received().ends_with("\r\n\r\n"); });
  EXPECT_TRUE(client.received().starts_with("HTTP/1.1 101 ")) << client.received();
  client.forget();
  return client;
}

}  // namespace parley::server
