#include "transport/socket.hpp"

#include <cerrno>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace parley::transport {

namespace {

#ifndef SOCK_CLOEXEC
/// Where flags can't be given at creation.
int prepare(int fd) {
  if (fd < 0) return fd;
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
#ifdef SO_NOSIGPIPE
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
  return fd;
}
#endif

Result<Socket, Socket::Error> open(int family, int type) {
#ifdef SOCK_CLOEXEC
  const int fd = ::socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
#else
  const int fd = prepare(::socket(family, type, 0));
#endif
  if (fd < 0) return Socket::Error{errno};
  return Socket(fd);
}

}  // namespace

Result<Socket, Socket::Error> Socket::make(int family) {
  return open(family, SOCK_STREAM);
}

Result<Socket, Socket::Error> Socket::makeDatagram(int family) {
  return open(family, SOCK_DGRAM);
}

Result<Socket, Socket::Error> Socket::accept() const {
#ifdef SOCK_CLOEXEC
  const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
#else
  const int fd = prepare(::accept(fd_, nullptr, nullptr));
#endif
  if (fd < 0) return Error{errno};
  return Socket(fd);
}

void Socket::close() noexcept {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

int Socket::setOption(int level, int name, int value) const noexcept {
  return ::setsockopt(fd_, level, name, &value, sizeof value) == 0 ? 0 : errno;
}

/// No harm is done where it fails.
void Socket::sendAtOnce() const noexcept {
  (void)setOption(IPPROTO_TCP, TCP_NODELAY, 1);
}

int Socket::takeError(int fd) noexcept {
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
  return error;
}

}  // namespace parley::transport
