#pragma once

#include "bytes/result.hpp"
#include "tls/error.hpp"
#include "tls/file.hpp"
#include "tls/openssl_pointers.hpp"

#include <optional>
#include <string>
#include <vector>

namespace parley::tls {

// What PEM files hold, in their order. At least one of what is asked for, else an error; what
// stands besides is passed over.

[[nodiscard]] Result<std::vector<CertificatePointer>, Error> readCertificates(
    const NamedFile& file);
/// As readCertificates(), of text that came with the option `file.option`.
[[nodiscard]] Result<std::vector<CertificatePointer>, Error> parseCertificates(
    const std::string& pem, const NamedFile& file);
[[nodiscard]] Result<std::vector<CrlPointer>, Error> readRevocationLists(const NamedFile& file);
/// The first private key. Nobody is ever asked for a password.
[[nodiscard]] Result<KeyPointer, Error> readPrivateKey(const NamedFile& file,
                                                       const std::optional<std::string>& password);

}  // namespace parley::tls
