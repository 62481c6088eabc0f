#include "http/digest.hpp"

#include "http/openssl_hashes.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using parley::Headers;
using parley::http::DigestAlgorithm;
using parley::http::DigestChallenge;
using parley::http::digestCredentials;
using parley::http::DigestQuality;
using parley::http::DigestRequest;
using parley::http::Hashes;
using parley::http::hashFor;
using parley::http::readChallenges;
using parley::http::readDigestChallenge;
using parley::testing::kHashes;
using parley::testing::md5Hex;
using parley::testing::sha256Hex;
using parley::testing::sha512Slash256Hex;
using testing::HasSubstr;
using testing::Not;

std::optional<DigestChallenge> read(const std::string& parameters) {
  return readDigestChallenge(
      readChallenges(Headers{{"WWW-Authenticate", "Digest " + parameters}}, "WWW-Authenticate")
          .at(0));
}

std::string answer(const DigestChallenge& challenge, const DigestRequest& request) {
  return digestCredentials(challenge, request, hashFor(challenge.algorithm, kHashes));
}

// RFC 7616 section 3.9.1.
const std::string kMufasa =
    "realm=\"http-auth@example.org\", qop=\"auth, auth-int\", "
    "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", "
    "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
constexpr DigestRequest kLion{"Mufasa",
                              "Circle of Life",
                              "GET",
                              "/dir/index.html",
                              "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
                              1};

TEST(DigestChallenge, IsReadWithAllItsParts) {
  const auto challenge = read(
      "realm=\"a \\\"b\\\"\", nonce=\"c\", opaque=\"d\", algorithm=sha-256-SESS, "
      "qop=\"auth-int,\tAUTH\", stale=TRUE, charset=utf-8, userhash=true, domain=\"/\", x=y");
  ASSERT_TRUE(challenge);
  EXPECT_EQ(challenge->realm, "a \"b\"");
  EXPECT_EQ(challenge->nonce, "c");
  EXPECT_EQ(challenge->opaque, "d");
  EXPECT_EQ(challenge->algorithm, DigestAlgorithm::Sha256Session);
  EXPECT_EQ(challenge->algorithmText, "sha-256-SESS");
  EXPECT_EQ(challenge->quality, DigestQuality::Auth);
  EXPECT_TRUE(challenge->isStale);
  EXPECT_TRUE(challenge->isUtf8);
  EXPECT_TRUE(challenge->hashesUsername);
}

TEST(DigestChallenge, IsThatOfRfc2069WithoutTheNewerParts) {
  const auto challenge = read("realm=a, nonce=b");
  ASSERT_TRUE(challenge);
  EXPECT_EQ(challenge->opaque, std::nullopt);
  EXPECT_EQ(challenge->algorithm, DigestAlgorithm::Md5);
  EXPECT_EQ(challenge->algorithmText, std::nullopt);
  EXPECT_EQ(challenge->quality, DigestQuality::None);
  EXPECT_FALSE(challenge->isStale);
  EXPECT_FALSE(challenge->isUtf8);
  EXPECT_FALSE(challenge->hashesUsername);
}

TEST(DigestChallenge, KnowsEachAlgorithm) {
  const std::pair<const char*, DigestAlgorithm> names[] = {
      {"MD5", DigestAlgorithm::Md5},
      {"md5-sess", DigestAlgorithm::Md5Session},
      {"\"SHA-256\"", DigestAlgorithm::Sha256},
      {"SHA-256-sess", DigestAlgorithm::Sha256Session}};
  for (const auto& [name, algorithm] : names) {
    const auto challenge = read("realm=a, nonce=b, qop=auth, algorithm=" + std::string(name));
    ASSERT_TRUE(challenge) << name;
    EXPECT_EQ(challenge->algorithm, algorithm) << name;
  }
}

TEST(DigestChallenge, IsRefusedWhenItCannotBeAnswered) {
  for (const char* parameters :
       {"realm=a", "nonce=b", "realm=a, nonce=b, algorithm=SHA-512-256",
        "realm=a, nonce=b, algorithm=\"\"", "realm=a, nonce=b, qop=auth-int",
        "realm=a, nonce=b, qop=\"\"", "realm=a, nonce=b, algorithm=MD5-sess",
        "realm=a, nonce=b, algorithm=SHA-256-sess"}) {
    EXPECT_FALSE(read(parameters)) << parameters;
  }
}

