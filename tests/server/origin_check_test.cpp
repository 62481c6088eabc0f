#include "server/origin_check.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace parley::server {
namespace {

using Rule = OriginPolicy::Rule;

OriginVerdict check(const OriginPolicy& policy, const std::vector<std::string>& origins,
                    std::string_view host, Wire wire = Wire::Clear) {
  Headers headers;
  for (const std::string& origin : origins) headers.append("Origin", origin);
  return checkOrigin(policy, headers, host, wire);
}

struct Row {
  const char* origin;
  const char* host;
  OriginVerdict verdict;
};

constexpr OriginVerdict kAllowed = OriginVerdict::Allowed;
constexpr OriginVerdict kRefused = OriginVerdict::Refused;

TEST(OriginCheck, SameHostComparesHostAndPort) {
  const Row rows[] = {
      {"http://example.com", "example.com", kAllowed},
      {"https://example.com", "example.com", kAllowed},
      {"http://example.com:80", "example.com", kAllowed},
      {"http://example.com", "example.com:80", kAllowed},
      {"https://example.com", "example.com:443", kAllowed},
      {"https://example.com:443", "example.com", kAllowed},
      {"http://localhost:9000", "localhost:9000", kAllowed},
      {"http://EXAMPLE.com", "example.COM", kAllowed},
      {"HTTP://example.com", "example.com", kAllowed},
      {"http://[::1]:9000", "[::1]:9000", kAllowed},
      {"http://[::1]", "[::1]", kAllowed},
      {"http://127.0.0.1:9000", "127.0.0.1:9000", kAllowed},

      {"https://example.com", "example.com:80", kRefused},
      {"http://example.com", "example.com:443", kRefused},
      {"http://localhost:3000", "localhost:9000", kRefused},
      {"http://localhost", "localhost:9000", kRefused},
      {"http://localhost:9000", "127.0.0.1:9000", kRefused},
      {"http://evil.com", "example.com", kRefused},
      {"http://example.com.evil.com", "example.com", kRefused},
      {"http://evilexample.com", "example.com", kRefused},
      {"http://sub.example.com", "example.com", kRefused},
      {"http://example.com", "sub.example.com", kRefused},
      {"null", "null", kRefused},
      {"null", "example.com", kRefused},
      {"", "example.com", kRefused},
      {"", "", kRefused},
      {"http://", "", kRefused},
      {"example.com", "example.com", kRefused},
      {"://example.com", "example.com", kRefused},
      {"http://example.com/", "example.com", kRefused},
      {"http://example.com/path", "example.com", kRefused},
      {"http://user@example.com", "example.com", kRefused},
      {"http://example.com@evil.com", "example.com", kRefused},
      {"http://evil.com#example.com", "example.com", kRefused},
      {"http://evil.com http://example.com", "example.com", kRefused},
      {"http://example.com, http://evil.com", "example.com", kRefused},
      {"chrome-extension://example", "example", kRefused},
      {"file://", "", kRefused},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(check({}, {row.origin}, row.host), row.verdict) << row.origin << " at " << row.host;
  }
}

TEST(OriginCheck, RequestWithoutOriginComesFromNoBrowser) {
  for (const Rule rule : {Rule::SameHost, Rule::AllowList, Rule::Any}) {
    EXPECT_EQ(check({rule, {}}, {}, "example.com"), kAllowed);
  }
}

TEST(OriginCheck, SeveralOriginsAreRefusedUnderEveryRule) {
  for (const Rule rule : {Rule::SameHost, Rule::AllowList, Rule::Any}) {
    const OriginPolicy policy{rule, {"http://example.com"}};
    EXPECT_EQ(check(policy, {"http://example.com", "http://example.com"}, "example.com"), kRefused);
  }
}

TEST(OriginCheck, SameHostTakesListedOnesToo) {
  const OriginPolicy policy{Rule::SameHost, {"https://app.example.com"}};
  EXPECT_EQ(check(policy, {"https://app.example.com"}, "api.example.com"), kAllowed);
  EXPECT_EQ(check(policy, {"https://api.example.com"}, "api.example.com"), kAllowed);
  EXPECT_EQ(check(policy, {"https://other.example.com"}, "api.example.com"), kRefused);
}

TEST(OriginCheck, OverTlsAPageThatCameInTheClearIsOfAnotherHost) {
  EXPECT_EQ(check({}, {"https://example.com"}, "example.com", Wire::Tls), kAllowed);
  EXPECT_EQ(check({}, {"https://example.com:443"}, "example.com", Wire::Tls), kAllowed);
  EXPECT_EQ(check({}, {"https://example.com"}, "example.com:443", Wire::Tls), kAllowed);
  EXPECT_EQ(check({}, {"https://example.com:9443"}, "example.com:9443", Wire::Tls), kAllowed);
  EXPECT_EQ(check({}, {"http://example.com"}, "example.com", Wire::Tls), kRefused);
  EXPECT_EQ(check({}, {"http://example.com"}, "example.com:443", Wire::Tls), kRefused);
  EXPECT_EQ(check({}, {"https://example.com"}, "example.com:9443", Wire::Tls), kRefused);
}

TEST(OriginCheck, AllowListTakesOnlyWhatIsListed) {
  const OriginPolicy policy{Rule::AllowList, {"https://app.example.com", "http://[::1]:3000"}};
  EXPECT_EQ(check(policy, {"https://app.example.com"}, "h"), kAllowed);
  EXPECT_EQ(check(policy, {"https://APP.example.com:443"}, "h"), kAllowed);
  EXPECT_EQ(check(policy, {"http://[::1]:3000"}, "h"), kAllowed);
  EXPECT_EQ(check(policy, {"http://app.example.com"}, "h"), kRefused) << "the scheme counts";
  EXPECT_EQ(check(policy, {"https://app.example.com:444"}, "h"), kRefused);
  EXPECT_EQ(check(policy, {"http://h"}, "h"), kRefused) << "the same host does not";
  EXPECT_EQ(check(policy, {"null"}, "h"), kRefused);
}

TEST(OriginCheck, OpaqueOriginMustBeListedByName) {
  EXPECT_EQ(check({Rule::AllowList, {"null"}}, {"null"}, "h"), kAllowed);
}

TEST(OriginCheck, ExtensionsCanBeListed) {
  const OriginPolicy policy{Rule::AllowList, {"chrome-extension://abcdef"}};
  EXPECT_EQ(check(policy, {"chrome-extension://abcdef"}, "h"), kAllowed);
  EXPECT_EQ(check(policy, {"chrome-extension://abcdeg"}, "h"), kRefused);
}

TEST(OriginCheck, AnyTakesEveryPage) {
  EXPECT_EQ(check({Rule::Any, {}}, {"https://evil.com"}, "h"), kAllowed);
  EXPECT_EQ(check({Rule::Any, {}}, {"null"}, "h"), kAllowed);
}

// A page whose name was led to this machine (DNS rebinding) is of the same host as its requests.
TEST(OriginCheck, OnlyTheHostsThatAreListedMayBeNamed) {
  OriginPolicy policy;
  policy.hosts = {"localhost", "[::1]", "example.com:8443"};
  for (const char* host :
       {"localhost", "localhost:9000", "LOCALHOST:1", "[::1]:9000", "example.com:8443"}) {
    EXPECT_EQ(check(policy, {}, host), kAllowed) << host;
    EXPECT_EQ(check(policy, {"http://" + std::string(host)}, host), kAllowed) << host;
  }
  for (const char* host : {"evil.com", "evil.com:9000", "localhost.evil.com", "127.0.0.1",
                           "example.com", "example.com:443", ""}) {
    EXPECT_EQ(check(policy, {}, host), kRefused) << host;
    EXPECT_EQ(check(policy, {"http://" + std::string(host)}, host), kRefused) << host;
  }
  policy.rule = Rule::Any;
  EXPECT_EQ(check(policy, {"http://evil.com"}, "evil.com"), kRefused);
}

}  // namespace
}  // namespace parley::server
