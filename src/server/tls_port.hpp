#pragma once

#include "bytes/result.hpp"
#include "tls/error.hpp"
#include "tls/server_context.hpp"
#include "transport/listener.hpp"

#include <parley/tls.hpp>

#include <memory>
#include <utility>

namespace parley {
class ServerCore;
}

namespace parley::server {

/// What the listeners of one Server::listenTls() share: its options, and what is made of the files
/// that these name. Connections that were accepted before a reload keep what they were made with.
class TlsPort final : public transport::AcceptHandler {
 public:
  using Context = std::shared_ptr<const tls::ServerContext>;

  /// Reads the files.
  /// @param core must outlive it
  static Result<std::unique_ptr<TlsPort>, tls::Error> make(ServerCore& core,
                                                           const TlsServerOptions& options);

  /// Reads the files anew; for use().
  [[nodiscard]] Result<Context, tls::Error> load() const;
  /// From now on connections are made with this.
  void use(Context context) noexcept { context_ = std::move(context); }

 private:
  TlsPort(ServerCore& core, const TlsServerOptions& options) : core_(core), options_(options) {}

  void onAccepted(transport::TransportPtr transport) override;
  // They wait in the kernel's backlog; the listener tries again by itself.
  void onAcceptPaused(const transport::TransportError&) override {}

  ServerCore& core_;
  const TlsServerOptions options_;
  Context context_;
};

}  // namespace parley::server
