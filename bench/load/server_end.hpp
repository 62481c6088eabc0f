#pragma once

#include "options.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace bench {

/// A port of this machine, any that is free.
class Listener {
 public:
  Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener();

  [[nodiscard]] int socket() const noexcept { return socket_; }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  int socket_;
  std::uint16_t port_ = 0;
};

/// The load's end of the one connection that a client under test makes. All calls block but one.
class ServerEnd {
 public:
  /// Waits for the client, and for its opening handshake unless it is a raw one.
  ServerEnd(const Listener& listener, Protocol protocol);
  ServerEnd(const ServerEnd&) = delete;
  ServerEnd& operator=(const ServerEnd&) = delete;
  ~ServerEnd();

  void send(std::span<const std::byte> bytes);
  /// @return what came, at least one byte, in `buffer`; ends the program if the client is gone
  std::span<const std::byte> receive(std::span<std::byte> buffer);
  /// The same, but does not wait: empty if there is nothing.
  std::span<const std::byte> receiveNow(std::span<std::byte> buffer);

 private:
  int socket_;
};

}  // namespace bench
