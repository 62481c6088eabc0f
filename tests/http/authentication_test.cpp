#include "http/authentication.hpp"

#include "http/openssl_hashes.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace std::string_literals;
using parley::Headers;
using parley::http::areSendable;
using parley::http::AuthenticationError;
using parley::http::Authenticator;
using parley::http::basicCredentials;
using parley::http::Challenger;
using parley::http::Credentials;
using parley::http::describe;
using parley::http::Hashes;
using parley::testing::kHashes;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

// Base64 of sixteen zero bytes.
const std::string kCnonce = "cnonce=\"AAAAAAAAAAAAAAAAAAAAAA==\"";
const std::string kBasic = "Basic realm=\"WallyWorld\"";
const std::string kMd5 = "Digest realm=r, nonce=n, qop=auth, algorithm=MD5";
const std::string kSha256 = "Digest realm=r, nonce=n, qop=auth, algorithm=SHA-256";
// RFC 7617 section 2.
const std::string kAladdin = "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==";

Authenticator authenticator(std::optional<Credentials> credentials = Credentials{"Aladdin",
                                                                                 "open sesame"},
                            const Hashes& hashes = kHashes) {
  return Authenticator(Challenger::Server, std::move(credentials), hashes, {});
}

Headers asking(const std::vector<std::string>& challenges) {
  Headers headers;
  for (const std::string& challenge : challenges) headers.append("WWW-Authenticate", challenge);
  return headers;
}

std::string answer(Authenticator& to, const std::vector<std::string>& challenges) {
  auto result = to.answer(asking(challenges), "GET", "/chat");
  return result ? *result : std::string(describe(result.error()));
}

void expectError(Authenticator& to, const std::vector<std::string>& challenges,
                 AuthenticationError error) {
  const auto result = to.answer(asking(challenges), "GET", "/chat");
  ASSERT_FALSE(result) << *result;
  EXPECT_EQ(describe(result.error()), describe(error));
}

TEST(BasicCredentials, AreThoseOfTheStandardsExamples) {
  EXPECT_EQ(basicCredentials({"Aladdin", "open sesame"}), kAladdin);
  // RFC 7617 section 2.1: the pound sign in UTF-8.
  EXPECT_EQ(basicCredentials({"test", "123\xC2\xA3"}), "Basic dGVzdDoxMjPCow==");
  EXPECT_EQ(basicCredentials({"", ""}), "Basic Og==");
  EXPECT_EQ(basicCredentials({"a", "b:c"}), "Basic YTpiOmM=");
}

TEST(BasicCredentials, HoldNoColonInTheNameAndNoControls) {
  EXPECT_EQ(basicCredentials({"a:b", "c"}), std::nullopt);
  for (const std::string& bad : {"a\r\nX: y"s, "a\n"s, "a\0"s, "\t"s, "\x7F"s}) {
    EXPECT_FALSE(areSendable({bad, "p"}));
    EXPECT_FALSE(areSendable({"u", bad}));
    EXPECT_EQ(basicCredentials({bad, "p"}), std::nullopt);
    EXPECT_EQ(basicCredentials({"u", bad}), std::nullopt);
  }
  EXPECT_TRUE(areSendable({"caf\xC3\xA9", " ~"}));
}

TEST(Authenticator, AnswersBasicInAnyCaseAndWithoutARealm) {
  for (const std::string& challenge : {kBasic, "bAsIc"s, "BASIC realm=x, charset=\"UTF-8\""s}) {
    Authenticator to = authenticator();
    EXPECT_EQ(answer(to, {challenge}), kAladdin) << challenge;
  }
}

TEST(Authenticator, PrefersDigestWithSha256ToMd5ToBasic) {
  const auto chosen = [](const std::vector<std::string>& challenges) {
    Authenticator to = authenticator();
    return answer(to, challenges);
  };
  EXPECT_THAT(chosen({kBasic, kMd5, kSha256}), HasSubstr("algorithm=SHA-256,"));
  EXPECT_THAT(chosen({kSha256 + ", " + kMd5 + ", " + kBasic}), HasSubstr("algorithm=SHA-256,"));
  EXPECT_THAT(chosen({kBasic + ", " + kMd5}), HasSubstr("algorithm=MD5,"));
  EXPECT_THAT(chosen({"Negotiate", "Digest realm=r, nonce=n, algorithm=SHA-512-256", kBasic}),
              kAladdin);
  // Of equal ones the first.
  EXPECT_THAT(chosen({"Digest realm=r, nonce=n, qop=auth, algorithm=SHA-256-sess", kSha256}),
              HasSubstr("algorithm=SHA-256-sess,"));
}

TEST(Authenticator, LeavesOutWhatItHasNoHashFor) {
  Authenticator none = authenticator(Credentials{"Aladdin", "open sesame"}, Hashes{});
  EXPECT_EQ(answer(none, {kSha256, kMd5, kBasic}), kAladdin);
  Authenticator noMd5 = authenticator(Credentials{"u", "p"}, {nullptr, kHashes.sha256Hex});
  EXPECT_THAT(answer(noMd5, {kMd5, kSha256}), HasSubstr("algorithm=SHA-256,"));
  Authenticator nothing = authenticator(Credentials{"u", "p"}, Hashes{});
  expectError(nothing, {kMd5}, AuthenticationError::UnsupportedScheme);
}

