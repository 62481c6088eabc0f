#include "tls/verifier.hpp"

#include "tls/certificate_error.hpp"
#include "tls/certificate_text.hpp"
#include "tls/engine_call.hpp"
#include "tls/openssl_pointers.hpp"

#include <algorithm>
#include <string>

namespace parley::tls {

namespace {

const SSL& connectionOf(X509_STORE_CTX* chain) {
  return *static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx()));
}

}  // namespace

int Verifier::judge(x509_store_ctx_st* chain, void* verifier) {
  const auto& self = *static_cast<const Verifier*>(verifier);
  EngineCall& call = *EngineCall::of(connectionOf(chain));
  const std::string subject = "certificate of " + std::string(call.peer);
  if (self.verification_ == TlsOptions::Verification::Full && X509_verify_cert(chain) != 1) {
    call.certificateError = certificateError(*chain, subject);
    return 0;
  }
  X509_STORE_CTX_set_error(chain, X509_V_OK);
  if (self.pins_.empty()) return 1;
  const std::string pin = pinOf(X509_STORE_CTX_get0_cert(chain));
  if (std::find(self.pins_.begin(), self.pins_.end(), pin) != self.pins_.end()) return 1;
  X509_STORE_CTX_set_error(chain, X509_V_ERR_APPLICATION_VERIFICATION);
  call.certificateError =
      Error{.kind = Error::Kind::PinMismatch,
            .message = subject + ": its key is none of the pinned ones, but " + pin};
  return 0;
}

void Verifier::attach(ssl_ctx_st& context) {
  SSL_CTX_set_cert_verify_callback(&context, judge, this);
}

}  // namespace parley::tls
