#pragma once

#include <memory>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace parley::tls {

template <auto Free>
struct FreeBy {
  template <typename T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};

// What OpenSSL's own functions have made, and its own functions free. Only for sources of this
// folder: no header that others include may know OpenSSL.
using BioPointer = std::unique_ptr<BIO, FreeBy<BIO_free>>;
using CertificatePointer = std::unique_ptr<X509, FreeBy<X509_free>>;
using ContextPointer = std::unique_ptr<SSL_CTX, FreeBy<SSL_CTX_free>>;
using CrlPointer = std::unique_ptr<X509_CRL, FreeBy<X509_CRL_free>>;
using GeneralNamesPointer = std::unique_ptr<GENERAL_NAMES, FreeBy<GENERAL_NAMES_free>>;
using KeyPointer = std::unique_ptr<EVP_PKEY, FreeBy<EVP_PKEY_free>>;

}  // namespace parley::tls
