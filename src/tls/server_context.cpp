#include "tls/server_context.hpp"

#include "tls/certificate_text.hpp"
#include "tls/context_setup.hpp"
#include "tls/error_queue.hpp"
#include "tls/host_name.hpp"
#include "tls/identity.hpp"
#include "tls/pem.hpp"

#include <utility>

namespace parley::tls {

namespace {

using ClientCertificates = TlsServerOptions::ClientCertificates;

constexpr std::string_view kHttp11 = "http/1.1";
/// Which tickets are good here; those of another context can't be decrypted anyway.
constexpr std::string_view kSessionIdContext = "parley";

IdentityFiles filesOf(const TlsIdentity& identity) {
  return {.chain = {"certificateChainFile", identity.certificateChainFile},
          .key = {identity.keyFile ? "keyFile" : "certificateChainFile",
                  identity.keyFile.value_or(identity.certificateChainFile)},
          .password = identity.keyPassword};
}

Error optionError(std::string message) {
  return {.kind = Error::Kind::Option, .message = std::move(message)};
}

void setTickets(SSL_CTX& context, TlsServerOptions::SessionTickets tickets) {
  // Sessions that this side would have to remember are never offered.
  SSL_CTX_set_session_cache_mode(&context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_session_id_context(&context,
                                 reinterpret_cast<const unsigned char*>(kSessionIdContext.data()),
                                 static_cast<unsigned>(kSessionIdContext.size()));
  switch (tickets) {
    case TlsServerOptions::SessionTickets::On:
      return;
    case TlsServerOptions::SessionTickets::Off:
      SSL_CTX_set_options(&context, SSL_OP_NO_TICKET);
      SSL_CTX_set_num_tickets(&context, 0);
      return;
  }
}

/// RFC 7301 section 3.2: a client that speaks other protocols only is told so.
int selectProtocol(SSL*, const unsigned char** out, unsigned char* outSize,
                   const unsigned char* offered, unsigned size, void*) {
  for (unsigned at = 0; at < size;) {
    const unsigned length = offered[at];
    if (length > size - at - 1) break;
    const std::string_view name(reinterpret_cast<const char*>(offered + at + 1), length);
    if (name == kHttp11) {
      *out = offered + at + 1;
      *outSize = static_cast<unsigned char>(length);
      return SSL_TLSEXT_ERR_OK;
    }
    at += length + 1;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

void ServerContext::ContextReleaser::operator()(ssl_ctx_st* context) const noexcept {
  SSL_CTX_free(context);
}

ServerContext::ServerContext() : verifier_(TlsOptions::Verification::Full, {}) {}
ServerContext::~ServerContext() = default;

Result<std::shared_ptr<const ServerContext>, Error> ServerContext::load(
    const TlsServerOptions& options) {
  std::shared_ptr<ServerContext> self(new ServerContext);
  if (auto error = self->setUp(options)) return std::move(*error);
  return std::shared_ptr<const ServerContext>(std::move(self));
}

std::optional<Error> ServerContext::setUp(const TlsServerOptions& options) {
  if (options.identities.empty()) return optionError("identities: a server needs one");
  if (options.keyLogFile) {
    auto log = KeyLog::open(*options.keyLogFile);
    if (!log) return log.error();
    keyLog_ = std::move(*log);
  }
  for (const TlsIdentity& identity : options.identities) {
    if (auto error = add(options, identity)) return error;
  }
  ssl_ctx_st& context = *contexts_.front().context;
  SSL_CTX_set_tlsext_servername_callback(&context, onServerName);
  SSL_CTX_set_tlsext_servername_arg(&context, this);
  return std::nullopt;
}

/// All of it for each identity: once SNI has chosen one, OpenSSL asks its context for everything.
std::optional<Error> ServerContext::add(const TlsServerOptions& options,
                                        const TlsIdentity& identity) {
  auto context = makeContext(TLS_server_method(), options.minVersion);
  if (!context) return context.error();
  const IdentityFiles files = filesOf(identity);
  const auto loaded = Identity::load(files);
  if (!loaded) return loaded.error();
  if (auto error = loaded->use(**context, files)) return error;
  setTickets(**context, options.sessionTickets);
  SSL_CTX_set_alpn_select_cb(context->get(), selectProtocol, nullptr);
  if (auto error = checkClients(**context, options)) return error;
  if (keyLog_) keyLog_->attach(**context);
  contexts_.push_back({dnsNamesOf(loaded->chain.front().get()), Context(context->release())});
  return std::nullopt;
}

std::optional<Error> ServerContext::checkClients(ssl_ctx_st& context,
                                                 const TlsServerOptions& options) {
  if (options.clientCertificates == ClientCertificates::Ignore) return std::nullopt;
  if (!options.clientCaFile) return optionError("clientCaFile: needed to check clients");
  const auto authorities = readCertificates({"clientCaFile", *options.clientCaFile});
  if (!authorities) return authorities.error();
  X509_STORE& store = *SSL_CTX_get_cert_store(&context);
  X509_STORE_set_flags(&store, X509_V_FLAG_PARTIAL_CHAIN);
  for (const CertificatePointer& authority : *authorities) {
    if (X509_STORE_add_cert(&store, authority.get()) != 1 ||
        SSL_CTX_add_client_CA(&context, authority.get()) != 1) {
      return internalError("clientCaFile");
    }
  }
  const bool isRequired = options.clientCertificates == ClientCertificates::Require;
  SSL_CTX_set_verify(&context, SSL_VERIFY_PEER | (isRequired ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
                     nullptr);
  verifier_.attach(context);
  return std::nullopt;
}

/// RFC 6066 section 3: a name that nobody has is no reason to refuse.
int ServerContext::onServerName(ssl_st* ssl, int*, void* self) {
  const char* const name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (!name) return SSL_TLSEXT_ERR_NOACK;
  ssl_ctx_st* const found = static_cast<const ServerContext*>(self)->find(name);
  if (!found) return SSL_TLSEXT_ERR_NOACK;
  if (found != SSL_get_SSL_CTX(ssl)) SSL_set_SSL_CTX(ssl, found);
  return SSL_TLSEXT_ERR_OK;
}

ssl_ctx_st* ServerContext::find(std::string_view name) const noexcept {
  ssl_ctx_st* byWildcard = nullptr;
  for (const NamedContext& named : contexts_) {
    for (const std::string& pattern : named.names) {
      if (!matchesHostName(pattern, name)) continue;
      if (!pattern.starts_with("*.")) return named.context.get();
      if (!byWildcard) byWildcard = named.context.get();
    }
  }
  return byWildcard;
}

Result<ssl_st*, Error> ServerContext::makeConnection() const {
  clearErrors();
  SSL* const ssl = SSL_new(contexts_.front().context.get());
  if (!ssl) return internalError("TLS connection");
  SSL_set_accept_state(ssl);
  return ssl;
}

}  // namespace parley::tls
