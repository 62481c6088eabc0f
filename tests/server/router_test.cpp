#include "server/router.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace parley::server {
namespace {

/// The pattern that `path` finds; "" if none.
std::string found(std::vector<std::string> patterns, std::string_view path) {
  Router router;
  for (const std::string& pattern : patterns) {
    EXPECT_TRUE(router.add(pattern)) << pattern;
  }
  const auto match = router.find(path);
  return match ? patterns.at(match->route) : std::string();
}

std::optional<PatternError> errorOf(std::string_view pattern) {
  Router router;
  const auto added = router.add(pattern);
  if (added) return std::nullopt;
  return added.error();
}

TEST(Router, FindsALiteral) {
  EXPECT_EQ(found({"/chat"}, "/chat"), "/chat");
  EXPECT_EQ(found({"/"}, "/"), "/");
  EXPECT_EQ(found({"/a/b/c"}, "/a/b/c"), "/a/b/c");
}

TEST(Router, FindsNothingForAnotherPath) {
  for (const char* path :
       {"/", "/cha", "/chats", "/chat/", "/chat/x", "/Chat", "//chat", "", "chat"}) {
    EXPECT_EQ(found({"/chat"}, path), "") << path;
  }
}

TEST(Router, NamesTheParametersOfAPath) {
  Router router;
  ASSERT_TRUE(router.add("/rooms/:room/users/:user_2"));
  const auto match = router.find("/rooms/caf%C3%A9/users/a%2Fb");
  ASSERT_TRUE(match);
  ASSERT_EQ(match->parameters.size(), 2U);
  EXPECT_EQ(match->parameters[0].name, "room");
  EXPECT_EQ(match->parameters[0].value, "caf\xC3\xA9");
  EXPECT_EQ(match->parameters[1].name, "user_2");
  EXPECT_EQ(match->parameters[1].value, "a/b");
}

TEST(Router, ParameterIsNeverEmptyAndNeverTwoSegments) {
  EXPECT_EQ(found({"/chat/:room"}, "/chat/"), "");
  EXPECT_EQ(found({"/chat/:room"}, "/chat/a/b"), "");
  EXPECT_EQ(found({"/chat/:room"}, "/chat"), "");
  EXPECT_EQ(found({"/chat/:room"}, "/chat/a%2Fb"), "/chat/:room");
}

TEST(Router, StarStandsForAllBelow) {
  Router router;
  ASSERT_TRUE(router.add("/feed/*"));
  EXPECT_FALSE(router.find("/feed"));
  EXPECT_FALSE(router.find("/feeds/x"));
  for (const auto& [path, rest] : std::vector<std::pair<std::string_view, std::string_view>>{
           {"/feed/", ""}, {"/feed/a", "a"}, {"/feed/a/b%20c/", "a/b%20c/"}, {"/feed//", "/"}}) {
    const auto match = router.find(path);
    ASSERT_TRUE(match) << path;
    EXPECT_EQ(match->rest, rest);
  }
}

TEST(Router, MoreExactPatternWinsInAnyOrder) {
  std::vector<std::string> patterns{"/a/b", "/a/:x", "/a/*", "/:x/b", "/:x/:y", "/*"};
  const std::array<std::pair<const char*, const char*>, 8> expected{{{"/a/b", "/a/b"},
                                                                     {"/a/c", "/a/:x"},
                                                                     {"/a/c/d", "/a/*"},
                                                                     {"/a/", "/a/*"},
                                                                     {"/c/b", "/:x/b"},
                                                                     {"/c/d", "/:x/:y"},
                                                                     {"/c/d/e", "/*"},
                                                                     {"/a", "/*"}}};
  std::sort(patterns.begin(), patterns.end());
  do {
    for (const auto& [path, pattern] : expected) ASSERT_EQ(found(patterns, path), pattern) << path;
  } while (std::next_permutation(patterns.begin(), patterns.end()));
}

TEST(Router, GoesBackFromAnExactBranchThatLeadsNowhere) {
  EXPECT_EQ(found({"/a/b/c", "/:x/b/d"}, "/a/b/d"), "/:x/b/d");
  Router router;
  ASSERT_TRUE(router.add("/:x/:y/c"));
  ASSERT_TRUE(router.add("/:name/*"));
  const auto match = router.find("/1/2/d");
  ASSERT_TRUE(match);
  ASSERT_EQ(match->parameters.size(), 1U) << "what the first branch took is given back";
  EXPECT_EQ(match->parameters[0].value, "1");
  EXPECT_EQ(match->rest, "2/d");
}

TEST(Router, ComparesLiteralsDecoded) {
  EXPECT_EQ(found({"/caf\xC3\xA9"}, "/caf%c3%a9"), "/caf\xC3\xA9");
  EXPECT_EQ(found({"/caf%C3%A9"}, "/caf\xC3\xA9"), "/caf%C3%A9");
  EXPECT_EQ(found({"/a/b"}, "/a%2Fb"), "") << "an encoded slash does not divide";
  EXPECT_EQ(found({"/a"}, "/%61"), "/a");
}

TEST(Router, RefusesMalformedPatterns) {
  EXPECT_EQ(errorOf(""), PatternError::NotAbsolute);
  EXPECT_EQ(errorOf("chat"), PatternError::NotAbsolute);
  EXPECT_EQ(errorOf("/a b"), PatternError::InvalidCharacter);
  EXPECT_EQ(errorOf("/a?b"), PatternError::InvalidCharacter);
  EXPECT_EQ(errorOf("/a#b"), PatternError::InvalidCharacter);
  EXPECT_EQ(errorOf(std::string_view("/a\0b", 4)), PatternError::InvalidCharacter);
  EXPECT_EQ(errorOf("/\xC3"), PatternError::InvalidCharacter);
  EXPECT_EQ(errorOf("/:"), PatternError::InvalidName);
  EXPECT_EQ(errorOf("/:a-b"), PatternError::InvalidName);
  EXPECT_EQ(errorOf("/:a/:a"), PatternError::RepeatedName);
  EXPECT_EQ(errorOf("/*/a"), PatternError::StarNotLast);
  EXPECT_EQ(errorOf("/*/"), PatternError::StarNotLast);
  EXPECT_EQ(errorOf("/a*"), PatternError::StarNotLast);
  EXPECT_EQ(errorOf("/a/:b/*"), std::nullopt);
}

TEST(Router, RefusesWhatMatchesTheSamePaths) {
  Router router;
  for (const char* pattern : {"/", "/a", "/a/:b", "/a/*", "/a/:b/c"}) {
    ASSERT_TRUE(router.add(pattern));
  }
  for (const char* pattern : {"/", "/a", "/%61", "/a/:other", "/a/*", "/a/:other/c"}) {
    const auto added = router.add(pattern);
    ASSERT_FALSE(added) << pattern;
    EXPECT_EQ(added.error(), PatternError::Repeated);
  }
  EXPECT_EQ(router.size(), 5U);
}

TEST(Router, KnowsPatternsByTheirSpelling) {
  Router router;
  ASSERT_TRUE(router.add("/a/:b"));
  EXPECT_EQ(router.indexOf("/a/:b"), 0U);
  EXPECT_EQ(router.indexOf("/a/:c"), std::nullopt);
}

TEST(Router, EveryErrorHasWords) {
  for (const auto error :
       {PatternError::NotAbsolute, PatternError::InvalidCharacter, PatternError::InvalidName,
        PatternError::RepeatedName, PatternError::StarNotLast, PatternError::Repeated}) {
    EXPECT_FALSE(describe(error).empty());
  }
}

// A path of slashes must not make the search try every combination of literal and parameter.
TEST(Router, CountsBranchesOfThePatternsNotOfThePath) {
  Router router;
  std::string pattern;
  for (int depth = 0; depth < 12; ++depth) {
    ASSERT_TRUE(router.add(pattern + "/a"));
    ASSERT_TRUE(router.add(pattern + "/:p" + std::to_string(depth)));
    pattern += "/a";
  }
  std::string path;
  for (int i = 0; i < 100000; ++i) path += "/a";
  EXPECT_FALSE(router.find(path));
}

}  // namespace
}  // namespace parley::server
