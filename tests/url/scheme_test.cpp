#include "url/scheme.hpp"

#include <gtest/gtest.h>

namespace parley::url {
namespace {

TEST(Scheme, SixAreSpecial) {
  for (const char* const name : {"ws", "wss", "http", "https", "ftp", "file"}) {
    EXPECT_TRUE(isSpecialScheme(name)) << name;
  }
  for (const char* const name : {"", "w", "wsss", "blob", "data", "HTTP"}) {
    EXPECT_FALSE(isSpecialScheme(name)) << name;
  }
}

TEST(Scheme, FiveHaveADefaultPort) {
  EXPECT_EQ(defaultPort("ws"), 80);
  EXPECT_EQ(defaultPort("wss"), 443);
  EXPECT_EQ(defaultPort("http"), 80);
  EXPECT_EQ(defaultPort("https"), 443);
  EXPECT_EQ(defaultPort("ftp"), 21);
  EXPECT_EQ(defaultPort("file"), std::nullopt);
  EXPECT_EQ(defaultPort("irc"), std::nullopt);
}

}  // namespace
}  // namespace parley::url
