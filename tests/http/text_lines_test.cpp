#include "http/text_lines.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::http {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> linesOf(std::string_view text) {
  std::vector<std::string> all;
  TextLines lines(text);
  while (const auto line = lines.next()) {
    all.emplace_back(*line);
    EXPECT_EQ(lines.number(), all.size());
  }
  return all;
}

TEST(TextLines, TakesEitherEndOfLine) {
  EXPECT_THAT(linesOf("a\nb\r\nc\n"), ElementsAre("a", "b", "c"));
}

TEST(TextLines, TheLastLineNeedsNoEnd) {
  EXPECT_THAT(linesOf("a\nb"), ElementsAre("a", "b"));
  EXPECT_THAT(linesOf("a\nb\r"), ElementsAre("a", "b"));
}

TEST(TextLines, CountsEmptyLines) {
  EXPECT_THAT(linesOf(""), IsEmpty());
  EXPECT_THAT(linesOf("\n"), ElementsAre(""));
  EXPECT_THAT(linesOf("\n\r\n\na"), ElementsAre("", "", "", "a"));
}

TEST(TextLines, ACarriageReturnElsewhereIsNoEnd) {
  EXPECT_THAT(linesOf("a\rb\r\r\n"), ElementsAre("a\rb\r"));
}

}  // namespace
}  // namespace parley::http
