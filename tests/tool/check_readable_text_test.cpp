#include "readable_text.hpp"
#include "trace.hpp"

#include <string>

#include <gtest/gtest.h>

namespace parley::tool::check {
namespace {

TEST(CheckReadableText, LetsNothingThroughThatATerminalObeys) {
  EXPECT_EQ(harmless("\x1b[2J\x9b\xc2\x9b\x7f ok"), R"(\x1b[2J\x9b\xc2\x9b\x7f ok)");
  EXPECT_EQ(inQuotes("a\nb"), R"("a\x0ab")");
}

TEST(CheckReadableText, QuotesTheBeginningOfWhatIsLong) {
  const std::string text = inQuotes(std::string(1000, 'a'));
  EXPECT_LT(text.size(), 60U);
  EXPECT_TRUE(text.ends_with("a\"..."));
}

TEST(CheckTrace, KeepsBothEndsOfALongConversation) {
  Trace trace{Clock::time_point{}};
  trace.setTime(Clock::time_point{} + std::chrono::milliseconds(7));
  for (int i = 0; i < 1000; ++i) trace.sent("line " + std::to_string(i));
  trace.received("\x1b");
  const auto lines = trace.lines();
  EXPECT_LT(lines.size(), 60U);
  EXPECT_EQ(lines.front(), "    7 ms > line 0");
  EXPECT_EQ(lines.back(), "    7 ms < \\x1b");
}

}  // namespace
}  // namespace parley::tool::check
