#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

struct ssl_ctx_st;
struct ssl_st;

namespace bench {

/// What the TLS connections of the load share. It believes any server, which is this benchmark's
/// own.
class TlsClientContext {
 public:
  TlsClientContext();
  TlsClientContext(const TlsClientContext&) = delete;
  TlsClientContext& operator=(const TlsClientContext&) = delete;
  ~TlsClientContext();

  [[nodiscard]] ssl_ctx_st* get() const noexcept { return context_; }

 private:
  ssl_ctx_st* context_;
};

/// One connection of the load to a port of this machine. Connecting blocks; what follows does not.
class Wire {
 public:
  /// @param context nullptr: in the clear
  Wire(std::uint16_t port, const TlsClientContext* context);
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  ~Wire();

  [[nodiscard]] int socket() const noexcept { return socket_; }
  /// @return how many bytes it took; 0 if it has to wait
  std::size_t send(std::span<const std::byte> bytes);
  /// @return how many bytes came; 0 if there are none now
  std::size_t receive(std::span<std::byte> buffer);

 private:
  [[nodiscard]] std::size_t checked(int result);

  int socket_;
  ssl_st* tls_ = nullptr;
};

/// Says what went wrong, with errno, and ends the program.
[[noreturn]] void giveUp(const char* what);

}  // namespace bench
