#include "tls/certificate_text.hpp"

#include "tls/certificate_authority.hpp"

#include <gmock/gmock.h>

namespace parley::tls {
namespace {

using testing::ElementsAre;

TEST(TlsCertificateText, ShowsDatesAsTheyAreInUtc) {
  ASN1_TIME* const time = ASN1_TIME_new();
  ASN1_TIME_set_string(time, "20260101235959Z");
  EXPECT_EQ(dateOf(time), "2026-01-01");
  ASN1_TIME_set_string(time, "491231000000Z");
  EXPECT_EQ(dateOf(time), "2049-12-31");
  ASN1_TIME_free(time);
  EXPECT_EQ(dateOf(nullptr), "an unknown date");
}

TEST(TlsCertificateText, ListsNamesAndAddresses) {
  CertificateAuthority authority;
  const Certificate leaf = authority.issue(
      {.alternativeNames = "DNS:*.example.com,email:a@b.c,IP:192.0.2.1,IP:2001:db8::1"});
  EXPECT_THAT(hostNamesOf(leaf.get()), ElementsAre("*.example.com", "192.0.2.1", "2001:db8::1"));
  EXPECT_THAT(dnsNamesOf(leaf.get()), ElementsAre("*.example.com"));
  EXPECT_TRUE(hostNamesOf(authority.own().get()).empty());
}

TEST(TlsCertificateText, MakesTextOfStrangersHarmless) {
  CertificateAuthority authority("a\nb\x7f" + std::string(200, 'c'));
  const std::string name = nameOf(X509_get_subject_name(authority.own().get()));
  EXPECT_TRUE(name.starts_with("CN=a\\0Ab\\7Fccc")) << name;
  EXPECT_EQ(name.size(), 123U);
  const Certificate leaf = authority.issue({.rawName = std::string("a\0\x1b", 3)});
  EXPECT_THAT(hostNamesOf(leaf.get()), ElementsAre("a??"));
  EXPECT_THAT(dnsNamesOf(leaf.get()), ElementsAre(std::string("a\0\x1b", 3)));
}

TEST(TlsCertificateText, HashesThePublicKeyAlone) {
  CertificateAuthority authority;
  const std::string pin = pinOf(authority.own().get());
  EXPECT_EQ(pin.size(), std::string("sha256//").size() + 44);
  X509* const other = X509_new();
  X509_set_pubkey(other, authority.own().key());
  EXPECT_EQ(pinOf(other), pin);
  X509_free(other);
}

}  // namespace
}  // namespace parley::tls
