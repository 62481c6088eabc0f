#include <parley/url.hpp>

#include <string>

#include <gtest/gtest.h>

namespace parley {
namespace {

Url mustParse(std::string_view input) {
  auto url = Url::parse(input);
  EXPECT_TRUE(url.has_value()) << input;
  return *std::move(url);
}

TEST(Url, ShowsEveryComponent) {
  const Url url = mustParse("wss://user:secret@Example.com:8443/a/b?c=d#e");
  EXPECT_EQ(url.href(), "wss://user:secret@example.com:8443/a/b?c=d#e");
  EXPECT_EQ(url.scheme(), "wss");
  EXPECT_EQ(url.username(), "user");
  EXPECT_EQ(url.password(), "secret");
  EXPECT_EQ(url.host(), "example.com:8443");
  EXPECT_EQ(url.hostname(), "example.com");
  EXPECT_EQ(url.port(), 8443);
  EXPECT_EQ(url.effectivePort(), 8443);
  EXPECT_EQ(url.path(), "/a/b");
  EXPECT_EQ(url.query(), "c=d");
  EXPECT_EQ(url.fragment(), "e");
  EXPECT_EQ(url.pathWithQuery(), "/a/b?c=d");
  EXPECT_EQ(url.origin(), "wss://example.com:8443");
  EXPECT_TRUE(url.isSpecial());
}

TEST(Url, HasNothingWhereNothingWasGiven) {
  const Url url = mustParse("ws://h");
  EXPECT_EQ(url.username(), "");
  EXPECT_EQ(url.password(), "");
  EXPECT_EQ(url.host(), "h");
  EXPECT_EQ(url.port(), std::nullopt);
  EXPECT_EQ(url.path(), "/");
  EXPECT_EQ(url.query(), std::nullopt);
  EXPECT_EQ(url.fragment(), std::nullopt);
  EXPECT_EQ(url.pathWithQuery(), "/");
}

TEST(Url, TellsEmptyFromAbsent) {
  const Url url = mustParse("ws://h/?#");
  EXPECT_EQ(url.query(), "");
  EXPECT_EQ(url.fragment(), "");
  EXPECT_EQ(url.href(), "ws://h/?#");
  EXPECT_EQ(url.pathWithQuery(), "/?");
}

TEST(Url, PathWithQueryLeavesTheFragmentOut) {
  EXPECT_EQ(mustParse("ws://h/a#b?c").pathWithQuery(), "/a");
}

TEST(Url, KnowsThePortToConnectTo) {
  EXPECT_EQ(mustParse("ws://h").effectivePort(), 80);
  EXPECT_EQ(mustParse("wss://h").effectivePort(), 443);
  EXPECT_EQ(mustParse("http://h").effectivePort(), 80);
  EXPECT_EQ(mustParse("https://h:443").effectivePort(), 443);
  EXPECT_EQ(mustParse("ftp://h").effectivePort(), 21);
  EXPECT_EQ(mustParse("wss://h:80").effectivePort(), 80);
  EXPECT_EQ(mustParse("file:///x").effectivePort(), std::nullopt);
  EXPECT_EQ(mustParse("x://h").effectivePort(), std::nullopt);
  EXPECT_EQ(mustParse("x://h:9").effectivePort(), 9);
}

TEST(Url, HasAnOriginIfItsSchemeHas) {
  EXPECT_EQ(mustParse("ws://u:p@h:80/x?y#z").origin(), "ws://h");
  EXPECT_EQ(mustParse("https://[::1]:8/").origin(), "https://[::1]:8");
  EXPECT_EQ(mustParse("file://h/x").origin(), "null");
  EXPECT_EQ(mustParse("x://h/x").origin(), "null");
  EXPECT_EQ(mustParse("mailto:x").origin(), "null");
}

TEST(Url, TakesTheOriginOfABlobFromItsPath) {
  EXPECT_EQ(mustParse("blob:https://h:8/id").origin(), "https://h:8");
  EXPECT_EQ(mustParse("blob:ws://h/id").origin(), "null");
  EXPECT_EQ(mustParse("blob:blob:https://h/id").origin(), "null");
  EXPECT_EQ(mustParse("blob:x").origin(), "null");
}

TEST(Url, IsEqualIfItsSerialisationIs) {
  EXPECT_EQ(mustParse("WS://H:80"), mustParse("ws://h/"));
  EXPECT_NE(mustParse("ws://h/"), mustParse("ws://h/?"));
}

TEST(Url, CopiesOwnTheirText) {
  Url copy = mustParse("ws://first/x");
  {
    const Url original = mustParse("ws://second-and-longer-than-a-short-string-can-be/y?z");
    copy = original;
  }
  EXPECT_EQ(copy.hostname(), "second-and-longer-than-a-short-string-can-be");
  EXPECT_EQ(copy.query(), "z");
}

TEST(Url, ServesAsABaseWithAllItsComponents) {
  EXPECT_EQ(Url::parse("", mustParse("ws://u:p@h:8/a?q#f"))->href(), "ws://u:p@h:8/a?q");
  EXPECT_EQ(Url::parse("#g", mustParse("x:opaque?q#f"))->href(), "x:opaque?q#g");
  EXPECT_EQ(Url::parse("b", mustParse("x:/a"))->href(), "x:/b");      // no host
  EXPECT_EQ(Url::parse("b", mustParse("x:///a"))->href(), "x:///b");  // an empty host
}

TEST(Url, IgnoresTheBaseOfAnAbsoluteInput) {
  EXPECT_EQ(Url::parse("wss://x/", mustParse("mailto:y"))->href(), "wss://x/");
  EXPECT_EQ(Url::parse("x:y", mustParse("ws://h"))->href(), "x:y");
}

}  // namespace
}  // namespace parley
