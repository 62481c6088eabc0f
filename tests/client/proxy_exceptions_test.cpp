#include "client/proxy_exceptions.hpp"

#include <string>

#include <gtest/gtest.h>

namespace parley {
namespace {

bool matches(std::string_view host, std::string_view list, std::uint16_t port = 443) {
  return isProxyException({host, port}, list);
}

TEST(ProxyExceptions, AreNamesAndTheirSubdomains) {
  for (const char* entry : {"example.com", ".example.com", "*.example.com", "EXAMPLE.com",
                            "example.com.", ".example.com."}) {
    EXPECT_TRUE(matches("example.com", entry)) << entry;
    EXPECT_TRUE(matches("example.com.", entry)) << entry;
    EXPECT_TRUE(matches("a.b.example.com", entry)) << entry;
    EXPECT_FALSE(matches("badexample.com", entry)) << entry;
    EXPECT_FALSE(matches("example.com.evil.test", entry)) << entry;
    EXPECT_FALSE(matches("com", entry)) << entry;
  }
  EXPECT_TRUE(matches("a.com", "com"));
  EXPECT_TRUE(matches("intranet", "intranet"));
}

TEST(ProxyExceptions, StandInAListOfCommasAndBlanks) {
  const std::string list = " a.test,\tb.test  c.test,,d.test\n,";
  for (const char* host : {"a.test", "b.test", "c.test", "x.d.test"}) {
    EXPECT_TRUE(matches(host, list)) << host;
  }
  EXPECT_FALSE(matches("e.test", list));
  for (const char* empty : {"", " ", ",", ", ,"}) EXPECT_FALSE(matches("a.test", empty));
}

TEST(ProxyExceptions, AreAllWithAStar) {
  for (const char* host : {"a.test", "192.0.2.1", "[::1]"}) {
    EXPECT_TRUE(matches(host, "*"));
    EXPECT_TRUE(matches(host, "x.test, *"));
  }
  for (const char* entry : {"**", "*.", ".", "*test", "a*", "*:443", "..", "*.*"}) {
    EXPECT_FALSE(matches("a.test", entry)) << entry;
  }
}

TEST(ProxyExceptions, MayBeOfOnePort) {
  for (const char* entry : {"a.test:8080", ".a.test:8080", "*.a.test:8080"}) {
    EXPECT_TRUE(matches("a.test", entry, 8080)) << entry;
    EXPECT_TRUE(matches("b.a.test", entry, 8080)) << entry;
    EXPECT_FALSE(matches("a.test", entry, 443)) << entry;
  }
  EXPECT_TRUE(matches("192.0.2.1", "192.0.2.1:8080", 8080));
  EXPECT_FALSE(matches("192.0.2.1", "192.0.2.1:8080", 443));
  EXPECT_TRUE(matches("[::1]", "[::1]:8080", 8080));
  EXPECT_FALSE(matches("[::1]", "[::1]:8080", 443));
  for (const char* entry : {"a.test:", "a.test:x", "a.test:-1", "a.test:70000", "a.test:443x",
                            "a.test: 443", "[a.test:443", "a.test:443:443"}) {
    EXPECT_FALSE(matches("a.test", entry)) << entry;
  }
}

TEST(ProxyExceptions, AreAddressesInAnySpelling) {
  EXPECT_TRUE(matches("192.0.2.1", "192.0.2.1"));
  EXPECT_FALSE(matches("192.0.2.10", "192.0.2.1"));
  for (const char* entry : {"2001:db8::1", "[2001:db8::1]", "2001:DB8:0:0::0:1"}) {
    EXPECT_TRUE(matches("[2001:db8::1]", entry)) << entry;
    EXPECT_FALSE(matches("[2001:db8::11]", entry)) << entry;
  }
  // The same address over either family.
  EXPECT_TRUE(matches("[::ffff:c000:201]", "192.0.2.1"));
  EXPECT_TRUE(matches("192.0.2.1", "::ffff:192.0.2.1"));
}

TEST(ProxyExceptions, OfNamesAreNotEndsOfAddresses) {
  for (const char* entry : {"1", ".1", "2.1", ".0.2.1", "*.1"}) {
    EXPECT_FALSE(matches("192.0.2.1", entry)) << entry;
  }
  EXPECT_FALSE(matches("[::1]", "1]"));
  EXPECT_FALSE(matches("0.0.0.10", "10"));
  EXPECT_FALSE(matches("192.0.2.1", "0300.0.2.1"));
}

TEST(ProxyExceptions, AreRangesOfAddresses) {
  EXPECT_TRUE(matches("10.1.2.3", "10.0.0.0/8"));
  EXPECT_TRUE(matches("10.1.2.3", "10.255.0.0/8"));
  EXPECT_FALSE(matches("11.1.2.3", "10.0.0.0/8"));
  EXPECT_TRUE(matches("192.168.129.1", "192.168.128.0/17"));
  EXPECT_FALSE(matches("192.168.127.1", "192.168.128.0/17"));
  EXPECT_TRUE(matches("192.0.2.1", "192.0.2.1/32"));
  EXPECT_FALSE(matches("192.0.2.2", "192.0.2.1/32"));
  EXPECT_TRUE(matches("8.8.8.8", "0.0.0.0/0"));
  EXPECT_TRUE(matches("[fd12::1]", "fd00::/8"));
  EXPECT_TRUE(matches("[fd12::1]", "[fd00::]/8"));
  EXPECT_FALSE(matches("[fe12::1]", "fd00::/8"));
  EXPECT_TRUE(matches("[2001:db8::ffff]", "2001:db8::/112"));
  EXPECT_TRUE(matches("[2001:db8::1]", "2001:db8::1/128"));
  EXPECT_FALSE(matches("[2001:db8::2]", "2001:db8::1/127"));
}

TEST(ProxyExceptions, KeepTheFamiliesOfRangesApart) {
  EXPECT_TRUE(matches("[2001:db8::1]", "::/0"));
  EXPECT_FALSE(matches("192.0.2.1", "::/0"));
  EXPECT_FALSE(matches("[2001:db8::1]", "0.0.0.0/0"));
  EXPECT_TRUE(matches("[::ffff:a01:203]", "10.0.0.0/8"));
  EXPECT_TRUE(matches("192.0.2.1", "::ffff:0:0/96"));
}

TEST(ProxyExceptions, ThatAreNoRangesMatchNothing) {
  for (const char* entry : {"10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "10/8",
                            "10.0.0/8", "/8", "10.0.0.0/8/8", "example/8", "::/129"}) {
    EXPECT_FALSE(matches("10.1.2.3", entry)) << entry;
    EXPECT_FALSE(matches("[::1]", entry)) << entry;
    EXPECT_FALSE(matches("example", entry)) << entry;
  }
  // Names are not resolved for a range.
  EXPECT_FALSE(matches("localhost", "127.0.0.0/8"));
}

TEST(ProxyExceptions, TakeTimeInProportion) {
  constexpr std::size_t kLarge = std::size_t{1} << 20;
  std::string list;
  for (std::size_t i = 0; i < kLarge; ++i) list.append("a,");
  EXPECT_FALSE(matches("b.test", list));
  EXPECT_FALSE(matches("b.test", std::string(kLarge, ':')));
  EXPECT_FALSE(matches("b.test", std::string(kLarge, '.')));
  EXPECT_FALSE(matches("192.0.2.1", std::string(kLarge, '1')));
}

TEST(LocalHost, IsLocalhostAndItsAddresses) {
  for (const char* host : {"localhost", "localhost.", "a.b.localhost", "127.0.0.1",
                           "127.255.255.255", "[::1]", "[::ffff:7f00:1]"}) {
    EXPECT_TRUE(isLocalHost(host)) << host;
  }
  for (const char* host : {"localhost.test", "notlocalhost", "128.0.0.1", "0.0.0.0", "[::2]",
                           "[::]", "example.com", ""}) {
    EXPECT_FALSE(isLocalHost(host)) << host;
  }
}

}  // namespace
}  // namespace parley
