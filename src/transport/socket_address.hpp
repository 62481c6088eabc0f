#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <sys/socket.h>

namespace parley::transport {

/// An address of a socket: IPv4, IPv6 or a Unix domain path.
class SocketAddress {
 public:
  SocketAddress() noexcept = default;
  SocketAddress(const sockaddr* address, socklen_t size) noexcept;

  /// An IPv4 or IPv6 address as text, IPv6 with or without brackets and scope; nullopt for a name.
  static std::optional<SocketAddress> parse(std::string_view host, std::uint16_t port);
  /// nullopt if the path is empty or longer than the system allows.
  static std::optional<SocketAddress> unixPath(std::string_view path);
  static std::optional<SocketAddress> localOf(int fd);
  /// nullopt if the socket is not connected (any more).
  static std::optional<SocketAddress> peerOf(int fd);

  [[nodiscard]] int family() const noexcept { return storage_.ss_family; }
  [[nodiscard]] std::uint16_t port() const noexcept;
  [[nodiscard]] const sockaddr* data() const noexcept {
    return reinterpret_cast<const sockaddr*>(&storage_);
  }
  [[nodiscard]] socklen_t size() const noexcept { return size_; }
  /// "192.0.2.1:443", "[::1]:80", "unix:/run/x"
  [[nodiscard]] std::string text() const;

 private:
  sockaddr_storage storage_{};
  socklen_t size_ = 0;
};

}  // namespace parley::transport
