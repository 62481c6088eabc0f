#include "http/authentication_challenge.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace std::string_literals;
using parley::Headers;
using parley::http::Challenge;
using parley::http::kMaxChallengeParameters;
using parley::http::kMaxChallenges;
using parley::http::readChallenges;
using testing::ElementsAre;
using testing::IsEmpty;
using Challenges = std::vector<Challenge>;

Challenges readFields(const std::vector<std::string>& values) {
  Headers headers;
  for (const std::string& value : values) headers.append("WWW-Authenticate", value);
  return readChallenges(headers, "www-authenticate");
}

Challenges read(const std::string& value) {
  return readFields({value});
}

const Challenge kBasic{"Basic", {}, {{"realm", "a"}}};
const Challenge kDigest{"Digest", {}, {{"realm", "b"}, {"nonce", "c"}}};

TEST(Challenges, AreASchemeWithParametersATokenOrNothing) {
  EXPECT_THAT(read("Digest realm=\"b\", nonce=c"), ElementsAre(kDigest));
  EXPECT_THAT(read("Negotiate oYG2MIGzoAMKAQCh/+9=="),
              ElementsAre(Challenge{"Negotiate", "oYG2MIGzoAMKAQCh/+9==", {}}));
  EXPECT_THAT(read("NTLM"), ElementsAre(Challenge{"NTLM", {}, {}}));
}

// RFC 9110 section 11.6.1 gives an example of this kind.
TEST(Challenges, ShareOneFieldOrHaveSeveral) {
  EXPECT_THAT(read("Basic realm=\"a\", Digest realm=b, nonce=\"c\""), ElementsAre(kBasic, kDigest));
  EXPECT_THAT(readFields({"Basic realm=\"a\"", "Digest realm=b,nonce=c"}),
              ElementsAre(kBasic, kDigest));
  EXPECT_THAT(read("Negotiate, NTLM TlRM==, Basic realm=a, Newauth"),
              ElementsAre(Challenge{"Negotiate", {}, {}}, Challenge{"NTLM", "TlRM==", {}}, kBasic,
                          Challenge{"Newauth", {}, {}}));
  EXPECT_THAT(
      read("Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\", Basic realm=a"),
      ElementsAre(
          Challenge{
              "Newauth", {}, {{"realm", "apps"}, {"type", "1"}, {"title", "Login to \"apps\""}}},
          kBasic));
}

// RFC 9110 section 5.3: several fields mean the same as one with commas between.
TEST(Challenges, GoOnInTheNextField) {
  EXPECT_THAT(readFields({"Basic realm=a, Digest realm=b", "nonce=c"}),
              ElementsAre(kBasic, kDigest));
  EXPECT_THAT(readFields({"Digest", "realm=b", "nonce=c", "Basic realm=a"}),
              ElementsAre(kDigest, kBasic));
}

TEST(Challenges, AreOnlyThoseOfTheirField) {
  const Headers headers{{"WWW-Authenticate", "Basic realm=a"},
                        {"Proxy-Authenticate", "Digest realm=b, nonce=c"}};
  EXPECT_THAT(readChallenges(headers, "WWW-Authenticate"), ElementsAre(kBasic));
  EXPECT_THAT(readChallenges(headers, "Proxy-Authenticate"), ElementsAre(kDigest));
  EXPECT_THAT(readChallenges(headers, "X"), IsEmpty());
}

TEST(Challenges, MayHaveBlanksAroundEachMarkAndEmptyElements) {
  EXPECT_THAT(read("\t Basic \t realm = a ,Digest\trealm\t=\t\"b\"\t,\tnonce=c "),
              ElementsAre(kBasic, kDigest));
  EXPECT_THAT(read(",, Basic realm=a, ,\t,Digest realm=b,, nonce=c,"),
              ElementsAre(kBasic, kDigest));
  EXPECT_THAT(read("Basic , realm=a"), ElementsAre(kBasic));
}

TEST(Challenges, KeepWhatQuotesHold) {
  EXPECT_THAT(read("X a=\"\", b=\",\", c=\"d=e, Basic realm=f\", g=\"\\\\\\\"\\h\""),
              ElementsAre(Challenge{
                  "X", {}, {{"a", ""}, {"b", ","}, {"c", "d=e, Basic realm=f"}, {"g", "\\\"h"}}}));
  EXPECT_THAT(read("X a=\"caf\xC3\xA9\""), ElementsAre(Challenge{"X", {}, {{"a", "caf\xC3\xA9"}}}));
}

TEST(Challenges, TellATokenFromAParameterByWhatFollows) {
  EXPECT_THAT(read("X abc="), ElementsAre(Challenge{"X", "abc=", {}}));
  EXPECT_THAT(read("X abc=, Y"), ElementsAre(Challenge{"X", "abc=", {}}, Challenge{"Y", {}, {}}));
  EXPECT_THAT(read("X abc=="), ElementsAre(Challenge{"X", "abc==", {}}));
  EXPECT_THAT(read("X abc"), ElementsAre(Challenge{"X", "abc", {}}));
  EXPECT_THAT(read("X a/b"), ElementsAre(Challenge{"X", "a/b", {}}));
  EXPECT_THAT(read("X /a"), ElementsAre(Challenge{"X", "/a", {}}));
  EXPECT_THAT(read("X abc=d"), ElementsAre(Challenge{"X", {}, {{"abc", "d"}}}));
  EXPECT_THAT(read("X abc = \"d\""), ElementsAre(Challenge{"X", {}, {{"abc", "d"}}}));
}

