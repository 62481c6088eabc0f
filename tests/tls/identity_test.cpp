#include "tls/identity.hpp"

#include "tls/engine_pair.hpp"

namespace parley::tls {
namespace {

class TlsIdentityFiles : public EngineTest {
 protected:
  IdentityFiles filesOf(const Certificate& certificate, const std::string& rest = {}) {
    return {.chain = {"chainFile", write("chain.pem", certificate.pem() + rest)},
            .key = {"keyFile", write("key.pem", certificate.keyPem())},
            .password = {}};
  }
};

TEST_F(TlsIdentityFiles, LoadTheChainAndTheKey) {
  const Certificate own = authority.issue({});
  const auto identity = Identity::load(filesOf(own, authority.pem()));
  ASSERT_TRUE(identity) << identity.error().message;
  ASSERT_EQ(identity->chain.size(), 2U);
  EXPECT_EQ(X509_cmp(identity->chain.front().get(), own.get()), 0);
  EXPECT_EQ(EVP_PKEY_eq(identity->key.get(), own.key()), 1);
}

TEST_F(TlsIdentityFiles, TheFirstCertificateIsTheOwnOne) {
  const Certificate own = authority.issue({});
  IdentityFiles files = filesOf(authority.own(), own.pem());
  files.key.path = write("own.key", own.keyPem());
  const auto identity = Identity::load(files);
  ASSERT_FALSE(identity);
  EXPECT_EQ(identity.error().message, "keyFile " + files.key.path +
                                          ": the private key is not that of the certificate in " +
                                          files.chain.path);
}

TEST_F(TlsIdentityFiles, WhatIsTooWeakIsTheFilesFault) {
  const Certificate weak = authority.issue({.key = CertificateRequest::Key::Rsa1024});
  const IdentityFiles files = filesOf(weak);
  const auto identity = Identity::load(files);
  ASSERT_TRUE(identity);
  const ContextPointer context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX_set_security_level(context.get(), 2);
  const auto error = identity->use(*context, files);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind, Error::Kind::File);
  EXPECT_EQ(error->message, "chainFile " + files.chain.path + ": ee key too small");
}

}  // namespace
}  // namespace parley::tls
