#include "http/domain_match.hpp"

#include <gtest/gtest.h>

namespace parley::http {
namespace {

TEST(DomainMatch, TellsAddressesFromNames) {
  for (const char* host : {"127.0.0.1", "0.0.0.0", "[::1]", "[2001:db8::1]"}) {
    EXPECT_TRUE(isAddress(host)) << host;
  }
  for (const char* host : {"", ".", "a", "example.com", "example.com.", "1.example", "1.2.3.4.",
                           "a1", "1a", "xn--bcher-kva.example"}) {
    EXPECT_FALSE(isAddress(host)) << host;
  }
}

TEST(DomainMatch, AcceptsTheSameAndWhatIsBelow) {
  EXPECT_TRUE(domainMatches("example.com", "example.com"));
  EXPECT_TRUE(domainMatches("a.example.com", "example.com"));
  EXPECT_TRUE(domainMatches("a.b.example.com", "example.com"));
  EXPECT_TRUE(domainMatches("a.b.example.com", "b.example.com"));
  EXPECT_TRUE(domainMatches("127.0.0.1", "127.0.0.1"));
  EXPECT_TRUE(domainMatches("[::1]", "[::1]"));
}

TEST(DomainMatch, RefusesWhatOnlyEndsAlike) {
  EXPECT_FALSE(domainMatches("badexample.com", "example.com"));
  EXPECT_FALSE(domainMatches("example.com", "a.example.com"));
  EXPECT_FALSE(domainMatches("example.com", "xample.com"));
  EXPECT_FALSE(domainMatches("a.example.com", ".example.com"));
  EXPECT_FALSE(domainMatches("a.example.com", ""));
  EXPECT_FALSE(domainMatches("a.example.com.", "example.com"));
  EXPECT_FALSE(domainMatches("example.org", "example.com"));
}

TEST(DomainMatch, NoPartOfAnAddressIsADomain) {
  EXPECT_FALSE(domainMatches("127.0.0.1", "0.0.1"));
  EXPECT_FALSE(domainMatches("127.0.0.1", "1"));
}

}  // namespace
}  // namespace parley::http
