#include "tls/host_name.hpp"

#include <gtest/gtest.h>

namespace parley::tls {
namespace {

using Kind = HostName::Kind;

TEST(TlsHostName, TellsAddressesFromNames) {
  EXPECT_EQ(HostName::of("example.com").kind, Kind::Name);
  EXPECT_EQ(HostName::of("1.2.3").kind, Kind::Name);
  EXPECT_EQ(HostName::of("192.0.2.1").kind, Kind::Address);
  EXPECT_EQ(HostName::of("[2001:db8::1]").kind, Kind::Address);
  EXPECT_EQ(HostName::of("[2001:db8::1]").text, "2001:db8::1");
  EXPECT_EQ(HostName::of("::1").kind, Kind::Address);
  EXPECT_EQ(HostName::of("").text, "");
}

TEST(TlsHostName, DropsTheDotOfTheRoot) {
  EXPECT_EQ(HostName::of("example.com.").text, "example.com");
  EXPECT_EQ(HostName::of(".").text, "");
}

TEST(TlsHostName, MatchesNamesInAnyCase) {
  EXPECT_TRUE(matchesHostName("example.com", "EXAMPLE.com"));
  EXPECT_FALSE(matchesHostName("example.com", "example.org"));
  EXPECT_FALSE(matchesHostName("example.com", "www.example.com"));
}

TEST(TlsHostName, AWildcardStandsForOneLabel) {
  EXPECT_TRUE(matchesHostName("*.example.com", "www.Example.com"));
  EXPECT_FALSE(matchesHostName("*.example.com", "a.b.example.com"));
  EXPECT_FALSE(matchesHostName("*.example.com", "example.com"));
  EXPECT_FALSE(matchesHostName("*.example.com", ".example.com"));
  EXPECT_FALSE(matchesHostName("w*.example.com", "www.example.com"));
  EXPECT_FALSE(matchesHostName("*", "localhost"));
  EXPECT_FALSE(matchesHostName("*.example.com", ""));
}

}  // namespace
}  // namespace parley::tls
