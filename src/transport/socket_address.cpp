#include "transport/socket_address.hpp"

#include <charconv>
#include <cstddef>
#include <cstring>

#include <arpa/inet.h>
#include <net/if.h>
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

/// RFC 4007 section 11.2: a zone is named by its interface, or by the interface's number.
std::optional<std::uint32_t> zoneOf(const std::string& text) {
  std::uint32_t index = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, index);
  if (error != std::errc() || stop != end) index = if_nametoindex(text.c_str());
  if (index == 0) return std::nullopt;
  return index;
}

std::string zoneText(std::uint32_t zone) {
  if (zone == 0) return {};
  char name[IF_NAMESIZE] = "";
  return '%' + (if_indextoname(zone, name) ? std::string(name) : std::to_string(zone));
}

std::optional<SocketAddress> parseIpv6(const std::string& text, std::uint16_t port) {
  const std::size_t percent = text.find('%');
  sockaddr_in6 address{};
  if (uv_ip6_addr(text.substr(0, percent).c_str(), port, &address) != 0) return std::nullopt;
  // libuv would take the zone, too, but an unknown one for none.
  if (percent != std::string::npos) {
    const auto zone = zoneOf(text.substr(percent + 1));
    if (!zone) return std::nullopt;
    address.sin6_scope_id = *zone;
  }
  return SocketAddress(reinterpret_cast<const sockaddr*>(&address), sizeof address);
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
  if (text.find('\0') != std::string::npos) return std::nullopt;  // C functions would stop there
  sockaddr_in ipv4{};
  if (!isBracketed && uv_ip4_addr(text.c_str(), port, &ipv4) == 0) {
    return SocketAddress(reinterpret_cast<const sockaddr*>(&ipv4), sizeof ipv4);
  }
  return parseIpv6(text, port);
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

std::array<std::uint8_t, 16> SocketAddress::ipv6Form() const noexcept {
  std::array<std::uint8_t, 16> bytes{};
  if (family() == AF_INET6) {
    const auto address = viewAs<sockaddr_in6>(storage_);
    std::memcpy(bytes.data(), &address.sin6_addr, bytes.size());
  } else if (family() == AF_INET) {
    const auto address = viewAs<sockaddr_in>(storage_);
    bytes[10] = bytes[11] = 0xff;
    std::memcpy(bytes.data() + 12, &address.sin_addr, 4);
  }
  return bytes;
}

std::uint32_t SocketAddress::zone() const noexcept {
  return family() == AF_INET6 ? viewAs<sockaddr_in6>(storage_).sin6_scope_id : 0;
}

bool SocketAddress::operator==(const SocketAddress& other) const noexcept {
  if (family() != other.family()) return false;
  if (family() == AF_INET || family() == AF_INET6) {
    return port() == other.port() && zone() == other.zone() && ipv6Form() == other.ipv6Form();
  }
  return size_ == other.size_ && std::memcmp(&storage_, &other.storage_, size_) == 0;
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
    return '[' + (name + zoneText(zone())) + "]:" + std::to_string(port());
  }
  // The connecting side of a Unix domain socket has no name: the size ends before the path.
  const auto address = viewAs<sockaddr_un>(storage_);
  constexpr std::size_t kPathAt = offsetof(sockaddr_un, sun_path);
  if (size_ <= kPathAt) return "unix:";
  return "unix:" + std::string(address.sun_path, strnlen(address.sun_path, size_ - kPathAt));
}

}  // namespace parley::transport
