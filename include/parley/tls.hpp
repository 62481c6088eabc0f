#pragma once

#include <parley/export.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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

/// A server's certificate and its key.
struct PARLEY_EXPORT TlsIdentity {
  /// The certificate, and behind it those of its issuers without the root (PEM).
  std::string certificateChainFile = {};
  /// Its private key (PEM). nullopt: it is in `certificateChainFile`.
  std::optional<std::string> keyFile = {};
  /// What the private key is encrypted with.
  std::optional<std::string> keyPassword = {};
};

/// How a server speaks TLS. Files are read by Server::listenTls() and Server::reloadTls().
struct PARLEY_EXPORT TlsServerOptions {
  enum class ClientCertificates : std::uint8_t {
    Ignore,   ///< they are not asked for: the default
    Request,  ///< a client may come without one, but not with one that is not valid
    Require,  ///< no client without a valid one
  };
  enum class SessionTickets : std::uint8_t {
    On,  ///< clients may come back with a ticket, which costs this side no memory: the default. Its
         ///< keys are new at each listenTls() and reloadTls().
    Off,
  };

  /// At least one. The first is for clients that ask for no name, or one that nobody here has; the
  /// others for those names that their certificates list, also as "*.example.com" for one more
  /// label.
  std::vector<TlsIdentity> identities = {};
  ClientCertificates clientCertificates = ClientCertificates::Ignore;
  /// Certificates (PEM) of the authorities that issue those of clients. Must be set unless these
  /// are ignored.
  std::optional<std::string> clientCaFile = {};
  TlsVersion minVersion = TlsVersion::Tls12;
  SessionTickets sessionTickets = SessionTickets::On;
  /// As TlsOptions::keyLogFile.
  std::optional<std::string> keyLogFile = {};
};

/// What went wrong with TLS: one for each fault that a person would repair in another place.
enum class TlsFault : std::uint8_t {
  // The peer's certificate was refused here.
  Expired,
  NotYetValid,
  SelfSigned,          ///< and not among the trusted ones
  UnknownAuthority,    ///< its chain leads to nobody who is trusted
  NameMismatch,        ///< it is another host's, or another address's
  Revoked,             ///< by the revocation lists that were given
  RevocationUnknown,   ///< these lists say nothing of it, or are outdated
  PinMismatch,         ///< its key is none of the pinned ones
  BadSignature,        ///< not signed by whom it names
  WrongPurpose,        ///< not made for a server, or not for a client
  WeakKey,             ///< its key, or the signature on it, is too weak
  InvalidCertificate,  ///< any other fault of it
  NoCertificate,       ///< the client sent none, and one is required
  // The two ends don't agree.
  NoCommonVersion,
  NoCommonCipher,
  NoCommonProtocol,  ///< ALPN
  RejectedByPeer,    ///< it sent an alert: see TlsFailure::alert
  NotTls,            ///< what it sends is something else, for example plain HTTP
  // The connection.
  Protocol,   ///< the peer broke the protocol, or somebody changed what was sent
  Truncated,  ///< it ended without the alert that announces the end: something may be missing
  // This side.
  File,    ///< one that the options name can't be read or is not what it should be
  Option,  ///< an option has a value that it can't have
  Internal,
};

/// An alert (RFC 8446 section 6): the last word of a TLS connection that fails.
struct PARLEY_EXPORT TlsAlert {
  enum class Direction : std::uint8_t { Sent, Received };

  std::uint8_t number = 0;
  Direction direction = Direction::Sent;

  friend bool operator==(const TlsAlert&, const TlsAlert&) = default;
};

/// Why TLS failed, for programs; the text for people stands beside it in Failure::message.
struct PARLEY_EXPORT TlsFailure {
  TlsFault fault = TlsFault::Internal;
  /// The alert that was sent or received, if there was one.
  std::optional<TlsAlert> alert = {};

  friend bool operator==(const TlsFailure&, const TlsFailure&) = default;
};

/// The fault in a few words: "expired", "unknown authority".
[[nodiscard]] PARLEY_EXPORT std::string_view describe(TlsFault fault) noexcept;
/// The alert's name in the standard, with spaces: "handshake failure"; "" for an unknown number.
[[nodiscard]] PARLEY_EXPORT std::string_view describe(TlsAlert alert) noexcept;

}  // namespace parley
