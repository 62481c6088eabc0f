#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>

namespace parley::tool::check {

/// A name that was resolved.
struct Address {
  sockaddr_storage bytes = {};
  socklen_t size = 0;
};
/// At least one, or a text if the name does not resolve.
[[nodiscard]] std::variant<std::vector<Address>, std::string> resolve(const std::string& host,
                                                                      std::uint16_t port);

/// A non-blocking TCP socket of the system, and nothing between it and the suite.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int fd) noexcept : fd_(fd) {}
  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&& other) noexcept;
  ~Socket();

  /// Starts to connect; a text if that fails at once.
  [[nodiscard]] static std::variant<Socket, std::string> connecting(const Address& address);
  [[nodiscard]] static std::variant<Socket, std::string> listening(const Address& address);
  /// Nothing if there is none waiting.
  [[nodiscard]] std::optional<Socket> accept() const;

  [[nodiscard]] int fd() const noexcept { return fd_; }
  [[nodiscard]] std::uint16_t localPort() const;
  /// Why connecting failed; nothing if it did not.
  [[nodiscard]] std::optional<std::string> connectError() const;

  enum class Read : std::uint8_t { Some, Nothing, End, Reset };
  /// Appends what is there.
  [[nodiscard]] Read read(std::string& to) const;
  /// Bytes taken; nothing if the connection is gone.
  [[nodiscard]] std::optional<std::size_t> write(std::string_view bytes) const;
  void endOutput() const noexcept;
  void close() noexcept;

 private:
  int fd_ = -1;
};

}  // namespace parley::tool::check
