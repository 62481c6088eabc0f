#pragma once

#include "tls/certificate_authority.hpp"
#include "tls/engine_pair.hpp"

#include <span>
#include <string>
#include <string_view>

#include <openssl/bio.h>
#include <openssl/ssl.h>

namespace parley::tls {

/// Plain OpenSSL on memory BIOs, to do what no engine does.
class OpensslPeer {
 public:
  enum class Role : std::uint8_t { Client, Server };

  explicit OpensslPeer(Role role, const Certificate* certificate = nullptr)
      : context_(SSL_CTX_new(role == Role::Client ? TLS_client_method() : TLS_server_method())) {
    SSL_CTX_set_security_level(context_, 0);
    if (certificate) {
      SSL_CTX_use_certificate(context_, certificate->get());
      SSL_CTX_use_PrivateKey(context_, certificate->key());
    }
    ssl_ = SSL_new(context_);
    SSL_set_bio(ssl_, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    if (role == Role::Client) {
      SSL_set_connect_state(ssl_);
    } else {
      SSL_set_accept_state(ssl_);
    }
  }
  OpensslPeer(const OpensslPeer&) = delete;
  OpensslPeer& operator=(const OpensslPeer&) = delete;
  ~OpensslPeer() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
  }

  [[nodiscard]] SSL* get() const { return ssl_; }

  void receive(std::span<const std::byte> bytes) {
    if (!bytes.empty()) {
      BIO_write(SSL_get_rbio(ssl_), bytes.data(), static_cast<int>(bytes.size()));
    }
    char buffer[16384];
    SSL_do_handshake(ssl_);
    for (int size; (size = SSL_read(ssl_, buffer, sizeof buffer)) > 0;) {
      received.append(buffer, static_cast<std::size_t>(size));
    }
  }
  void write(std::string_view text) { SSL_write(ssl_, text.data(), static_cast<int>(text.size())); }
  /// What it has to send.
  Bytes take() {
    char* data = nullptr;
    const long size = BIO_get_mem_data(SSL_get_wbio(ssl_), &data);
    const Bytes bytes = bytesOf(std::string_view(data, static_cast<std::size_t>(size)));
    static_cast<void>(BIO_reset(SSL_get_wbio(ssl_)));
    return bytes;
  }

  std::string received;

 private:
  SSL_CTX* context_;
  SSL* ssl_;
};

/// Carries bytes until nothing moves.
inline void exchange(OpensslPeer& peer, EngineEnd& end) {
  end.receive({});
  peer.receive({});
  for (Bytes bytes = peer.take(); !bytes.empty() || !end.unsent.empty(); bytes = peer.take()) {
    end.receive(bytes);
    peer.receive(std::exchange(end.unsent, {}));
  }
}

}  // namespace parley::tls