TEST(Authenticator, SignsMethodAndTargetWithItsOwnNonce) {
  Authenticator to = authenticator();
  const std::string a1 = kHashes.md5Hex("Aladdin:r:open sesame");
  const std::string a2 = kHashes.md5Hex("GET:/chat");
  const std::string response =
      kHashes.md5Hex(a1 + ":n:00000001:AAAAAAAAAAAAAAAAAAAAAA==:auth:" + a2);
  EXPECT_THAT(answer(to, {kMd5}),
              AllOf(StartsWith("Digest username=\"Aladdin\""), HasSubstr("uri=\"/chat\""),
                    HasSubstr(kCnonce), HasSubstr("response=\"" + response + "\"")));
}

TEST(Authenticator, SendsCredentialsOnce) {
  for (const std::string& challenge : {kBasic, kMd5, kSha256}) {
    Authenticator to = authenticator();
    answer(to, {challenge});
    expectError(to, {challenge}, AuthenticationError::Refused);
    expectError(to, {kBasic, kMd5, kSha256}, AuthenticationError::Refused);
    expectError(to, {}, AuthenticationError::Refused);
  }
}

TEST(Authenticator, AnswersAStaleNonceOnceMore) {
  Authenticator to = authenticator();
  answer(to, {kMd5});
  const std::string stale = "Digest realm=r, nonce=m, qop=auth, stale=true";
  EXPECT_THAT(answer(to, {stale}), AllOf(HasSubstr("nonce=\"m\""), HasSubstr("nc=00000001")));
  expectError(to, {stale}, AuthenticationError::Refused);
}

TEST(Authenticator, CountsTheUsesOfOneNonce) {
  Authenticator to = authenticator();
  EXPECT_THAT(answer(to, {kMd5}), HasSubstr("nc=00000001"));
  EXPECT_THAT(answer(to, {kMd5 + ", stale=true"}), HasSubstr("nc=00000002"));
}

TEST(Authenticator, TakesAStaleNonceForWhatItIsAtTheFirstChallenge) {
  Authenticator to = authenticator();
  EXPECT_THAT(answer(to, {kMd5 + ", stale=true"}), StartsWith("Digest "));
  EXPECT_THAT(answer(to, {kMd5 + ", stale=true"}), StartsWith("Digest "));
  expectError(to, {kMd5 + ", stale=true"}, AuthenticationError::Refused);
}

TEST(Authenticator, DoesNotSendWhatWasRefusedInTheClearInAnotherScheme) {
  Authenticator to = authenticator();
  answer(to, {kBasic});
  expectError(to, {kMd5 + ", stale=true"}, AuthenticationError::Refused);
}

TEST(Authenticator, SaysWhyItDoesNotAnswer) {
  Authenticator without = authenticator(std::nullopt);
  expectError(without, {kBasic}, AuthenticationError::NoCredentials);
  Authenticator colon = authenticator(Credentials{"a:b", "c"});
  expectError(colon, {kBasic}, AuthenticationError::UnusableCredentials);
  EXPECT_THAT(answer(colon, {kBasic, kMd5}), StartsWith("Digest username=\"a:b\""));
  Authenticator control = authenticator(Credentials{"a", "b\n"});
  expectError(control, {kMd5}, AuthenticationError::UnusableCredentials);
  Authenticator to = authenticator();
  expectError(to, {}, AuthenticationError::NoChallenge);
  expectError(to, {"Digest realm=\"a"}, AuthenticationError::NoChallenge);
  expectError(to, {"Negotiate, NTLM"}, AuthenticationError::UnsupportedScheme);
  // None of these was an attempt.
  EXPECT_EQ(answer(to, {kBasic}), kAladdin);
}

TEST(Authenticator, ReadsAndNamesTheFieldsOfItsChallenger) {
  const Headers headers{{"WWW-Authenticate", kMd5}, {"Proxy-Authenticate", kBasic}};
  Authenticator server(Challenger::Server, Credentials{"u", "p"}, kHashes, {});
  Authenticator proxy(Challenger::Proxy, Credentials{"u", "p"}, kHashes, {});
  EXPECT_EQ(server.field(), "Authorization");
  EXPECT_EQ(proxy.field(), "Proxy-Authorization");
  EXPECT_THAT(*server.answer(headers, "GET", "/"), StartsWith("Digest "));
  EXPECT_THAT(*proxy.answer(headers, "CONNECT", "a:1"), StartsWith("Basic "));
}

TEST(Authenticator, DescribesEachErrorDifferently) {
  std::vector<std::string_view> texts;
  for (const auto error :
       {AuthenticationError::NoCredentials, AuthenticationError::UnusableCredentials,
        AuthenticationError::NoChallenge, AuthenticationError::UnsupportedScheme,
        AuthenticationError::Refused}) {
    EXPECT_THAT(texts, testing::Not(testing::Contains(describe(error))));
    texts.push_back(describe(error));
  }
}

}  // namespace
