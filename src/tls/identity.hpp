#pragma once

#include "bytes/result.hpp"
#include "tls/error.hpp"
#include "tls/file.hpp"
#include "tls/openssl_pointers.hpp"

#include <optional>
#include <string>
#include <vector>

namespace parley::tls {

/// Where a certificate with its chain and its private key are to be found.
struct IdentityFiles {
  NamedFile chain;
  NamedFile key;
  std::optional<std::string> password;
};

/// A certificate, those behind it, and its private key.
struct Identity {
  std::vector<CertificatePointer> chain;  // the own one first
  KeyPointer key;

  /// An error if the key is another certificate's.
  static Result<Identity, Error> load(const IdentityFiles& files);

  /// Makes it the identity of `context`, which keeps references of its own.
  /// @return an error if OpenSSL finds it too weak
  [[nodiscard]] std::optional<Error> use(SSL_CTX& context, const IdentityFiles& files) const;
};

}  // namespace parley::tls
