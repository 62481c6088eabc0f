#include "client/redirect.hpp"

#include <gtest/gtest.h>

namespace parley::test {
namespace {

std::string targetOf(std::string_view from, std::string_view location) {
  Headers headers;
  headers.append("Location", location);
  const auto target = redirectTarget(*Url::parse(from), headers);
  return target ? target->href() : "refused: " + target.error();
}

TEST(Redirect, IsOneOfTheStatusesThatFetchFollows) {
  for (const int status : {301, 302, 303, 307, 308}) {
    EXPECT_TRUE(isRedirect(static_cast<std::uint16_t>(status))) << status;
  }
  for (const int status : {101, 200, 300, 304, 305, 306, 309, 400, 503}) {
    EXPECT_FALSE(isRedirect(static_cast<std::uint16_t>(status))) << status;
  }
}

TEST(Redirect, ResolvesTheLocationAgainstTheUrlThatWasAskedFor) {
  EXPECT_EQ(targetOf("ws://a.example/x/y?q", "z"), "ws://a.example/x/z");
  EXPECT_EQ(targetOf("ws://a.example/x/y?q", "/z?r"), "ws://a.example/z?r");
  EXPECT_EQ(targetOf("wss://a.example:8443/", "//b.example/c"), "wss://b.example/c");
}

TEST(Redirect, TakesHttpForWsAndHttpsForWss) {
  EXPECT_EQ(targetOf("ws://a.example/", "http://b.example/"), "ws://b.example/");
  EXPECT_EQ(targetOf("ws://a.example/", "https://b.example/"), "wss://b.example/");
}

TEST(Redirect, DropsTheFragment) {
  EXPECT_EQ(targetOf("ws://a.example/", "/b#c"), "ws://a.example/b");
  EXPECT_EQ(targetOf("ws://a.example/b", "#c"), "ws://a.example/b");
}

TEST(Redirect, NeverGoesFromWssToWs) {
  for (const char* location : {"ws://a.example/", "http://a.example/"}) {
    EXPECT_TRUE(targetOf("wss://a.example/", location).starts_with("refused: it leads from wss:"))
        << location;
  }
}

TEST(Redirect, RefusesWhatIsNoWebSocketUrl) {
  for (const char* location : {"ftp://a.example/", "http://[", "data:,x", "file:///etc/passwd"}) {
    EXPECT_TRUE(targetOf("ws://a.example/", location).starts_with("refused: its Location '"))
        << location;
  }
  EXPECT_EQ(redirectTarget(*Url::parse("ws://a.example/"), {}).error(), "it has no Location");
}

TEST(Redirect, TakesTheFieldsThatNameTheUserAway) {
  Headers headers{{"authorization", "Bearer x"}, {"Cookie", "a=b"}, {"X-Trace", "7"}};
  removeCredentials(headers);
  ASSERT_EQ(headers.size(), 1U);
  EXPECT_TRUE(headers.has("X-Trace"));
}

}  // namespace
}  // namespace parley::test
