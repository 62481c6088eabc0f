#include "identity.hpp"

#include "wire.hpp"

#include <cstdio>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <unistd.h>

namespace bench {

Identity::Identity() {
  EVP_PKEY* const key = EVP_EC_gen("P-256");
  X509* const certificate = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 24 * 3600);
  X509_set_pubkey(certificate, key);
  X509_sign(certificate, key, EVP_sha256());

  const int fd = mkstemp(file_.data());
  std::FILE* const file = fd < 0 ? nullptr : fdopen(fd, "w");
  if (!file || PEM_write_X509(file, certificate) != 1 ||
      PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    giveUp("certificate");
  }
  std::fclose(file);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

Identity::~Identity() {
  unlink(file_.c_str());
}

}  // namespace bench
