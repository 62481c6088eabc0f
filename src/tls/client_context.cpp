#include "tls/client_context.hpp"

#include "tls/context_setup.hpp"
#include "tls/engine_call.hpp"
#include "tls/error_queue.hpp"
#include "tls/identity.hpp"
#include "tls/pem.hpp"
#include "tls/pins.hpp"
#include "tls/session_slot.hpp"

#include <utility>

namespace parley::tls {

namespace {

std::optional<Error> addCertificates(X509_STORE& store,
                                     const Result<std::vector<CertificatePointer>, Error>& added) {
  if (!added) return added.error();
  for (const CertificatePointer& certificate : *added) {
    if (X509_STORE_add_cert(&store, certificate.get()) != 1) return internalError("trusted roots");
  }
  return std::nullopt;
}

std::optional<Error> addRevocationLists(X509_STORE& store, const std::string& path) {
  const auto lists = readRevocationLists({"crlFile", path});
  if (!lists) return lists.error();
  for (const CrlPointer& list : *lists) {
    if (X509_STORE_add_crl(&store, list.get()) != 1) return internalError("revocation lists");
  }
  X509_STORE_set_flags(&store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
  return std::nullopt;
}

}  // namespace

void ClientContext::ContextReleaser::operator()(ssl_ctx_st* context) const noexcept {
  SSL_CTX_free(context);
}

ClientContext::ClientContext(const TlsOptions& options, std::vector<std::string> pins)
    : serverName_(options.serverName),
      resumption_(options.resumption),
      verifier_(options.verification, std::move(pins)) {}

ClientContext::~ClientContext() = default;

Result<std::shared_ptr<ClientContext>, Error> ClientContext::load(const TlsOptions& options) {
  auto pins = parsePins(options.pins);
  if (!pins) return pins.error();
  std::shared_ptr<ClientContext> self(new ClientContext(options, std::move(*pins)));
  if (auto error = self->setUp(options)) return std::move(*error);
  return self;
}

std::optional<Error> ClientContext::setUp(const TlsOptions& options) {
  auto context = makeContext(TLS_client_method(), options.minVersion);
  if (!context) return context.error();
  context_.reset(context->release());
  // Asked in any case: the verifier knows how much the answer counts.
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  verifier_.attach(*context_);
  if (auto error = trust(options)) return error;
  if (auto error = setIdentity(options)) return error;
  if (auto error = offer(options.alpn)) return error;
  if (options.keyLogFile) {
    auto log = KeyLog::open(*options.keyLogFile);
    if (!log) return log.error();
    keyLog_ = std::move(*log);
    keyLog_->attach(*context_);
  }
  if (sessions()) rememberSessions();
  return std::nullopt;
}

std::optional<Error> ClientContext::trust(const TlsOptions& options) {
  X509_STORE& store = *SSL_CTX_get_cert_store(context_.get());
  if (options.caFile) {
    if (auto error = addCertificates(store, readCertificates({"caFile", *options.caFile}))) {
      return error;
    }
  }
  if (options.caPem) {
    const auto parsed = parseCertificates(*options.caPem, {"caPem", "(text)"});
    if (auto error = addCertificates(store, parsed)) return error;
  }
  if (options.caFile || options.caPem) {
    // Who names an intermediate authority means it.
    X509_STORE_set_flags(&store, X509_V_FLAG_PARTIAL_CHAIN);
  } else {
    // A system without roots is no error here: there, every certificate is of an unknown authority.
    SSL_CTX_set_default_verify_paths(context_.get());
    clearErrors();
  }
  if (!options.crlFile) return std::nullopt;
  return addRevocationLists(store, *options.crlFile);
}

std::optional<Error> ClientContext::setIdentity(const TlsOptions& options) {
  if (!options.certificateFile) {
    if (!options.keyFile) return std::nullopt;
    return Error{.kind = Error::Kind::Option, .message = "keyFile: there is no certificateFile"};
  }
  const IdentityFiles files{.chain = {"certificateFile", *options.certificateFile},
                            .key = {options.keyFile ? "keyFile" : "certificateFile",
                                    options.keyFile.value_or(*options.certificateFile)},
                            .password = options.keyPassword};
  const auto identity = Identity::load(files);
  if (!identity) return identity.error();
  return identity->use(*context_, files);
}

std::optional<Error> ClientContext::offer(const std::vector<std::string>& protocols) {
  for (const std::string& protocol : protocols) {
    if (protocol.empty() || protocol.size() > 255) {
      return Error{.kind = Error::Kind::Option,
                   .message = "alpn: \"" + protocol + "\" is not of 1 to 255 bytes"};
    }
    alpn_ += static_cast<char>(protocol.size());
    alpn_ += protocol;
  }
  const auto* const bytes = reinterpret_cast<const unsigned char*>(alpn_.data());
  // Of all functions this one answers 0 when it succeeds.
  if (SSL_CTX_set_alpn_protos(context_.get(), bytes, static_cast<unsigned>(alpn_.size())) == 0) {
    return std::nullopt;
  }
  return internalError("alpn");
}

bool ClientContext::offers(std::string_view protocol) const noexcept {
  for (std::size_t at = 0; at < alpn_.size();) {
    const auto size = static_cast<unsigned char>(alpn_[at]);
    if (std::string_view(alpn_).substr(at + 1, size) == protocol) return true;
    at += 1 + std::size_t{size};
  }
  return false;
}

/// The cache of OpenSSL's own finds no session by host.
void ClientContext::rememberSessions() {
  SSL_CTX_set_session_cache_mode(context_.get(),
                                 SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context_.get(), [](SSL* ssl, SSL_SESSION* session) {
    const EngineCall* const call = EngineCall::of(*ssl);
    if (!call || !call->sessions) return 0;  // the caller keeps it
    call->sessions->put(SessionPointer(session));
    return 1;
  });
}

HostName ClientContext::expectedName(std::string_view host) const {
  return HostName::of(serverName_ ? std::string_view(*serverName_) : host);
}

Result<ssl_st*, Error> ClientContext::makeConnection(const HostName& name) const {
  clearErrors();
  std::unique_ptr<SSL, FreeBy<SSL_free>> ssl(SSL_new(context_.get()));
  if (!ssl) return internalError("TLS connection");
  X509_VERIFY_PARAM* const expected = SSL_get0_param(ssl.get());
  // RFC 9525: no name from the subject (section 2), no "w*.example.com" (section 6.3).
  X509_VERIFY_PARAM_set_hostflags(
      expected, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  bool isSet = false;
  switch (name.kind) {
    case HostName::Kind::Name:
      isSet = !name.text.empty() &&
              X509_VERIFY_PARAM_set1_host(expected, name.text.data(), name.text.size()) == 1 &&
              SSL_set_tlsext_host_name(ssl.get(), name.text.c_str()) == 1;
      break;
    case HostName::Kind::Address:
      // RFC 6066 section 3: addresses are not asked for.
      isSet = X509_VERIFY_PARAM_set1_ip_asc(expected, name.text.c_str()) == 1;
      break;
  }
  if (!isSet) {
    clearErrors();
    return Error{.kind = Error::Kind::Option,
                 .message = "\"" + name.text + "\" is no name that a server could have"};
  }
  SSL_set_connect_state(ssl.get());
  return ssl.release();
}

}  // namespace parley::tls
