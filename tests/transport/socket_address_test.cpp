#include "transport/socket_address.hpp"

#include <gtest/gtest.h>

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
