#include "tls/certificate_error.hpp"

#include "tls/certificate_text.hpp"

#include <algorithm>
#include <utility>

namespace parley::tls {

namespace {

using Kind = Error::Kind;

/// Names of a certificate that a message lists at most.
constexpr std::size_t kMostNames = 5;

// A dispatch switch: OpenSSL's codes, those that a peer's certificate can lead to.
Kind kindOf(int code) {
  switch (code) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return Kind::Expired;
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return Kind::NotYetValid;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return Kind::SelfSigned;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_UNTRUSTED:
    case X509_V_ERR_CERT_REJECTED:
      return Kind::UnknownAuthority;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return Kind::NameMismatch;
    case X509_V_ERR_CERT_REVOKED:
      return Kind::Revoked;
    case X509_V_ERR_UNABLE_TO_GET_CRL:
    case X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER:
    case X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE:
    case X509_V_ERR_CRL_SIGNATURE_FAILURE:
    case X509_V_ERR_CRL_NOT_YET_VALID:
    case X509_V_ERR_CRL_HAS_EXPIRED:
    case X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD:
    case X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD:
    case X509_V_ERR_KEYUSAGE_NO_CRL_SIGN:
    case X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION:
    case X509_V_ERR_DIFFERENT_CRL_SCOPE:
    case X509_V_ERR_CRL_PATH_VALIDATION_ERROR:
      return Kind::RevocationUnknown;
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
    case X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE:
    case X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY:
      return Kind::BadSignature;
    case X509_V_ERR_INVALID_PURPOSE:
      return Kind::WrongPurpose;
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK:
      return Kind::WeakKey;
    default:
      return Kind::InvalidCertificate;
  }
}

std::string namesText(const X509* certificate) {
  const auto names = hostNamesOf(certificate);
  if (names.empty()) return "it names no host (no subjectAltName)";
  std::string text = "it is for ";
  for (std::size_t i = 0; i < std::min(names.size(), kMostNames); ++i) {
    if (i != 0) text += ", ";
    text += names[i];
  }
  if (names.size() > kMostNames) text += ", ...";
  return text;
}

std::string explain(int code, const X509* certificate) {
  switch (code) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "expired on " + dateOf(X509_get0_notAfter(certificate));
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "not valid before " + dateOf(X509_get0_notBefore(certificate));
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return "self-signed, and not among the trusted ones";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return namesText(certificate);
    case X509_V_ERR_CERT_REVOKED:
      return "revoked";
    default:
      break;
  }
  if (kindOf(code) != Kind::UnknownAuthority) return X509_verify_cert_error_string(code);
  return "issued by an authority that is not trusted, " + nameOf(X509_get_issuer_name(certificate));
}

}  // namespace

Error certificateError(X509_STORE_CTX& chain, std::string_view subject) {
  const int code = X509_STORE_CTX_get_error(&chain);
  const X509* certificate = X509_STORE_CTX_get_current_cert(&chain);
  if (!certificate) certificate = X509_STORE_CTX_get0_cert(&chain);
  Error error{.kind = kindOf(code)};
  error.message = std::string(subject) + ": ";
  if (!certificate) {
    error.message += X509_verify_cert_error_string(code);
    return error;
  }
  if (X509_STORE_CTX_get_error_depth(&chain) > 0 && error.kind != Kind::UnknownAuthority) {
    error.message += "its issuer " + nameOf(X509_get_subject_name(certificate)) + ": ";
  }
  error.message += explain(code, certificate);
  return error;
}

}  // namespace parley::tls
