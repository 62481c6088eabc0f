#pragma once

#include "bytes/result.hpp"
#include "transport/socket_address.hpp"

#include <utility>

namespace parley::transport {

/// A socket's descriptor, closed with it. Non-blocking, closed on exec.
class Socket {
 public:
  /// An errno value, positive.
  struct Error {
    int value;
  };

  Socket() noexcept = default;
  explicit Socket(int fd) noexcept : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Socket() { close(); }

  /// A new stream socket.
  static Result<Socket, Error> make(int family);
  /// A new datagram socket.
  static Result<Socket, Error> makeDatagram(int family);
  /// Takes the next connection of a listening socket.
  Result<Socket, Error> accept() const;

  [[nodiscard]] int fd() const noexcept { return fd_; }
  /// The descriptor, which is the caller's to close now.
  int detach() noexcept { return std::exchange(fd_, -1); }
  void close() noexcept;
  /// Sets an integer option.
  /// @return 0 or an errno value
  int setOption(int level, int name, int value) const noexcept;
  /// For TCP: what is written leaves at once (TCP_NODELAY), as frames are gathered before they are
  /// written, and waiting for more would only add delay. The sockets that a listening socket
  /// accepts have it from that.
  void sendAtOnce() const noexcept;
  /// The pending error of the socket (SO_ERROR), which is cleared by asking; 0 if there is none.
  [[nodiscard]] static int takeError(int fd) noexcept;

 private:
  int fd_ = -1;
};

}  // namespace parley::transport
