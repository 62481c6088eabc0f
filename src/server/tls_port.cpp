#include "server/tls_port.hpp"

#include "server/server_core.hpp"

#include <utility>

namespace parley::server {

Result<std::unique_ptr<TlsPort>, tls::Error> TlsPort::make(ServerCore& core,
                                                           const TlsServerOptions& options) {
  std::unique_ptr<TlsPort> port(new TlsPort(core, options));
  auto context = port->load();
  if (!context) return context.error();
  port->use(std::move(*context));
  return port;
}

Result<TlsPort::Context, tls::Error> TlsPort::load() const {
  return tls::ServerContext::load(options_);
}

void TlsPort::onAccepted(transport::TransportPtr transport) {
  core_.admit(std::move(transport), context_);
}

}  // namespace parley::server
