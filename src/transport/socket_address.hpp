#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <sys/socket.h>

namespace parley::transport {

/// The two kinds of IP address.
enum class AddressFamily : std::uint8_t { Ipv6, Ipv4 };

/// An address of a socket: IPv4, IPv6 or a Unix domain path.
class SocketAddress {
 public:
  SocketAddress() noexcept = default;
  SocketAddress(const sockaddr* address, socklen_t size) noexcept;

  /// An IPv4 or IPv6 address as text, IPv6 with or without brackets and zone ("fe80::1%eth0",
  /// "fe80::1%2"); nullopt for a name, and for a zone that this machine does not have.
  static std::optional<SocketAddress> parse(std::string_view host, std::uint16_t port);
  /// nullopt if the path is empty or longer than the system allows.
  static std::optional<SocketAddress> unixPath(std::string_view path);
  static std::optional<SocketAddress> localOf(int fd);
  /// nullopt if the socket is not connected (any more).
  static std::optional<SocketAddress> peerOf(int fd);

  [[nodiscard]] int family() const noexcept { return storage_.ss_family; }
  [[nodiscard]] std::uint16_t port() const noexcept;
  /// The bytes of an IPv6 address; of an IPv4 address its IPv6 form, ::ffff:a.b.c.d (RFC 4291
  /// section 2.5.5.2), so that both spellings of one peer are equal. Zeros for a Unix domain path.
  [[nodiscard]] std::array<std::uint8_t, 16> ipv6Form() const noexcept;
  /// The index of the interface that an IPv6 address is of (RFC 4007); 0: of none in particular.
  [[nodiscard]] std::uint32_t zone() const noexcept;
  [[nodiscard]] const sockaddr* data() const noexcept {
    return reinterpret_cast<const sockaddr*>(&storage_);
  }
  [[nodiscard]] socklen_t size() const noexcept { return size_; }
  /// "192.0.2.1:443", "[::1]:80", "[fe80::1%eth0]:80", "unix:/run/x"
  [[nodiscard]] std::string text() const;

  /// The same family, address, zone and port, or the same path.
  [[nodiscard]] bool operator==(const SocketAddress& other) const noexcept;

 private:
  sockaddr_storage storage_{};
  socklen_t size_ = 0;
};

}  // namespace parley::transport
