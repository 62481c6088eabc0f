#include "url/ipv4.hpp"

#include <string>

#include <gtest/gtest.h>

namespace parley::url {
namespace {

std::string canonical(std::string_view host) {
  const auto address = parseIpv4(host);
  return address ? serialiseIpv4(*address) : "failure";
}

TEST(Ipv4, ReadsFourDecimalNumbers) {
  EXPECT_EQ(canonical("192.168.0.1"), "192.168.0.1");
  EXPECT_EQ(canonical("0.0.0.0"), "0.0.0.0");
  EXPECT_EQ(canonical("255.255.255.255"), "255.255.255.255");
}

TEST(Ipv4, ReadsHexadecimalAndOctalNumbers) {
  EXPECT_EQ(canonical("0xC0.0250.01"), "192.168.0.1");
  EXPECT_EQ(canonical("0x7f.1"), "127.0.0.1");
  EXPECT_EQ(canonical("0XfF.0x0.00.0377"), "255.0.0.255");
  EXPECT_EQ(canonical("017700000001"), "127.0.0.1");
}

TEST(Ipv4, TakesAnEmptyHexadecimalNumberForZero) {
  EXPECT_EQ(canonical("0x"), "0.0.0.0");
  EXPECT_EQ(canonical("0x.0x.0"), "0.0.0.0");
  EXPECT_EQ(canonical("0"), "0.0.0.0");
}

TEST(Ipv4, LetsTheLastNumberFillTheRest) {
  EXPECT_EQ(canonical("4294967295"), "255.255.255.255");
  EXPECT_EQ(canonical("1.16777215"), "1.255.255.255");
  EXPECT_EQ(canonical("1.2.65535"), "1.2.255.255");
  EXPECT_EQ(canonical("256"), "0.0.1.0");
}

TEST(Ipv4, RefusesNumbersThatOverflowTheirBytes) {
  EXPECT_EQ(canonical("4294967296"), "failure");
  EXPECT_EQ(canonical("1.16777216"), "failure");
  EXPECT_EQ(canonical("1.2.65536"), "failure");
  EXPECT_EQ(canonical("1.2.3.256"), "failure");
  EXPECT_EQ(canonical("256.2.3.4"), "failure");
  EXPECT_EQ(canonical("1.0x100.1"), "failure");
  EXPECT_EQ(canonical("18446744073709551617"), "failure");
  EXPECT_EQ(canonical("0x1" + std::string(4096, '0')), "failure");
}

TEST(Ipv4, TakesAnyNumberOfLeadingZeros) {
  EXPECT_EQ(canonical("0x" + std::string(4096, '0') + "1"), "0.0.0.1");
  EXPECT_EQ(canonical(std::string(4096, '0') + "17"), "0.0.0.15");
}

TEST(Ipv4, TakesOneLastDot) {
  EXPECT_EQ(canonical("1.2.3.4."), "1.2.3.4");
  EXPECT_EQ(canonical("1.2.3.4.."), "failure");
  EXPECT_EQ(canonical("."), "failure");
}

TEST(Ipv4, RefusesWhatIsNoNumberAndMoreThanFourParts) {
  EXPECT_EQ(canonical(""), "failure");
  EXPECT_EQ(canonical("1..2"), "failure");
  EXPECT_EQ(canonical("1.2.3.4.5"), "failure");
  EXPECT_EQ(canonical("08"), "failure");
  EXPECT_EQ(canonical("0xg"), "failure");
  EXPECT_EQ(canonical("1a"), "failure");
  EXPECT_EQ(canonical("+1"), "failure");
}

TEST(Ipv4, KnowsWhenAHostEndsInANumber) {
  EXPECT_TRUE(endsInANumber("1"));
  EXPECT_TRUE(endsInANumber("example.1"));
  EXPECT_TRUE(endsInANumber("example.0x"));
  EXPECT_TRUE(endsInANumber("example.0xAf."));
  EXPECT_TRUE(endsInANumber("example.09"));  // digits only, although no IPv4 number
  EXPECT_FALSE(endsInANumber("example.0xg"));
  EXPECT_FALSE(endsInANumber("1.example"));
  EXPECT_FALSE(endsInANumber("example.1.."));
  EXPECT_FALSE(endsInANumber("."));
  EXPECT_FALSE(endsInANumber(""));
}

}  // namespace
}  // namespace parley::url
