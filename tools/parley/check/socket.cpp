#include "socket.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <netdb.h>
#include <netinet/tcp.h>
#include <unistd.h>

namespace parley::tool::check {

namespace {

std::string errorText(int number) {
  return std::strerror(number);  // NOLINT: one thread
}

/// Small pieces must leave as they are written, or there is nothing to chop.
void sendAtOnce(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

std::variant<std::vector<Address>, std::string> resolve(const std::string& host,
                                                        std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int status = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (status != 0) return host + ": " + ::gai_strerror(status);
  std::vector<Address> addresses;
  for (const addrinfo* one = found; one; one = one->ai_next) {
    Address& address = addresses.emplace_back();
    std::memcpy(&address.bytes, one->ai_addr, one->ai_addrlen);
    address.size = one->ai_addrlen;
  }
  ::freeaddrinfo(found);
  return addresses;
}

Socket::Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

Socket& Socket::operator=(Socket&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

Socket::~Socket() {
  close();
}

void Socket::close() noexcept {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

std::variant<Socket, std::string> Socket::connecting(const Address& address) {
  Socket socket(::socket(address.bytes.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket.fd_ < 0) return errorText(errno);
  sendAtOnce(socket.fd_);
  const auto* bytes = reinterpret_cast<const sockaddr*>(&address.bytes);
  if (::connect(socket.fd_, bytes, address.size) != 0 && errno != EINPROGRESS) {
    return errorText(errno);
  }
  return socket;
}

std::variant<Socket, std::string> Socket::listening(const Address& address) {
  Socket socket(::socket(address.bytes.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket.fd_ < 0) return errorText(errno);
  const int on = 1;
  ::setsockopt(socket.fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const auto* bytes = reinterpret_cast<const sockaddr*>(&address.bytes);
  if (::bind(socket.fd_, bytes, address.size) != 0 || ::listen(socket.fd_, 64) != 0) {
    return errorText(errno);
  }
  return socket;
}

std::optional<Socket> Socket::accept() const {
  const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return std::nullopt;
  sendAtOnce(fd);
  return Socket(fd);
}

std::uint16_t Socket::localPort() const {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
  const auto* v4 = reinterpret_cast<const sockaddr_in*>(&address);
  const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&address);
  return ntohs(address.ss_family == AF_INET6 ? v6->sin6_port : v4->sin_port);
}

std::optional<std::string> Socket::connectError() const {
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error == 0) return std::nullopt;
  return errorText(error);
}

Socket::Read Socket::read(std::string& to) const {
  static thread_local std::array<char, 262144> buffer;
  const ssize_t size = ::recv(fd_, buffer.data(), buffer.size(), 0);
  if (size > 0) {
    to.append(buffer.data(), static_cast<std::size_t>(size));
    return Read::Some;
  }
  if (size == 0) return Read::End;
  return errno == EAGAIN || errno == EINTR ? Read::Nothing : Read::Reset;
}

std::optional<std::size_t> Socket::write(std::string_view bytes) const {
  const ssize_t size = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (size >= 0) return static_cast<std::size_t>(size);
  if (errno == EAGAIN || errno == EINTR) return 0;
  return std::nullopt;
}

void Socket::endOutput() const noexcept {
  ::shutdown(fd_, SHUT_WR);
}

}  // namespace parley::tool::check
