#include "transport/socket_address.hpp"

#include <gtest/gtest.h>
#include <net/if.h>

namespace parley::transport {
namespace {

TEST(SocketAddress, ReadsAndWritesAddresses) {
  const std::pair<const char*, const char*> cases[] = {
      {"127.0.0.1", "127.0.0.1:80"},
      {"::1", "[::1]:80"},
      {"[::1]", "[::1]:80"},
      {"2001:DB8:0:0::1", "[2001:db8::1]:80"},
  };
  for (const auto& [text, expected] : cases) {
    const auto address = SocketAddress::parse(text, 80);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->text(), expected);
    EXPECT_EQ(address->port(), 80);
  }
}

TEST(SocketAddress, LeavesNamesToTheResolver) {
  for (const char* text :
       {"", "localhost", "[127.0.0.1]", "[]", "[::1", "::1]", "1.2.3", "1.2.3.4.5"}) {
    EXPECT_FALSE(SocketAddress::parse(text, 80)) << text;
  }
}

TEST(SocketAddress, TakesAZoneByNameAndByNumber) {
  const std::string byNumber = "fe80::1%" + std::to_string(if_nametoindex("lo"));
  for (const std::string& text :
       {std::string("fe80::1%lo"), std::string("[fe80::1%lo]"), byNumber}) {
    const auto address = SocketAddress::parse(text, 80);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->text(), "[fe80::1%lo]:80");
    EXPECT_EQ(address->zone(), if_nametoindex("lo"));
  }
  EXPECT_EQ(SocketAddress::parse("fe80::1", 80)->zone(), 0u);
}

TEST(SocketAddress, RefusesAZoneThatIsNone) {
  for (const char* text : {"fe80::1%", "fe80::1%0", "fe80::1%no-such-if", "fe80::1%99999999999",
                           "fe80::1%1x", "127.0.0.1%lo", "%lo"}) {
    EXPECT_FALSE(SocketAddress::parse(text, 80)) << text;
  }
}

TEST(SocketAddress, NamesAZoneWhoseInterfaceHasGoneByItsNumber) {
  EXPECT_EQ(SocketAddress::parse("fe80::1%4000000", 80)->text(), "[fe80::1%4000000]:80");
}

TEST(SocketAddress, IsNotCutAtANul) {
  EXPECT_FALSE(SocketAddress::parse(std::string_view("127.0.0.1\0x", 11), 80));
  EXPECT_FALSE(SocketAddress::parse(std::string_view("::1\0", 4), 80));
}

TEST(SocketAddress, GivesBothFamiliesInOneForm) {
  const auto mapped = SocketAddress::parse("::ffff:192.0.2.1", 80);
  const auto plain = SocketAddress::parse("192.0.2.1", 80);
  EXPECT_EQ(mapped->ipv6Form(), plain->ipv6Form());
  EXPECT_NE(SocketAddress::parse("192.0.2.2", 80)->ipv6Form(), plain->ipv6Form());
  const std::array<std::uint8_t, 16> loopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  EXPECT_EQ(SocketAddress::parse("::1", 80)->ipv6Form(), loopback);
  EXPECT_EQ(SocketAddress::unixPath("/x")->ipv6Form(), (std::array<std::uint8_t, 16>{}));
}

TEST(SocketAddress, ComparesAddressPortZoneAndPath) {
  const auto parse = [](const char* text, std::uint16_t port) {
    return *SocketAddress::parse(text, port);
  };
  EXPECT_EQ(parse("::1", 80), parse("[0::1]", 80));
  EXPECT_NE(parse("::1", 80), parse("::1", 81));
  EXPECT_NE(parse("::1", 80), parse("::2", 80));
  EXPECT_NE(parse("fe80::1", 80), parse("fe80::1%lo", 80));
  EXPECT_NE(parse("127.0.0.1", 80), parse("::ffff:127.0.0.1", 80));
  EXPECT_EQ(*SocketAddress::unixPath("/x"), *SocketAddress::unixPath("/x"));
  EXPECT_NE(*SocketAddress::unixPath("/x"), *SocketAddress::unixPath("/y"));
}

TEST(SocketAddress, TakesPathsThatFit) {
  EXPECT_EQ(SocketAddress::unixPath("/run/x")->text(), "unix:/run/x");
  EXPECT_EQ(SocketAddress::unixPath("/run/x")->port(), 0);
  EXPECT_TRUE(SocketAddress::unixPath(std::string(107, 'x')));
  EXPECT_FALSE(SocketAddress::unixPath(std::string(108, 'x')));
  EXPECT_FALSE(SocketAddress::unixPath(""));
}

TEST(SocketAddress, HasNoPeerWithoutASocket) {
  EXPECT_FALSE(SocketAddress::peerOf(-1));
  EXPECT_FALSE(SocketAddress::localOf(-1));
}

}  // namespace
}  // namespace parley::transport
