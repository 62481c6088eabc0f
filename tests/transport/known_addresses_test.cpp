#include "transport/known_addresses.hpp"

#include <string>

#include <gtest/gtest.h>

namespace parley::transport {
namespace {

SocketAddress at(const std::string& host, std::uint16_t port = 80) {
  return *SocketAddress::parse(host, port);
}
/// "[::1]:80 127.0.0.1:80"; "ask" if the resolver is to be asked.
std::string known(std::string_view host, const std::vector<ResolveOverride>& overrides = {}) {
  const auto addresses = knownAddresses(host, 80, overrides);
  if (!addresses) return "ask";
  std::string text;
  for (const SocketAddress& address : *addresses) {
    text += (text.empty() ? "" : " ") + address.text();
  }
  return text;
}

TEST(KnownAddresses, AreThoseThatAreWrittenOut) {
  EXPECT_EQ(known("192.0.2.1"), "192.0.2.1:80");
  EXPECT_EQ(known("[2001:db8::1]"), "[2001:db8::1]:80");
  EXPECT_EQ(known("fe80::1%lo"), "[fe80::1%lo]:80");
}

TEST(KnownAddresses, AreBothLoopbackAddressesOfLocalhost) {
  for (const char* host : {"localhost", "LocalHost", "localhost.", "app.localhost", "a.b.LOCALHOST",
                           "a.b.localhost."}) {
    EXPECT_EQ(known(host), "[::1]:80 127.0.0.1:80") << host;
  }
}

TEST(KnownAddresses, AreNotThoseOfOtherNames) {
  for (const char* host : {"example.com", "localhost.example", "notlocalhost", "localhost..",
                           ".localhost", "", ".", "local", "ocalhost", "1.2.3"}) {
    EXPECT_EQ(known(host), "ask") << host;
  }
}

TEST(KnownAddresses, OfAnOverrideAreInItsOrderWithItsPorts) {
  const std::vector<ResolveOverride> overrides = {
      {"example.com", 80, {at("192.0.2.7", 8080), at("::1", 81)}}};
  EXPECT_EQ(known("example.com", overrides), "192.0.2.7:8080 [::1]:81");
  EXPECT_EQ(known("EXAMPLE.com", overrides), "192.0.2.7:8080 [::1]:81");
  EXPECT_EQ(known("example.org", overrides), "ask");
}

TEST(KnownAddresses, AnOverrideIsForItsPortOnly) {
  EXPECT_EQ(known("example.com", {{"example.com", 443, {at("192.0.2.7")}}}), "ask");
}

TEST(KnownAddresses, AnOverrideGoesBeforeAnAddressAndLocalhost) {
  const std::vector<ResolveOverride> overrides = {{"localhost", 80, {at("192.0.2.7")}},
                                                  {"127.0.0.1", 80, {at("192.0.2.8")}}};
  EXPECT_EQ(known("localhost", overrides), "192.0.2.7:80");
  EXPECT_EQ(known("127.0.0.1", overrides), "192.0.2.8:80");
}

TEST(KnownAddresses, AStarStandsForHostsWithoutAnEntryOfTheirOwn) {
  const std::vector<ResolveOverride> overrides = {{"*", 80, {at("192.0.2.1")}},
                                                  {"example.com", 80, {at("192.0.2.2")}}};
  EXPECT_EQ(known("example.com", overrides), "192.0.2.2:80");
  EXPECT_EQ(known("example.org", overrides), "192.0.2.1:80");
  EXPECT_EQ(known("localhost", overrides), "192.0.2.1:80");
}

TEST(KnownAddresses, TheFirstOfTwoOverridesCounts) {
  const std::vector<ResolveOverride> overrides = {{"example.com", 80, {at("192.0.2.1")}},
                                                  {"example.com", 80, {at("192.0.2.2")}}};
  EXPECT_EQ(known("example.com", overrides), "192.0.2.1:80");
}

TEST(KnownAddresses, AnOverrideWithoutAddressesSaysThatThereAreNone) {
  EXPECT_EQ(known("localhost", {{"localhost", 80, {}}}), "");
}

}  // namespace
}  // namespace parley::transport
