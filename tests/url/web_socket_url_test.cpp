#include <parley/url.hpp>

#include <string>

#include <gtest/gtest.h>

namespace parley {
namespace {

std::string describe(const std::variant<Url, WebSocketUrlError>& result) {
  if (const Url* const url = std::get_if<Url>(&result)) return url->href();
  switch (std::get<WebSocketUrlError>(result)) {
    case WebSocketUrlError::NotAUrl:
      return "not a URL";
    case WebSocketUrlError::SchemeNotAllowed:
      return "scheme not allowed";
    case WebSocketUrlError::HasFragment:
      return "has a fragment";
  }
  return "no such error";
}

std::string made(std::string_view input) {
  return describe(webSocketUrl(input));
}

std::string made(std::string_view input, std::string_view base) {
  return describe(webSocketUrl(input, *Url::parse(base)));
}

TEST(WebSocketUrl, KeepsWebSocketSchemes) {
  EXPECT_EQ(made("ws://h/x?y"), "ws://h/x?y");
  EXPECT_EQ(made("WSS://H"), "wss://h/");
}

TEST(WebSocketUrl, ChangesHttpSchemes) {
  EXPECT_EQ(made("http://u:p@h/x?y"), "ws://u:p@h/x?y");
  EXPECT_EQ(made("https://h"), "wss://h/");
}

TEST(WebSocketUrl, KeepsAPortThatWasNotTheDefault) {
  EXPECT_EQ(made("http://h:80"), "ws://h/");
  EXPECT_EQ(made("https://h:443"), "wss://h/");
  EXPECT_EQ(made("http://h:443"), "ws://h:443/");
  EXPECT_EQ(made("https://h:80"), "wss://h:80/");
}

TEST(WebSocketUrl, FollowsItsBase) {
  EXPECT_EQ(made("/chat", "http://h:8080/page"), "ws://h:8080/chat");
  EXPECT_EQ(made("chat?x", "https://h/a/page#top"), "wss://h/a/chat?x");
  EXPECT_EQ(made("", "https://h/a?b#top"), "wss://h/a?b");
  EXPECT_EQ(made("//x", "https://h/"), "wss://x/");
  EXPECT_EQ(made("ws://x", "https://h/"), "ws://x/");
}

TEST(WebSocketUrl, RefusesWhatDoesNotParse) {
  for (const char* const text : {"", "chat", "/chat", "ws://", "ws://h:99999", "http://a b/"}) {
    EXPECT_EQ(made(text), "not a URL") << text;
  }
  EXPECT_EQ(made("chat", "mailto:x"), "not a URL");
}

TEST(WebSocketUrl, RefusesOtherSchemes) {
  for (const char* const text : {"ftp://h/", "file:///x", "mailto:x", "httpx://h", "blob:ws://h"}) {
    EXPECT_EQ(made(text), "scheme not allowed") << text;
  }
  EXPECT_EQ(made("x", "file:///y"), "scheme not allowed");
}

TEST(WebSocketUrl, RefusesFragmentsEvenIfEmpty) {
  EXPECT_EQ(made("ws://h/#f"), "has a fragment");
  EXPECT_EQ(made("ws://h/#"), "has a fragment");
  EXPECT_EQ(made("http://h/#"), "has a fragment");
  EXPECT_EQ(made("#", "https://h/"), "has a fragment");
}

TEST(WebSocketUrl, RefusesTheSchemeBeforeTheFragment) {
  EXPECT_EQ(made("ftp://h/#f"), "scheme not allowed");
}

}  // namespace
}  // namespace parley
