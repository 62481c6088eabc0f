#pragma once

#include "bytes/result.hpp"
#include "tls/client_sessions.hpp"
#include "tls/error.hpp"
#include "tls/host_name.hpp"
#include "tls/key_log.hpp"
#include "tls/verifier.hpp"

#include <parley/tls.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct ssl_ctx_st;
struct ssl_st;

namespace parley::tls {

/// What the connections of clients with the same options share: roots, the own certificate, and the
/// sessions to resume. Making one is expensive, see ClientContextCache. Any thread.
class ClientContext {
 public:
  /// Reads what the options name. The error says which file or option is at fault.
  static Result<std::shared_ptr<ClientContext>, Error> load(const TlsOptions& options);
  ClientContext(const ClientContext&) = delete;
  ClientContext& operator=(const ClientContext&) = delete;
  ~ClientContext();

  /// Whom a connection to `host` (a name or an address, IPv6 with or without brackets) expects.
  [[nodiscard]] HostName expectedName(std::string_view host) const;
  [[nodiscard]] Result<ssl_st*, Error> makeConnection(const HostName& name) const;
  /// Did the server select what was offered, or nothing (RFC 7301 section 3.2)?
  [[nodiscard]] bool offers(std::string_view protocol) const noexcept;
  /// nullptr if sessions are not resumed.
  [[nodiscard]] ClientSessions* sessions() noexcept {
    return resumption_ == TlsOptions::Resumption::On ? &sessions_ : nullptr;
  }

 private:
  struct ContextReleaser {
    void operator()(ssl_ctx_st* context) const noexcept;
  };

  ClientContext(const TlsOptions& options, std::vector<std::string> pins);
  [[nodiscard]] std::optional<Error> setUp(const TlsOptions& options);
  [[nodiscard]] std::optional<Error> trust(const TlsOptions& options);
  [[nodiscard]] std::optional<Error> setIdentity(const TlsOptions& options);
  [[nodiscard]] std::optional<Error> offer(const std::vector<std::string>& protocols);
  void rememberSessions();

  const std::optional<std::string> serverName_;
  const TlsOptions::Resumption resumption_;
  std::string alpn_;  // as it goes over the wire
  Verifier verifier_;
  std::unique_ptr<KeyLog> keyLog_;
  ClientSessions sessions_;
  std::unique_ptr<ssl_ctx_st, ContextReleaser> context_;  // goes first: it refers to the others
};

}  // namespace parley::tls
