#include "transport/address_selection.hpp"

#include <string>

#include <gtest/gtest.h>

namespace parley::transport {
namespace {

SocketAddress at(const std::string& host) {
  return *SocketAddress::parse(host, 443);
}
Destination reached(const std::string& address, const std::string& source) {
  return {at(address), at(source)};
}
Destination unreachable(const std::string& address) {
  return {at(address), std::nullopt};
}
/// The first comes before the second, and not the other way round.
::testing::AssertionResult isOrder(const Destination& first, const Destination& second) {
  if (!precedes(first, second)) return ::testing::AssertionFailure() << "not before the second";
  if (precedes(second, first)) return ::testing::AssertionFailure() << "behind it as well";
  return ::testing::AssertionSuccess();
}

TEST(AddressSelection, Rule1AvoidsDestinationsWithoutASource) {
  EXPECT_TRUE(isOrder(reached("192.0.2.1", "192.0.2.9"), unreachable("2001:db8::1")));
  EXPECT_TRUE(isOrder(reached("2001:db8::1", "2001:db8::9"), unreachable("192.0.2.1")));
}

TEST(AddressSelection, DoesNotCareForTwoDestinationsWithoutASource) {
  EXPECT_FALSE(precedes(unreachable("192.0.2.1"), unreachable("2001:db8::1")));
  EXPECT_FALSE(precedes(unreachable("2001:db8::1"), unreachable("192.0.2.1")));
}

TEST(AddressSelection, Rule2PrefersAMatchingScope) {
  EXPECT_TRUE(isOrder(reached("192.0.2.1", "192.0.2.9"), reached("2001:db8::1", "fe80::1")));
  EXPECT_TRUE(
      isOrder(reached("2001:db8::1", "2001:db8::9"), reached("192.0.2.1", "169.254.13.78")));
}

TEST(AddressSelection, Rule5PrefersAMatchingLabel) {
  // RFC 6724 section 10.2: 6to4 and unique local sources do not suit native destinations.
  EXPECT_TRUE(isOrder(reached("192.0.2.1", "192.0.2.9"), reached("2001:db8::1", "fd00::1")));
  EXPECT_TRUE(isOrder(reached("192.0.2.1", "192.0.2.9"), reached("2001:db8::1", "2002:c000::1")));
  EXPECT_TRUE(isOrder(reached("192.0.2.1", "192.0.2.9"), reached("2001:db8::1", "2001::1")));
}

TEST(AddressSelection, Rule6PrefersNativeIpv6) {
  EXPECT_TRUE(isOrder(reached("2001:db8::1", "2001:db8::9"), reached("192.0.2.1", "192.0.2.9")));
  // Private addresses are global ones here (section 3.2).
  EXPECT_TRUE(isOrder(reached("2001:db8::1", "2001:db8::9"), reached("10.0.0.1", "10.0.0.9")));
}

TEST(AddressSelection, Rule6PrefersIpv4ToTunnelsAndLocalRanges) {
  const std::pair<const char*, const char*> cases[] = {
      {"2002:c000::1", "2002:c000::9"},                          // 6to4
      {"2001::1", "2001::9"},                                    // Teredo
      {"fd00::1", "fd00::9"},                                    // unique local
      {"fc00::1", "fc00::9"},           {"fec0::1", "fec0::9"},  // site-local
      {"feff::1", "feff::9"},           {"3ffe::1", "3ffe::9"},  // 6bone
      {"::192.0.2.1", "::192.0.2.9"},                            // IPv4-compatible
  };
  for (const auto& [address, source] : cases) {
    EXPECT_TRUE(isOrder(reached("192.0.2.1", "192.0.2.9"), reached(address, source))) << address;
  }
}

TEST(AddressSelection, ALongerPrefixCountsBeforeAShorterOne) {
  // Not Teredo (2001::/32), not 6to4 (2002::/16), not unique local (fc00::/7).
  for (const char* address : {"2001:1::1", "2003::1", "fb00::1", "fe00::1"}) {
    EXPECT_TRUE(isOrder(reached(address, address), reached("192.0.2.1", "192.0.2.9"))) << address;
  }
}

TEST(AddressSelection, PutsTheIpv6LoopbackFirst) {
  EXPECT_TRUE(isOrder(reached("::1", "::1"), reached("127.0.0.1", "127.0.0.1")));
}

TEST(AddressSelection, TheLoopbackOfAMachineWithoutIpv6ComesLast) {
  EXPECT_TRUE(isOrder(reached("127.0.0.1", "127.0.0.1"), unreachable("::1")));
}

TEST(AddressSelection, Rule8PrefersASmallerScope) {
  // Both have precedence 40 and label 1.
  EXPECT_TRUE(isOrder(reached("fe80::1", "fe80::9"), reached("2001:db8::1", "2001:db8::9")));
}

TEST(AddressSelection, DoesNotCareForEquals) {
  const Destination first = reached("2001:db8::1", "2001:db8::9");
  const Destination second = reached("2001:db8:ffff::1", "2001:db8::9");
  EXPECT_FALSE(precedes(first, second));
  EXPECT_FALSE(precedes(second, first));
}

TEST(AddressSelection, FindsTheSourceForALoopbackAddress) {
  const auto source = sourceFor(at("127.0.0.1"));
  ASSERT_TRUE(source);
  EXPECT_EQ(source->ipv6Form(), at("127.0.0.1").ipv6Form());
  EXPECT_EQ(sourceFor(at("::1"))->ipv6Form(), at("::1").ipv6Form());
}

TEST(AddressSelection, FindsNoSourceForAnAddressOfNoZone) {
  // A link-local address says nothing without its link.
  EXPECT_FALSE(sourceFor(at("fe80::1")));
}

TEST(AddressSelection, FindsNoSourceForWhatIsNoDestination) {
  EXPECT_FALSE(sourceFor(*SocketAddress::unixPath("/nothing")));
}

}  // namespace
}  // namespace parley::transport
