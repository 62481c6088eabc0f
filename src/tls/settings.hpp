#pragma once

#include "tls/server_context.hpp"

#include <parley/tls.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace parley::tls {

/// What a client's handshake needs.
struct ClientSettings {
  TlsOptions options;
  /// As in a URL: a name or an address, IPv6 with or without brackets.
  std::string host;
  std::uint16_t port = 443;
};

/// What a server's handshake needs.
struct ServerSettings {
  std::shared_ptr<const ServerContext> context;
};

}  // namespace parley::tls
