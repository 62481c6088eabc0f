#include <parley/tls.hpp>

namespace parley {

// A dispatch switch: one word for each fault.
std::string_view describe(TlsFault fault) noexcept {
  switch (fault) {
    case TlsFault::Expired:
      return "expired";
    case TlsFault::NotYetValid:
      return "not yet valid";
    case TlsFault::SelfSigned:
      return "self-signed";
    case TlsFault::UnknownAuthority:
      return "unknown authority";
    case TlsFault::NameMismatch:
      return "name mismatch";
    case TlsFault::Revoked:
      return "revoked";
    case TlsFault::RevocationUnknown:
      return "revocation unknown";
    case TlsFault::PinMismatch:
      return "pin mismatch";
    case TlsFault::BadSignature:
      return "bad signature";
    case TlsFault::WrongPurpose:
      return "wrong purpose";
    case TlsFault::WeakKey:
      return "weak key";
    case TlsFault::InvalidCertificate:
      return "invalid certificate";
    case TlsFault::NoCertificate:
      return "no certificate";
    case TlsFault::NoCommonVersion:
      return "no common version";
    case TlsFault::NoCommonCipher:
      return "no common cipher";
    case TlsFault::NoCommonProtocol:
      return "no common protocol";
    case TlsFault::RejectedByPeer:
      return "rejected by the peer";
    case TlsFault::NotTls:
      return "not TLS";
    case TlsFault::Protocol:
      return "protocol error";
    case TlsFault::Truncated:
      return "truncated";
    case TlsFault::File:
      return "file";
    case TlsFault::Option:
      return "option";
    case TlsFault::Internal:
      return "internal error";
  }
  return "";
}

// A dispatch switch: one name for each number (RFC 8446 section 6, and before it RFC 5246 section
// 7.2, RFC 6066 section 9, RFC 7301 section 3.2).
std::string_view describe(TlsAlert alert) noexcept {
  switch (alert.number) {
    case 0:
      return "close notify";
    case 10:
      return "unexpected message";
    case 20:
      return "bad record mac";
    case 22:
      return "record overflow";
    case 40:
      return "handshake failure";
    case 42:
      return "bad certificate";
    case 43:
      return "unsupported certificate";
    case 44:
      return "certificate revoked";
    case 45:
      return "certificate expired";
    case 46:
      return "certificate unknown";
    case 47:
      return "illegal parameter";
    case 48:
      return "unknown CA";
    case 49:
      return "access denied";
    case 50:
      return "decode error";
    case 51:
      return "decrypt error";
    case 70:
      return "protocol version";
    case 71:
      return "insufficient security";
    case 80:
      return "internal error";
    case 86:
      return "inappropriate fallback";
    case 90:
      return "user canceled";
    case 100:
      return "no renegotiation";
    case 109:
      return "missing extension";
    case 110:
      return "unsupported extension";
    case 112:
      return "unrecognized name";
    case 113:
      return "bad certificate status response";
    case 115:
      return "unknown PSK identity";
    case 116:
      return "certificate required";
    case 120:
      return "no application protocol";
    default:
      return "";
  }
}

}  // namespace parley
