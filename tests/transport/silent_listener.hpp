#pragma once

#include "transport/socket_address.hpp"

#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace parley::transport {

/// An address that does not answer: its backlog is full, so that the kernel drops what asks for a
/// connection.
class SilentListener {
 public:
  explicit SilentListener(const char* host = "127.0.0.1")
      : listener_(makeSocket(*SocketAddress::parse(host, 0))) {
    EXPECT_EQ(::bind(listener_, address_.data(), address_.size()), 0);
    EXPECT_EQ(::listen(listener_, 0), 0);
    address_ = *SocketAddress::localOf(listener_);
    while (addFiller()) {
    }
  }
  SilentListener(const SilentListener&) = delete;
  SilentListener& operator=(const SilentListener&) = delete;
  ~SilentListener() {
    for (const int fd : fillers_) ::close(fd);
    ::close(listener_);
  }

  [[nodiscard]] const SocketAddress& address() const { return address_; }
  /// Makes room: who waits is answered when its kernel asks again, a second after the first time.
  void answer() {
    for (const int fd : fillers_) ::close(fd);
    fillers_.clear();
    for (int fd = ::accept(listener_, nullptr, nullptr); fd >= 0;
         fd = ::accept(listener_, nullptr, nullptr)) {
      ::close(fd);
    }
  }

 private:
  int makeSocket(const SocketAddress& address) {
    address_ = address;
    return ::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  }
  /// @return whether it was accepted into the backlog, where there may be more room
  bool addFiller() {
    const int fd = ::socket(address_.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    fillers_.push_back(fd);
    if (::connect(fd, address_.data(), address_.size()) == 0) return true;
    pollfd writable{fd, POLLOUT, 0};
    return ::poll(&writable, 1, 20) > 0;
  }

  SocketAddress address_;
  int listener_;
  std::vector<int> fillers_;
};

}  // namespace parley::transport
