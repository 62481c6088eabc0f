#include "url/path.hpp"

#include "url/record.hpp"

#include <initializer_list>
#include <string>

#include <gtest/gtest.h>

namespace parley::url {
namespace {

std::string shortened(std::string_view scheme, std::string_view path) {
  Record record;
  record.scheme = scheme;
  record.path = path;
  shortenPath(record);
  return record.path;
}

std::string joined(std::string_view scheme, std::initializer_list<std::string_view> segments) {
  Record record;
  record.scheme = scheme;
  std::size_t left = segments.size();
  for (const std::string_view segment : segments) {
    appendSegment(record, segment, --left == 0 ? SegmentPlace::Last : SegmentPlace::BeforeSlash);
  }
  return record.path;
}

TEST(Path, KnowsDriveLetters) {
  EXPECT_TRUE(isWindowsDriveLetter("c:"));
  EXPECT_TRUE(isWindowsDriveLetter("Z|"));
  for (const char* const text : {"", "c", "c:/", "1:", "cc", "::"}) {
    EXPECT_FALSE(isWindowsDriveLetter(text)) << text;
  }
  EXPECT_TRUE(isNormalisedWindowsDriveLetter("c:"));
  EXPECT_FALSE(isNormalisedWindowsDriveLetter("c|"));
}

TEST(Path, KnowsWhenADriveLetterStandsAlone) {
  for (const char* const text : {"c:", "c|", "c:/x", "c:\\x", "c:?x", "c:#x"}) {
    EXPECT_TRUE(startsWithWindowsDriveLetter(text)) << text;
  }
  for (const char* const text : {"", "c", "c:x", "/c:", "c::"}) {
    EXPECT_FALSE(startsWithWindowsDriveLetter(text)) << text;
  }
}

TEST(Path, ShortensByOneSegment) {
  EXPECT_EQ(shortened("ws", "/a/b"), "/a");
  EXPECT_EQ(shortened("ws", "/a/"), "/a");
  EXPECT_EQ(shortened("ws", "/a"), "");
  EXPECT_EQ(shortened("ws", ""), "");
}

TEST(Path, ShorteningLeavesTheDriveOfAFile) {
  EXPECT_EQ(shortened("file", "/C:"), "/C:");
  EXPECT_EQ(shortened("file", "/C:/x"), "/C:");
  EXPECT_EQ(shortened("file", "/C|"), "");
  EXPECT_EQ(shortened("file", "/x/C:"), "/x");
  EXPECT_EQ(shortened("ws", "/C:"), "");
}

TEST(Path, WorksOffDots) {
  EXPECT_EQ(joined("ws", {"a", ".", "b"}), "/a/b");
  EXPECT_EQ(joined("ws", {"a", "..", "b"}), "/b");
  EXPECT_EQ(joined("ws", {"..", "..", "b"}), "/b");
  EXPECT_EQ(joined("ws", {"a", "."}), "/a/");
  EXPECT_EQ(joined("ws", {"a", "b", ".."}), "/a/");
  EXPECT_EQ(joined("ws", {""}), "/");
}

TEST(Path, TakesEncodedDotsForDots) {
  for (const char* const dots : {"..", ".%2e", "%2E.", "%2e%2E"}) {
    EXPECT_EQ(joined("ws", {"a", dots, "b"}), "/b") << dots;
  }
  for (const char* const dot : {".", "%2e", "%2E"}) {
    EXPECT_EQ(joined("ws", {"a", dot, "b"}), "/a/b") << dot;
  }
  for (const char* const name : {"...", "%2e%2e%2e", ".a", "%2", "%2e%2", "%252e"}) {
    EXPECT_EQ(joined("ws", {"a", name}), "/a/" + std::string(name));
  }
}

TEST(Path, EncodesSegments) {
  EXPECT_EQ(joined("ws", {"a b", "{c}|"}), "/a%20b/%7Bc%7D|");
}

TEST(Path, GivesTheDriveOfAFileItsColon) {
  EXPECT_EQ(joined("file", {"c|", "x"}), "/c:/x");
  EXPECT_EQ(joined("file", {"x", "c|"}), "/x/c|");
  EXPECT_EQ(joined("ws", {"c|"}), "/c|");
}

TEST(Path, FindsTheFirstSegment) {
  EXPECT_EQ(firstSegment(""), "");
  EXPECT_EQ(firstSegment("/"), "");
  EXPECT_EQ(firstSegment("/C:"), "C:");
  EXPECT_EQ(firstSegment("/C:/x"), "C:");
}

}  // namespace
}  // namespace parley::url
