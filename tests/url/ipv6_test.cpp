#include "url/ipv6.hpp"

#include <string>

#include <gtest/gtest.h>

namespace parley::url {
namespace {

std::string canonical(std::string_view text) {
  const auto pieces = parseIpv6(text);
  return pieces ? serialiseIpv6(*pieces) : "failure";
}

TEST(Ipv6, ReadsEightPieces) {
  EXPECT_EQ(canonical("1:2:3:4:5:6:7:8"), "1:2:3:4:5:6:7:8");
  EXPECT_EQ(canonical("0001:00aB:0C00:d000:5:6:7:FFFF"), "1:ab:c00:d000:5:6:7:ffff");
}

TEST(Ipv6, ReadsACompressionAnywhere) {
  EXPECT_EQ(canonical("::"), "::");
  EXPECT_EQ(canonical("::1"), "::1");
  EXPECT_EQ(canonical("1::"), "1::");
  EXPECT_EQ(canonical("1:2::7:8"), "1:2::7:8");
  EXPECT_EQ(canonical("1:2:3:4:5:6:7::"), "1:2:3:4:5:6:7:0");
  EXPECT_EQ(canonical("::2:3:4:5:6:7:8"), "0:2:3:4:5:6:7:8");
}

TEST(Ipv6, CompressesTheFirstLongestRunOfZeros) {
  EXPECT_EQ(canonical("1:0:0:4:0:0:7:8"), "1::4:0:0:7:8");
  EXPECT_EQ(canonical("1:0:0:4:0:0:0:8"), "1:0:0:4::8");
  EXPECT_EQ(canonical("0:0:3:4:5:6:0:0"), "::3:4:5:6:0:0");
  EXPECT_EQ(canonical("1:2:3:4:5:6:0:0"), "1:2:3:4:5:6::");
  EXPECT_EQ(canonical("1:0:3:0:5:0:7:0"), "1:0:3:0:5:0:7:0");  // one piece is no run
}

TEST(Ipv6, ReadsAnEmbeddedIpv4Address) {
  EXPECT_EQ(canonical("::127.0.0.1"), "::7f00:1");
  EXPECT_EQ(canonical("::ffff:192.168.0.1"), "::ffff:c0a8:1");
  EXPECT_EQ(canonical("1:2:3:4:5:6:255.254.253.252"), "1:2:3:4:5:6:fffe:fdfc");
}

TEST(Ipv6, RefusesAnEmbeddedIpv4AddressThatIsNotFourPlainNumbers) {
  for (const char* const text :
       {"::1.2.3", "::1.2.3.4.5", "::1.2.3.", "::.1.2.3", "::1..2.3", "::01.2.3.4", "::1.2.3.256",
        "::1.2.3.1000", "::1.2.3.0x4", "::1.2.3.4:5", "::1.2.3.4 ", "1:2:3:4:5:6:7:1.2.3.4",
        "1:2:3:4:5:6:7::1.2.3.4", "::a.2.3.4", "1.2.3.4", "::1.2.3.4.", "::12345.1.1.1"}) {
    EXPECT_EQ(canonical(text), "failure") << text;
  }
}

TEST(Ipv6, RefusesACompressionOfNothing) {
  for (const char* const text :
       {"1:2:3:4::5:6:7:8", "::1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::8",
        "1:2:3:4:5:6:7:8::", "1:2:3:4:5:6::1.2.3.4", "::1:2:3:4:5:6:1.2.3.4"}) {
    EXPECT_EQ(canonical(text), "failure") << text;
  }
  EXPECT_EQ(canonical("1:2:3:4:5::1.2.3.4"), "1:2:3:4:5:0:102:304");
}

TEST(Ipv6, RefusesWrongCountsColonsAndCharacters) {
  for (const char* const text : {"",
                                 ":",
                                 "1",
                                 ":1",
                                 "1:",
                                 "1:2:3:4:5:6:7",
                                 "1:2:3:4:5:6:7:",
                                 "1:2:3:4:5:6:7:8:",
                                 "1:2:3:4:5:6:7:8:9",
                                 "1:2:3:4::5:6:7:8:9",
                                 "::1::",
                                 ":::",
                                 "1:::2",
                                 ":1::2",
                                 "12345::",
                                 "g::",
                                 "::1%25eth0",
                                 "::1/64",
                                 " ::1",
                                 "::-1"}) {
    EXPECT_EQ(canonical(text), "failure") << text;
  }
}

TEST(Ipv6, EveryPrefixIsRefusedOrStandsForItself) {
  const std::string whole = "2001:db8::a:0:ffff:192.168.200.1";
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const std::string once = canonical(std::string_view(whole).substr(0, size));
    EXPECT_EQ(canonical(once), once) << size;
  }
}

}  // namespace
}  // namespace parley::url
