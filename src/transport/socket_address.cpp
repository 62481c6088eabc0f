#include "transport/socket_address.hpp"

#include <cstddef>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>
#include <uv.h>

namespace parley::transport {

namespace {

template <typename T>
T viewAs(const sockaddr_storage& storage) {
  T address;
  std::memcpy(&address, &storage, sizeof address);
  return address;
}

std::optional<SocketAddress> askFor(int (*question)(int, sockaddr*, socklen_t*), int fd) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  auto* address = reinterpret_cast<sockaddr*>(&storage);
  if (question(fd, address, &size) != 0) return std::nullopt;
  return SocketAddress(address, size);
}

int nameOf(int fd, sockaddr* address, socklen_t* size) {
  return getsockname(fd, address, size);
}
int peerNameOf(int fd, sockaddr* address, socklen_t* size) {
  return getpeername(fd, address, size);
}

}  // namespace

SocketAddress::SocketAddress(const sockaddr* address, socklen_t size) noexcept
    : size_(size < sizeof storage_ ? size : sizeof storage_) {
  std::memcpy(&storage_, address, size_);
}

std::optional<SocketAddress> SocketAddress::parse(std::string_view host, std::uint16_t port) {
  const bool isBracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  const std::string text(isBracketed ? host.substr(1, host.size() - 2) : host);
  sockaddr_in ipv4{};
  if (!isBracketed && uv_ip4_addr(text.c_str(), port, &ipv4) == 0) {
    return SocketAddress(reinterpret_cast<const sockaddr*>(&ipv4), sizeof ipv4);
  }
  sockaddr_in6 ipv6{};
  if (uv_ip6_addr(text.c_str(), port, &ipv6) == 0) {
    return SocketAddress(reinterpret_cast<const sockaddr*>(&ipv6), sizeof ipv6);
  }
  return std::nullopt;
}

std::optional<SocketAddress> SocketAddress::unixPath(std::string_view path) {
  sockaddr_un address{};
  if (path.empty() || path.size() >= sizeof address.sun_path) return std::nullopt;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  return SocketAddress(reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

std::optional<SocketAddress> SocketAddress::localOf(int fd) {
  return askFor(nameOf, fd);
}
std::optional<SocketAddress> SocketAddress::peerOf(int fd) {
  return askFor(peerNameOf, fd);
}

std::uint16_t SocketAddress::port() const noexcept {
  if (family() == AF_INET) return ntohs(viewAs<sockaddr_in>(storage_).sin_port);
  if (family() == AF_INET6) return ntohs(viewAs<sockaddr_in6>(storage_).sin6_port);
  return 0;
}

std::string SocketAddress::text() const {
  char name[INET6_ADDRSTRLEN] = "";
  if (family() == AF_INET) {
    const auto address = viewAs<sockaddr_in>(storage_);
    uv_ip4_name(&address, name, sizeof name);
    return std::string(name) + ':' + std::to_string(port());
  }
  if (family() == AF_INET6) {
    const auto address = viewAs<sockaddr_in6>(storage_);
    uv_ip6_name(&address, name, sizeof name);
    return '[' + std::string(name) + "]:" + std::to_string(port());
  }
  // The connecting side of a Unix domain socket has no name: the size ends before the path.
  const auto address = viewAs<sockaddr_un>(storage_);
  constexpr std::size_t kPathAt = offsetof(sockaddr_un, sun_path);
  if (size_ <= kPathAt) return "unix:";
  return "unix:" + std::string(address.sun_path, strnlen(address.sun_path, size_ - kPathAt));
}

}  // namespace parley::transport
