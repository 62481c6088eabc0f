#include "tls/context_setup.hpp"

#include "tls/engine_call.hpp"
#include "tls/error_queue.hpp"

#include <string>
#include <utility>

namespace parley::tls {

namespace {

constexpr int kFatal = 2;

int numberOf(TlsVersion version) {
  switch (version) {
    case TlsVersion::Tls12:
      return TLS1_2_VERSION;
    case TlsVersion::Tls13:
      return TLS1_3_VERSION;
  }
  return TLS1_3_VERSION;
}

/// Keeps the last fatal alert: RFC 8446 section 6.2, after it there is nothing.
void noteAlert(const SSL* ssl, int where, int value) {
  if (!(where & SSL_CB_ALERT) || value >> 8 != kFatal) return;
  EngineCall* const call = EngineCall::of(*ssl);
  if (!call) return;
  call->alert = TlsAlert{
      .number = static_cast<std::uint8_t>(value & 0xFF),
      .direction = where & SSL_CB_READ ? TlsAlert::Direction::Received : TlsAlert::Direction::Sent};
}

}  // namespace

Error internalError(const char* operation) {
  return {.message = std::string(operation) + ": " + takeErrors().text};
}

Result<ContextPointer, Error> makeContext(const SSL_METHOD* method, TlsVersion minVersion) {
  clearErrors();
  ContextPointer context(SSL_CTX_new(method));
  if (!context || SSL_CTX_set_min_proto_version(context.get(), numberOf(minVersion)) != 1) {
    return internalError("TLS context");
  }
  // Compression leaks what is sent (RFC 7525 section 3.3), renegotiation is a way to make the other
  // end compute.
  SSL_CTX_set_options(context.get(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  // No chain is made up from what is trusted: what the file has is sent. And an engine that waits
  // holds no record buffers (34 KB). Writes are never partial, as there is always room for them.
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN);
  SSL_CTX_set_info_callback(context.get(), noteAlert);
  return context;
}

}  // namespace parley::tls
