#include "wire.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace bench {

void giveUp(const char* what) {
  std::fprintf(stderr, "bench_load: %s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

TlsClientContext::TlsClientContext() : context_(SSL_CTX_new(TLS_client_method())) {
  SSL_CTX_set_mode(context_, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

TlsClientContext::~TlsClientContext() {
  SSL_CTX_free(context_);
}

Wire::Wire(std::uint16_t port, const TlsClientContext* context)
    : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    giveUp("connect");
  const int on = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (context) {
    tls_ = SSL_new(context->get());
    SSL_set_fd(tls_, socket_);
    if (SSL_connect(tls_) != 1) giveUp("TLS handshake");
  }
  fcntl(socket_, F_SETFL, O_NONBLOCK);
}

Wire::~Wire() {
  SSL_free(tls_);
  close(socket_);
}

std::size_t Wire::checked(int result) {
  if (result > 0) return static_cast<std::size_t>(result);
  const int error = SSL_get_error(tls_, result);
  if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE)
    giveUp("the server closed a TLS connection");
  ERR_clear_error();
  return 0;
}

std::size_t Wire::send(std::span<const std::byte> bytes) {
  if (tls_) return checked(SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size())));
  const ssize_t size = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (size < 0 && errno != EAGAIN) giveUp("send");
  return size < 0 ? 0 : static_cast<std::size_t>(size);
}

std::size_t Wire::receive(std::span<std::byte> buffer) {
  if (tls_) return checked(SSL_read(tls_, buffer.data(), static_cast<int>(buffer.size())));
  const ssize_t size = recv(socket_, buffer.data(), buffer.size(), 0);
  if (size == 0 || (size < 0 && errno != EAGAIN)) giveUp("the server closed a connection");
  return size < 0 ? 0 : static_cast<std::size_t>(size);
}

}  // namespace bench
