#pragma once

#include "tls/openssl_pointers.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace parley::tls {

// What messages say of certificates. All text of theirs is the peer's: it comes out as printable
// ASCII and cut short.

/// "2026-01-01", in UTC.
[[nodiscard]] std::string dateOf(const ASN1_TIME* time);
/// "CN=Some CA,O=Some"
[[nodiscard]] std::string nameOf(const X509_NAME* name);
/// Names and addresses of subjectAltName, in order.
[[nodiscard]] std::vector<std::string> hostNamesOf(const X509* certificate);
/// The names alone, as they are: for comparison.
[[nodiscard]] std::vector<std::string> dnsNamesOf(const X509* certificate);
/// "sha256//" and the base64 of the hash of its public key.
[[nodiscard]] std::string pinOf(const X509* certificate);

}  // namespace parley::tls
