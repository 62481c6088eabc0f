#include "tls/identity.hpp"

#include "tls/error_queue.hpp"
#include "tls/pem.hpp"

#include <utility>

namespace parley::tls {

Result<Identity, Error> Identity::load(const IdentityFiles& files) {
  auto chain = readCertificates(files.chain);
  if (!chain) return chain.error();
  auto key = readPrivateKey(files.key, files.password);
  if (!key) return key.error();
  if (X509_check_private_key(chain->front().get(), key->get()) != 1) {
    clearErrors();
    return fileError(files.key,
                     "the private key is not that of the certificate in " + files.chain.path);
  }
  return Identity{std::move(*chain), std::move(*key)};
}

std::optional<Error> Identity::use(SSL_CTX& context, const IdentityFiles& files) const {
  clearErrors();
  bool isTaken = SSL_CTX_use_certificate(&context, chain.front().get()) == 1 &&
                 SSL_CTX_use_PrivateKey(&context, key.get()) == 1;
  for (std::size_t i = 1; i < chain.size() && isTaken; ++i) {
    isTaken = SSL_CTX_add1_chain_cert(&context, chain[i].get()) == 1;
  }
  if (isTaken) return std::nullopt;
  return fileError(files.chain, takeErrors().text);
}

}  // namespace parley::tls
