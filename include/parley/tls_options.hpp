#pragma once

#include <parley/export.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace parley {

/// The oldest version of TLS that is spoken. Those before 1.2 never are (RFC 8996).
enum class TlsVersion : std::uint8_t { Tls12, Tls13 };

/// How a client speaks TLS. Every default is the safe one: system roots, the whole certificate
/// checked, the name too.
///
/// Files are read when a connection is made, and again once they have changed; one that can't be
/// read fails the connection with a message that names it.
///
/// @code
/// parley::TlsOptions tls;
/// tls.caFile = "/etc/acme/root.pem";
/// tls.pins = {"sha256//r/mIkG3eEpVdm+u/ko/cwxzOMo1bk4TyHIlByibiA5E="};
/// @endcode
struct PARLEY_EXPORT TlsOptions {
  enum class Verification : std::uint8_t {
    Full,            ///< chain, dates, purpose and name (RFC 9110 section 4.3.4): the default
    DangerouslyOff,  ///< whoever answers is believed. Pins are checked nevertheless.
  };
  enum class Resumption : std::uint8_t {
    On,  ///< a later connection to the same host and port may go on with an earlier one's session,
         ///< which saves the certificates and a signature: the default
    Off,
  };

  // ---- Whom to believe ----

  /// Certificates (PEM) of the authorities that are trusted, in place of the system's. Any
  /// certificate may be an authority here, also an intermediate one or the server's own. nullopt
  /// (default), without `caPem` too: the system's roots.
  std::optional<std::string> caFile = {};
  /// The same as text instead of a file; with `caFile`, both are trusted.
  std::optional<std::string> caPem = {};
  /// Revocation lists (PEM). With it every certificate of the chain is looked up, and one whose
  /// issuer has no list here is refused. nullopt (default): revocation is not checked.
  std::optional<std::string> crlFile = {};
  /// "sha256//" and the base64 of the SHA-256 of a public key (SubjectPublicKeyInfo): the server's
  /// key must be one of these, besides all else. Empty (default): any.
  std::vector<std::string> pins = {};
  Verification verification = Verification::Full;

  // ---- Who this is ----

  /// A client certificate and the chain behind it (PEM), for servers that ask. nullopt (default):
  /// none.
  std::optional<std::string> certificateFile = {};
  /// Its private key (PEM). nullopt: it is in `certificateFile`.
  std::optional<std::string> keyFile = {};
  /// What the private key is encrypted with.
  std::optional<std::string> keyPassword = {};

  // ---- What is spoken ----

  /// The name to ask for (SNI, RFC 6066 section 3) and to find in the certificate. nullopt
  /// (default): the host of the URL. An address is found in the certificate, but not asked for.
  std::optional<std::string> serverName = {};
  /// The protocols to offer (ALPN, RFC 7301), the most wanted first, of 1 to 255 bytes each. Empty:
  /// no offer.
  std::vector<std::string> alpn = {"http/1.1"};
  TlsVersion minVersion = TlsVersion::Tls12;
  Resumption resumption = Resumption::On;

  // ---- Looking on ----

  /// Append the secrets of each connection to this file, in the NSS key log format that network
  /// analysers read: whoever has the file can read what went over the wire. nullopt (default): no.
  std::optional<std::string> keyLogFile = {};

  friend bool operator==(const TlsOptions&, const TlsOptions&) = default;
};

}  // namespace parley
