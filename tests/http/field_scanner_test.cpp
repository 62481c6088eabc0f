#include "http/field_scanner.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace parley::http {
namespace {

TEST(FieldScanner, ReadsFromLeftToRight) {
  FieldScanner scanner(" \tab = \"c\\\"d\";");
  EXPECT_FALSE(scanner.take('a'));
  EXPECT_EQ(scanner.takeToken(), "");
  scanner.skipBlanks();
  EXPECT_EQ(scanner.takeToken(), "ab");
  scanner.skipBlanks();
  EXPECT_TRUE(scanner.take('='));
  scanner.skipBlanks();
  EXPECT_TRUE(scanner.take('"'));
  EXPECT_EQ(scanner.takeQuotedRest(), "c\"d");
  EXPECT_FALSE(scanner.atEnd());
  EXPECT_TRUE(scanner.take(';'));
  EXPECT_TRUE(scanner.atEnd());
  EXPECT_FALSE(scanner.take(';'));
  scanner.skipBlanks();
  EXPECT_EQ(scanner.takeToken(), "");
}

TEST(FieldScanner, AQuoteThatIsNotClosedIsNone) {
  const std::string text = "ab\\\"c\\\\\"";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    // An exact copy on the heap, so that the address sanitizer sees any byte too far.
    const std::vector<char> cut(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size));
    FieldScanner scanner({cut.data(), cut.size()});
    const auto content = scanner.takeQuotedRest();
    EXPECT_EQ(content.has_value(), size == text.size()) << size;
    EXPECT_TRUE(scanner.atEnd());
  }
}

}  // namespace
}  // namespace parley::http
