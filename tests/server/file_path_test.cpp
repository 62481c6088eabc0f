#include "server/file_path.hpp"

#include <gtest/gtest.h>

namespace parley::server {
namespace {

TEST(FilePath, NamesFilesAndFolders) {
  auto path = parseFilePath("a/b%20c.html");
  ASSERT_TRUE(path);
  EXPECT_EQ(path->relative, "a/b c.html");
  EXPECT_EQ(path->names, FilePath::Names::File);

  path = parseFilePath("a/");
  ASSERT_TRUE(path);
  EXPECT_EQ(path->relative, "a");
  EXPECT_EQ(path->names, FilePath::Names::Folder);

  path = parseFilePath("");
  ASSERT_TRUE(path);
  EXPECT_EQ(path->relative, "");
  EXPECT_EQ(path->names, FilePath::Names::Folder);
}

TEST(FilePath, DecodesOnce) {
  const auto path = parseFilePath("%252e%252e");
  ASSERT_TRUE(path);
  EXPECT_EQ(path->relative, "%2e%2e");
}

TEST(FilePath, KeepsDotsInsideNames) {
  EXPECT_EQ(parseFilePath("a..b")->relative, "a..b");
}

TEST(FilePath, RefusesEveryWayOut) {
  for (const char* below : {"..",       "../x",        "a/../b", "a/..",
                            "%2e%2e/x", "%2E%2e",      ".%2e/x", "a/%2e%2e/%2e%2e/b",
                            "..%2fx",   "a%2f..%2fb",  "a%2Fb",  "..\\x",
                            "a\\b",     "..%5cx",      "%5c",    "a%00.html",
                            "%00",      "/etc/passwd", "//etc",  "a//b",
                            "a//",      "/",           ".",      "./a",
                            "a/./b"}) {
    EXPECT_EQ(parseFilePath(below).has_value(), false) << below;
  }
}

TEST(FilePath, RefusesHiddenNames) {
  for (const char* below : {".git/config", "a/.env", ".htpasswd", "%2egit/config", "..."}) {
    EXPECT_EQ(parseFilePath(below).has_value(), false) << below;
  }
}

TEST(FilePath, SeesHiddenSegments) {
  EXPECT_TRUE(hasHiddenSegment(".a"));
  EXPECT_TRUE(hasHiddenSegment("a/.b/c"));
  EXPECT_FALSE(hasHiddenSegment("a.b/c."));
  EXPECT_FALSE(hasHiddenSegment(""));
}

}  // namespace
}  // namespace parley::server
