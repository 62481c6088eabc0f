#include "tls/engine.hpp"
#include "tls/engine_call.hpp"
#include "tls/error_queue.hpp"

#include <utility>

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace parley::tls {

namespace {

using Kind = Error::Kind;

Kind kindOf(int reason) {
  switch (reason) {
    case 0:
      return Kind::Internal;
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_NO_PROTOCOLS_AVAILABLE:
    case SSL_R_VERSION_TOO_HIGH:
    case SSL_R_VERSION_TOO_LOW:
    case SSL_R_UNKNOWN_SSL_VERSION:
    case SSL_R_WRONG_SSL_VERSION:
      return Kind::NoCommonVersion;
    case SSL_R_NO_SHARED_CIPHER:
    case SSL_R_NO_SUITABLE_KEY_SHARE:
    case SSL_R_NO_SHARED_GROUPS:
    case SSL_R_NO_SUITABLE_GROUPS:
    case SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM:
    case SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS:
      return Kind::NoCommonCipher;
    case SSL_R_NO_APPLICATION_PROTOCOL:
      return Kind::NoCommonProtocol;
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
      return Kind::NoCertificate;
    case ERR_R_INTERNAL_ERROR:
    case ERR_R_MALLOC_FAILURE:
      return Kind::Internal;
    default:
      return Kind::Protocol;
  }
}

/// "alert 40 (handshake failure)"
std::string textOf(const TlsAlert& alert) {
  const std::string_view name = describe(alert);
  std::string text = "alert " + std::to_string(alert.number);
  if (!name.empty()) text.append(" (").append(name).append(")");
  return text;
}

}  // namespace

Error Engine::errorOf(const EngineCall& call) const {
  const QueuedError queued = takeErrors();
  const std::string other(peer());
  Error error;
  if (call.certificateError) {
    error = *call.certificateError;
    error.alert = call.alert;
    return error;
  }
  error.alert = call.alert;
  if (state_ == State::Handshaking && firstByte_ == FirstByte::Other) {
    error.kind = Kind::NotTls;
    error.message = other + " does not speak TLS";
    return error;
  }
  if (call.alert && call.alert->direction == TlsAlert::Direction::Received) {
    error.kind = Kind::RejectedByPeer;
    error.message = other + " refused: TLS " + textOf(*call.alert);
    return error;
  }
  error.kind = kindOf(queued.sslReason);
  error.message = "TLS with " + other + " failed: " + queued.text;
  if (call.alert) error.message += ", " + textOf(*call.alert) + " was sent";
  return error;
}

}  // namespace parley::tls