TEST(Challenges, FindParametersInAnyCase) {
  const Challenge challenge = read("Digest ReAlM=b, NONCE=c").front();
  EXPECT_EQ(challenge.parameter("realm"), "b");
  EXPECT_EQ(challenge.parameter("Nonce"), "c");
  EXPECT_EQ(challenge.parameter("opaque"), std::nullopt);
}

TEST(Challenges, AreDroppedWithWhatBreaksTheGrammarButNotThoseBefore) {
  for (const std::string& bad :
       {"Bad a=\"b"s, "Bad a=\"b\\"s, "Bad a=b c=d"s, "Bad realm=My Realm"s, "Bad a=b, a=c"s,
        "Bad a=b, A=c"s, "Bad a=b, c="s, "Bad a=b, c=,"s, "Bad a=b/c"s, "Bad a=\"b\"c"s,
        "Bad abc d"s, "Bad abc==d"s, "Bad abc, e=f"s, "Bad a=b, =c"s, "Bad (a)"s, "Bad a=b;c=d"s,
        "Bad a=b, \"c\""s, "Bad a=b, [c]"s}) {
    EXPECT_THAT(read("Basic realm=a, " + bad), ElementsAre(kBasic)) << bad;
    EXPECT_THAT(readFields({bad, "Basic realm=a"}), ElementsAre(kBasic)) << bad;
    EXPECT_THAT(readFields({bad, "x=y, Lost", "Basic realm=a"}), ElementsAre(kBasic)) << bad;
  }
}

TEST(Challenges, NeedASchemeFirst) {
  for (const char* bad : {"", " ", ",", "realm=a", "=", "\"a\"", "/", "a=b, Basic realm=a"}) {
    EXPECT_THAT(read(bad), IsEmpty()) << bad;
  }
}

TEST(Challenges, AreReadUpToANumber) {
  std::string many;
  for (std::size_t i = 0; i < kMaxChallenges; ++i) many.append("A" + std::to_string(i) + ", ");
  EXPECT_EQ(read(many).size(), kMaxChallenges);
  EXPECT_EQ(readFields({many + "Basic realm=a, Basic realm=a", "Basic realm=a"}).size(),
            kMaxChallenges);
  std::string wide = "X a=b";
  for (std::size_t i = 1; i < kMaxChallengeParameters; ++i) {
    wide.append(", a" + std::to_string(i) + "=b");
  }
  EXPECT_EQ(read(wide).front().parameters.size(), kMaxChallengeParameters);
  EXPECT_THAT(read(wide + ", last=b"), IsEmpty());
}

TEST(Challenges, EveryCutOfAValidFieldIsJudgedWithoutReadingPastIt) {
  const std::string value =
      "Negotiate, NTLM YWJj==, Digest realm=\"b\\\"\", nonce = c, Basic realm=a";
  const std::string names[] = {"Negotiate", "NTLM", "Digest"};
  for (std::size_t length = 0; length <= value.size(); ++length) {
    // An exact copy on the heap, so that the address sanitizer sees any byte too far.
    const auto challenges = readFields({std::string(value.data(), length)});
    ASSERT_LE(challenges.size(), 4U);
    // The fourth may be "nonc": a parameter is one only by its equals sign.
    for (std::size_t i = 0; i < std::min<std::size_t>(challenges.size(), 3); ++i) {
      EXPECT_TRUE(names[i].starts_with(challenges[i].scheme)) << value.substr(0, length);
    }
  }
  EXPECT_EQ(read(value).size(), 4U);
}

// Sizes at which a reader that goes back would run into the time limit of this program.
TEST(Challenges, MegabytesOfHostileInputAreLinear) {
  constexpr std::size_t kLarge = std::size_t{4} << 20;
  for (const std::string& hostile :
       {std::string(kLarge, ','), std::string(kLarge, '"'), "X a=\"" + std::string(kLarge, '\\'),
        "X a=\"" + std::string(kLarge, 'x'), "X " + std::string(kLarge, '='),
        "X" + std::string(kLarge, ' ') + "= b", "X a" + std::string(kLarge, ' ') + "b"}) {
    EXPECT_LE(read(hostile).size(), 1U);
  }
  EXPECT_EQ(read("X " + std::string(kLarge, 'a')).front().token68->size(), kLarge);
  EXPECT_EQ(read("X a" + std::string(kLarge, '=')).front().token68->size(), kLarge + 1);
  std::string schemesOnly;
  for (std::size_t i = 0; i < kLarge / 2; ++i) schemesOnly.append("a,");
  EXPECT_EQ(read(schemesOnly).size(), kMaxChallenges);
}

}  // namespace