TEST(DigestCredentials, AreThoseOfTheStandardsMd5Example) {
  EXPECT_EQ(answer(*read(kMufasa + ", algorithm=MD5"), kLion),
            "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", "
            "uri=\"/dir/index.html\", algorithm=MD5, "
            "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", nc=00000001, "
            "cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth, "
            "response=\"8ca523f5e9506fed4657c9700eebdbec\", "
            "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"");
}

TEST(DigestCredentials, AreThoseOfTheStandardsSha256Example) {
  EXPECT_EQ(answer(*read(kMufasa + ", algorithm=SHA-256"), kLion),
            "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", "
            "uri=\"/dir/index.html\", algorithm=SHA-256, "
            "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", nc=00000001, "
            "cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth, "
            "response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\", "
            "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"");
}

// RFC 7616 section 3.9.2 with SHA-512/256, which nobody offers us, in place of our hashes; name and
// response as erratum 4897 corrects them.
TEST(DigestCredentials, HashTheNameAsTheStandardsExampleDoes) {
  auto challenge = *read(
      "realm=\"api@example.org\", qop=\"auth\", "
      "nonce=\"5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK\", "
      "opaque=\"HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS\", charset=UTF-8, userhash=true");
  challenge.algorithmText = "SHA-512-256";
  const DigestRequest request{"J\xC3\xA4s\xC3\xB8n Doe",
                              "Secret, or not?",
                              "GET",
                              "/doe.json",
                              "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v",
                              1};
  EXPECT_EQ(digestCredentials(challenge, request, sha512Slash256Hex),
            "Digest username=\"793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b\", "
            "realm=\"api@example.org\", uri=\"/doe.json\", algorithm=SHA-512-256, "
            "nonce=\"5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK\", nc=00000001, "
            "cnonce=\"NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v\", qop=auth, "
            "response=\"3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5\", "
            "opaque=\"HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS\", userhash=true");
  challenge.hashesUsername = false;
  EXPECT_THAT(digestCredentials(challenge, request, sha512Slash256Hex),
              HasSubstr("Digest username*=UTF-8''J%C3%A4s%C3%B8n%20Doe, realm="));
}

// RFC 2069 section 2.4, with the response as its erratum 749 corrects it.
TEST(DigestCredentials, AreThoseOfRfc2069WithoutQop) {
  const auto challenge = read(
      "realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", "
      "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"");
  EXPECT_EQ(answer(*challenge, {"Mufasa", "CircleOfLife", "GET", "/dir/index.html", "unused", 1}),
            "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", uri=\"/dir/index.html\", "
            "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", "
            "response=\"1949323746fe6a43ef61f9606e7febea\", "
            "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"");
}

// RFC 2617 section 3.5.
TEST(DigestCredentials, AreThoseOfRfc2617) {
  const auto challenge = read(
      "realm=\"testrealm@host.com\", qop=\"auth,auth-int\", "
      "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"");
  EXPECT_THAT(
      answer(*challenge, {"Mufasa", "Circle Of Life", "GET", "/dir/index.html", "0a4f113b", 1}),
      HasSubstr("nc=00000001, cnonce=\"0a4f113b\", qop=auth, "
                "response=\"6629fae49393a05397450978507c4ef1\""));
}

TEST(DigestCredentials, OfASessionMixNonceAndCnonceIntoTheKey) {
  const std::pair<std::string, parley::http::HashFunction> sessions[] = {
      {"MD5-sess", md5Hex}, {"SHA-256-sess", sha256Hex}};
  for (const auto& [name, hash] : sessions) {
    const auto challenge = read("realm=r, nonce=n, qop=auth, algorithm=" + name);
    const std::string a1 = hash(hash("u:r:p") + ":n:c");
    const std::string expected = hash(a1 + ":n:0000000a:c:auth:" + hash("GET:/"));
    const std::string credentials = answer(*challenge, {"u", "p", "GET", "/", "c", 10});
    EXPECT_THAT(credentials, HasSubstr("response=\"" + expected + "\""));
    EXPECT_THAT(credentials, HasSubstr("algorithm=" + name + ","));
  }
}

TEST(DigestCredentials, CountInEightHexadecimalDigits) {
  const auto challenge = read("realm=r, nonce=n, qop=auth");
  EXPECT_THAT(answer(*challenge, {"u", "p", "GET", "/", "c", 0x89abcdef}),
              HasSubstr("nc=89abcdef,"));
}

// What was escaped is hashed without its escapes, and sent with them.
TEST(DigestCredentials, EscapeQuotesAndBackslashes) {
  const auto challenge = read("realm=\"a\\\"b\", nonce=\"c\\\\d\", opaque=\"\\\"\"");
  const std::string credentials = answer(*challenge, {"WORK\\me", "p\"\\", "GET", "/\"", "", 1});
  const std::string response = md5Hex(md5Hex("WORK\\me:a\"b:p\"\\") + ":c\\d:" + md5Hex("GET:/\""));
  EXPECT_EQ(credentials,
            "Digest username=\"WORK\\\\me\", realm=\"a\\\"b\", uri=\"/\\\"\", nonce=\"c\\\\d\", "
            "response=\"" +
                response + "\", opaque=\"\\\"\"");
  EXPECT_THAT(credentials, Not(HasSubstr("opaque=\"\"")));
}

TEST(DigestCredentials, SendTheOctetsOfANameToWhoKnowsNoCharset) {
  const auto challenge = read("realm=r, nonce=n, qop=auth");
  EXPECT_THAT(answer(*challenge, {"caf\xC3\xA9", "p", "GET", "/", "c", 1}),
              HasSubstr("username=\"caf\xC3\xA9\""));
  const auto newer = read("realm=r, nonce=n, qop=auth, charset=UTF-8");
  EXPECT_THAT(answer(*newer, {"cafe", "p", "GET", "/", "c", 1}), HasSubstr("username=\"cafe\""));
  EXPECT_THAT(answer(*newer, {"a*'%\"\xC3\xA9.", "p", "GET", "/", "c", 1}),
              HasSubstr("username*=UTF-8''a%2A%27%25%22%C3%A9.,"));
}

TEST(DigestHashes, AreChosenByTheAlgorithm) {
  EXPECT_EQ(hashFor(DigestAlgorithm::Md5, kHashes), &md5Hex);
  EXPECT_EQ(hashFor(DigestAlgorithm::Md5Session, kHashes), &md5Hex);
  EXPECT_EQ(hashFor(DigestAlgorithm::Sha256, kHashes), &sha256Hex);
  EXPECT_EQ(hashFor(DigestAlgorithm::Sha256Session, kHashes), &sha256Hex);
  EXPECT_EQ(hashFor(DigestAlgorithm::Md5, Hashes{}), nullptr);
}

}  // namespace
