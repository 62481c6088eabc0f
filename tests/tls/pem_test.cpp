#include "tls/pem.hpp"

#include "tls/engine_pair.hpp"

#include <gmock/gmock.h>

namespace parley::tls {
namespace {

using testing::HasSubstr;

class TlsPem : public EngineTest {
 protected:
  NamedFile file(const std::string& content) { return {"someFile", write("x.pem", content)}; }
  std::string prefix() { return "someFile " + pathOf("x.pem") + ": "; }
};

TEST_F(TlsPem, ReadsCertificatesInTheirOrderAmongOtherThings) {
  CertificateAuthority other("Other");
  const auto read = readCertificates(
      file("text\n" + authority.own().keyPem() + authority.pem() + "more\n" + other.pem()));
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->size(), 2U);
  EXPECT_EQ(X509_cmp((*read)[0].get(), authority.own().get()), 0);
  EXPECT_EQ(X509_cmp((*read)[1].get(), other.own().get()), 0);
}

TEST_F(TlsPem, NamesAFileThatIsNotThere) {
  const auto read = readCertificates({"caFile", pathOf("missing.pem")});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, Error::Kind::File);
  EXPECT_EQ(read.error().message,
            "caFile " + pathOf("missing.pem") + ": no such file or directory");
}

TEST_F(TlsPem, NamesAFileWithoutWhatIsLookedFor) {
  EXPECT_EQ(readCertificates(file("")).error().message,
            prefix() + "holds no certificate in PEM form");
  EXPECT_EQ(readRevocationLists(file(authority.pem())).error().message,
            prefix() + "holds no revocation list in PEM form");
  EXPECT_EQ(readPrivateKey(file(authority.pem()), std::nullopt).error().message,
            prefix() + "holds no private key in PEM form");
}

TEST_F(TlsPem, NamesADamagedFile) {
  std::string pem = authority.pem();
  pem[100] = '*';
  EXPECT_THAT(readCertificates(file(pem)).error().message,
              HasSubstr(prefix() + "damaged certificate: "));
  pem = authority.own().keyPem();
  pem[60] = '*';
  EXPECT_THAT(readPrivateKey(file(pem), std::nullopt).error().message,
              HasSubstr(prefix() + "damaged private key: "));
  const std::string cut = authority.pem().substr(0, 200);
  EXPECT_THAT(readCertificates(file(cut)).error().message, HasSubstr("damaged certificate"));
}

TEST_F(TlsPem, OpensAnEncryptedKeyWithItsPasswordOnly) {
  const NamedFile encrypted = file(authority.own().encryptedKeyPem("secret"));
  const auto key = readPrivateKey(encrypted, "secret");
  ASSERT_TRUE(key) << key.error().message;
  EXPECT_EQ(EVP_PKEY_eq(key->get(), authority.own().key()), 1);
  EXPECT_EQ(readPrivateKey(encrypted, std::nullopt).error().message,
            prefix() + "the private key is encrypted, and keyPassword is not set");
  EXPECT_EQ(readPrivateKey(encrypted, "wrong").error().message,
            prefix() + "keyPassword does not open the private key");
  EXPECT_EQ(readPrivateKey(encrypted, std::string(5000, 'x')).error().message,
            prefix() + "keyPassword does not open the private key");
}

TEST_F(TlsPem, ReadsRevocationLists) {
  const auto lists =
      readRevocationLists(file(authority.revocationList({}) + authority.revocationList({})));
  ASSERT_TRUE(lists) << lists.error().message;
  EXPECT_EQ(lists->size(), 2U);
}

}  // namespace
}  // namespace parley::tls
