#include "url/host.hpp"

#include <string>

#include <gtest/gtest.h>

namespace parley::url {
namespace {

std::string special(std::string_view input) {
  const auto host = parseHost(input, HostKind::Special);
  return host ? *host : "failure";
}

std::string opaque(std::string_view input) {
  const auto host = parseHost(input, HostKind::Opaque);
  return host ? *host : "failure";
}

TEST(Host, DecodesPercentsOfADomain) {
  EXPECT_EQ(special("ex%41mple.%63om"), "example.com");
  EXPECT_EQ(special("%E2%98%83"), "xn--n3h");
}

TEST(Host, RecognisesIpv4InEverySpelling) {
  EXPECT_EQ(special("0xc0.0250.01"), "192.168.0.1");
  EXPECT_EQ(special("%30%78%63%30%2e%30%32%35%30.01%2e"), "192.168.0.1");
  EXPECT_EQ(special("\xEF\xBC\x91\xE3\x80\x82\xEF\xBC\x92"), "1.0.0.2");  // wide digits and dot
  EXPECT_EQ(special("1.2.3.4.5"), "failure");
  EXPECT_EQ(special("a.1"), "failure");
  EXPECT_EQ(special("1.a"), "1.a");
}

TEST(Host, PutsIpv6InBrackets) {
  EXPECT_EQ(special("[0::0:1]"), "[::1]");
  EXPECT_EQ(opaque("[0::0:1]"), "[::1]");
  for (const char* const text : {"[", "[]", "[::1", "[::1]x", "[::%31]", "[[::1]]"}) {
    EXPECT_EQ(special(text), "failure") << text;
    EXPECT_EQ(opaque(text), "failure") << text;
  }
}

TEST(Host, RefusesEveryForbiddenDomainCodePoint) {
  const std::string marks = "\t\n\r #/:<>?@[\\]^|%\x7F";
  for (int byte = 0; byte < 0x80; ++byte) {
    const char c = static_cast<char>(byte);
    const bool forbidden = byte < 0x20 || marks.find(c) != std::string::npos;
    const std::string host = std::string("a") + c + "b";
    EXPECT_EQ(special(host) == "failure", forbidden) << byte;
  }
}

TEST(Host, RefusesForbiddenCodePointsThatAppearByMapping) {
  EXPECT_EQ(special("a\xEF\xBC\x85"
                    "b"),
            "failure");  // a wide percent sign
  EXPECT_EQ(special("a\xE3\x80\x80"
                    "b"),
            "failure");  // a wide space
  EXPECT_EQ(special("%25"), "failure");
}

TEST(Host, RefusesAnEmptyDomain) {
  EXPECT_EQ(special(""), "failure");
  EXPECT_EQ(special("\xC2\xAD"), "failure");
}

TEST(Host, RefusesDecodedBytesThatAreNotUtf8) {
  EXPECT_EQ(special("a%80"), "failure");
  EXPECT_EQ(special("%E2%98"), "failure");
}

TEST(Host, KeepsAnOpaqueHostAsItIs) {
  EXPECT_EQ(opaque(""), "");
  EXPECT_EQ(opaque("Ex%41mple"), "Ex%41mple");
  EXPECT_EQ(opaque("0x7f.1"), "0x7f.1");
  EXPECT_EQ(opaque("\xC3\xBC\x01"), "%C3%BC%01");
}

TEST(Host, RefusesForbiddenHostCodePointsInAnOpaqueHost) {
  const std::string forbidden("\0\t\n\r #/:<>?@[\\]^|", 17);
  for (int byte = 0; byte < 0x80; ++byte) {
    const char c = static_cast<char>(byte);
    const std::string host = std::string("a") + c + "b";
    EXPECT_EQ(opaque(host) == "failure", forbidden.find(c) != std::string::npos) << byte;
  }
}

}  // namespace
}  // namespace parley::url
