#include "http/cookie_path.hpp"

#include <gtest/gtest.h>

namespace parley::http {
namespace {

TEST(CookiePath, DefaultIsTheFolderOfTheRequest) {
  EXPECT_EQ(defaultCookiePath("/"), "/");
  EXPECT_EQ(defaultCookiePath("/chat"), "/");
  EXPECT_EQ(defaultCookiePath("/chat/"), "/chat");
  EXPECT_EQ(defaultCookiePath("/chat/room"), "/chat");
  EXPECT_EQ(defaultCookiePath("/a/b/c"), "/a/b");
  EXPECT_EQ(defaultCookiePath("//"), "/");
  EXPECT_EQ(defaultCookiePath(""), "/");
  EXPECT_EQ(defaultCookiePath("chat/room"), "/");
}

TEST(CookiePath, MatchesItselfAndWhatIsBelow) {
  EXPECT_TRUE(cookiePathMatches("/", "/"));
  EXPECT_TRUE(cookiePathMatches("/chat", "/"));
  EXPECT_TRUE(cookiePathMatches("/chat", "/chat"));
  EXPECT_TRUE(cookiePathMatches("/chat/", "/chat"));
  EXPECT_TRUE(cookiePathMatches("/chat/room", "/chat"));
  EXPECT_TRUE(cookiePathMatches("/chat/room", "/chat/"));
  EXPECT_TRUE(cookiePathMatches("/chat//", "/chat"));
}

TEST(CookiePath, DoesNotMatchWhatOnlyBeginsAlike) {
  EXPECT_FALSE(cookiePathMatches("/chatter", "/chat"));
  EXPECT_FALSE(cookiePathMatches("/chat", "/chat/"));
  EXPECT_FALSE(cookiePathMatches("/", "/chat"));
  EXPECT_FALSE(cookiePathMatches("/CHAT", "/chat"));
  EXPECT_FALSE(cookiePathMatches("/ch%61t", "/chat"));
}

}  // namespace
}  // namespace parley::http
