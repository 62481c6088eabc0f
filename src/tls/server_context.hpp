#pragma once

#include "bytes/result.hpp"
#include "tls/error.hpp"
#include "tls/key_log.hpp"
#include "tls/verifier.hpp"

#include <parley/tls.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct ssl_ctx_st;
struct ssl_st;

namespace parley::tls {

/// What the connections of a TLS listener share: certificates and keys, the authorities of clients,
/// the keys of tickets. Never changes: to reread the files, make another one for the connections to
/// come. Any thread.
class ServerContext {
 public:
  /// Reads what the options name. The error says which file or option is at fault.
  static Result<std::shared_ptr<const ServerContext>, Error> load(const TlsServerOptions& options);
  ServerContext(const ServerContext&) = delete;
  ServerContext& operator=(const ServerContext&) = delete;
  ~ServerContext();

  [[nodiscard]] Result<ssl_st*, Error> makeConnection() const;

 private:
  struct ContextReleaser {
    void operator()(ssl_ctx_st* context) const noexcept;
  };
  using Context = std::unique_ptr<ssl_ctx_st, ContextReleaser>;
  struct NamedContext {
    std::vector<std::string> names;  // of its certificate
    Context context;
  };

  static int onServerName(ssl_st* ssl, int* alert, void* self);

  ServerContext();
  [[nodiscard]] std::optional<Error> setUp(const TlsServerOptions& options);
  [[nodiscard]] std::optional<Error> add(const TlsServerOptions& options,
                                         const TlsIdentity& identity);
  [[nodiscard]] std::optional<Error> checkClients(ssl_ctx_st& context,
                                                  const TlsServerOptions& options);
  [[nodiscard]] ssl_ctx_st* find(std::string_view name) const noexcept;

  Verifier verifier_;
  std::unique_ptr<KeyLog> keyLog_;
  std::vector<NamedContext> contexts_;  // the default one first; they refer to the others
};

}  // namespace parley::tls
