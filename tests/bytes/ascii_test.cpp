#include "bytes/ascii.hpp"

#include <string>

#include <gtest/gtest.h>

namespace parley::bytes {
namespace {

TEST(Ascii, LowersOnlyTheTwentySixCapitals) {
  for (int code = -128; code < 128; ++code) {
    const char c = static_cast<char>(code);
    const bool isCapital =
        std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZ").find(c) != std::string_view::npos;
    EXPECT_EQ(toLower(c), isCapital ? static_cast<char>(c + 32) : c) << code;
  }
}

TEST(Ascii, ComparesWithoutCaseButWithLength) {
  EXPECT_TRUE(equalsIgnoreCase("", ""));
  EXPECT_TRUE(equalsIgnoreCase("WebSocket", "wEBsOCKET"));
  EXPECT_FALSE(equalsIgnoreCase("websocket", "websocke"));
  EXPECT_FALSE(equalsIgnoreCase("websocket", "websockets"));
  EXPECT_FALSE(equalsIgnoreCase("[", "{"));        // 32 apart, but no letters
  EXPECT_FALSE(equalsIgnoreCase("\xC4", "\xE4"));  // letters in Latin-1 only
  EXPECT_FALSE(equalsIgnoreCase(std::string_view("a\0b", 3), std::string_view("a\0c", 3)));
}

TEST(Ascii, KnowsExactlyTheSeventySevenTokenCharacters) {
  const std::string_view marks = "!#$%&'*+-.^_`|~";
  int count = 0;
  for (int code = -128; code < 128; ++code) {
    const char c = static_cast<char>(code);
    const bool expected = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                          (c >= 'A' && c <= 'Z') || marks.find(c) != std::string_view::npos;
    EXPECT_EQ(isTokenChar(c), expected) << code;
    count += isTokenChar(c) ? 1 : 0;
  }
  EXPECT_EQ(count, 10 + 52 + 15);
}

TEST(Ascii, RefusesATokenThatIsEmptyOrHoldsASeparatorAnywhere) {
  EXPECT_TRUE(isToken("permessage-deflate"));
  EXPECT_TRUE(isToken("x"));
  EXPECT_FALSE(isToken(""));
  for (const char bad : {' ', '\t', ',', ';', '=', '"', '(', ')', '/', '@', '\0', '\x7F', '\x80'}) {
    for (std::size_t at = 0; at <= 3; ++at) {
      EXPECT_FALSE(isToken(std::string("abc").insert(at, 1, bad))) << int{bad} << " at " << at;
    }
  }
}

TEST(Ascii, TrimsSpacesAndTabsAtTheEndsOnly) {
  EXPECT_EQ(trimOws(" \t a b\t c \t"), "a b\t c");
  EXPECT_EQ(trimOws("a"), "a");
  EXPECT_EQ(trimOws(""), "");
  EXPECT_EQ(trimOws(" \t\t "), "");
  EXPECT_EQ(trimOws("\r\na\v"), "\r\na\v");  // other white space is not OWS
}

}  // namespace
}  // namespace parley::bytes
