#include "http/request_target.hpp"

#include <gtest/gtest.h>

namespace {

using parley::http::isTargetText;
using parley::http::parseRequestTarget;

TEST(RequestTarget, SplitsOriginForm) {
  const auto target = parseRequestTarget("/a/b?c=d?e");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->authority, std::nullopt);
  EXPECT_EQ(target->path, "/a/b");
  EXPECT_EQ(target->query, "c=d?e");
}

TEST(RequestTarget, KeepsPathsRaw) {
  EXPECT_EQ(parseRequestTarget("//evil.com/x")->path, "//evil.com/x");
  EXPECT_EQ(parseRequestTarget("/a/../%2e%2e/b")->path, "/a/../%2e%2e/b");
  EXPECT_EQ(parseRequestTarget("/?")->query, "");
  EXPECT_EQ(parseRequestTarget("/x?http://a")->path, "/x");
}

TEST(RequestTarget, SplitsAbsoluteForm) {
  for (const char* scheme : {"http", "https", "ws", "wss", "WS"}) {
    const std::string text = std::string(scheme) + "://example.com:81/a?b";
    const auto target = parseRequestTarget(text);
    ASSERT_TRUE(target) << scheme;
    EXPECT_EQ(target->authority, "example.com:81");
    EXPECT_EQ(target->path, "/a");
    EXPECT_EQ(target->query, "b");
  }
}

TEST(RequestTarget, AbsoluteFormWithoutPathHasTheRoot) {
  EXPECT_EQ(parseRequestTarget("http://a")->path, "/");
  const auto target = parseRequestTarget("http://a?b");
  EXPECT_EQ(target->path, "/");
  EXPECT_EQ(target->query, "b");
  EXPECT_EQ(target->authority, "a");
}

TEST(RequestTarget, RefusesOtherForms) {
  for (const char* text :
       {"", "*", "a", "a:80", "://a/", "http:/a", "http://", "http:///", "ftp://a/", "http://u@a/",
        "http://u:p@a/", "http://a:x/", "javascript://a/", "?a"}) {
    EXPECT_FALSE(parseRequestTarget(text)) << text;
  }
}

TEST(RequestTarget, TextIsVisibleAsciiWithoutHash) {
  for (int i = 0; i < 256; ++i) {
    const std::string text = std::string("/") + static_cast<char>(i);
    EXPECT_EQ(isTargetText(text), i > 0x20 && i < 0x7F && i != '#') << i;
    EXPECT_EQ(parseRequestTarget(text).has_value(), isTargetText(text)) << i;
  }
  EXPECT_FALSE(isTargetText(""));
}

}  // namespace
