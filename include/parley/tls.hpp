#pragma once

#include <parley/export.hpp>
#include <parley/tls_failure.hpp>
#include <parley/tls_options.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace parley {

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

}  // namespace parley
