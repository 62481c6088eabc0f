#include "http/extension_list.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace std::string_literals;
using parley::http::Extension;
using parley::http::parseExtensionList;
using testing::ElementsAre;
using testing::Optional;

TEST(ExtensionList, ReadsNamesAndParametersInOrder) {
  EXPECT_THAT(parseExtensionList(
                  "permessage-deflate; client_max_window_bits; server_max_window_bits=10, x"),
              Optional(ElementsAre(Extension{"permessage-deflate",
                                             {{"client_max_window_bits", std::nullopt},
                                              {"server_max_window_bits", "10"}}},
                                   Extension{"x", {}})));
}

TEST(ExtensionList, TakesQuotesAndEscapesOffValues) {
  EXPECT_THAT(parseExtensionList("a; b=\"10\"; c=\"\\1\\0\""),
              Optional(ElementsAre(Extension{"a", {{"b", "10"}, {"c", "10"}}})));
}

TEST(ExtensionList, TakesBlanksAroundEveryMark) {
  EXPECT_THAT(parseExtensionList("\t a \t;\tb = 1 ; c\t,\t d ; e = \"2\" "),
              Optional(ElementsAre(Extension{"a", {{"b", "1"}, {"c", std::nullopt}}},
                                   Extension{"d", {{"e", "2"}}})));
}

TEST(ExtensionList, SkipsEmptyElements) {
  EXPECT_THAT(parseExtensionList(",, a ,\t, b,"),
              Optional(ElementsAre(Extension{"a", {}}, Extension{"b", {}})));
}

TEST(ExtensionList, KeepsRepeats) {
  EXPECT_THAT(parseExtensionList("a; b=1; b=2, a"),
              Optional(ElementsAre(Extension{"a", {{"b", "1"}, {"b", "2"}}}, Extension{"a", {}})));
}

TEST(ExtensionList, RefusesWhatBreaksTheGrammar) {
  for (const std::string& value : {""s,
                                   " "s,
                                   ","s,
                                   ";"s,
                                   "a;"s,
                                   "a; ;b"s,
                                   "a; =1"s,
                                   "a; b="s,
                                   "a; b=,"s,
                                   "a; b=\""s,
                                   "a; b=\"1"s,
                                   "a; b=\"1\\"s,
                                   "a; b=\"\""s,
                                   "a; b=\"1 2\""s,
                                   "a; b=\"1,2\""s,
                                   "a; b=\"1\"x"s,
                                   "a b"s,
                                   "a=b"s,
                                   "\"a\""s,
                                   "a; b c"s,
                                   "a; b=1 c"s,
                                   "a; b=1=2"s,
                                   "(a)"s,
                                   "a\0"s,
                                   "a; b=\"\0\""s,
                                   "caf\xC3\xA9"s,
                                   "a, ;b"s}) {
    EXPECT_FALSE(parseExtensionList(value)) << value;
  }
}

TEST(ExtensionList, EveryCutOfAValidValueIsJudgedWithoutReadingPastIt) {
  const std::string value = "a; b=\"x\\y\"; c=1, d";
  for (std::size_t length = 0; length <= value.size(); ++length) {
    // An exact copy on the heap, so that the address sanitizer sees any byte too far.
    const std::string cut(value.data(), length);
    const auto extensions = parseExtensionList(cut);
    if (!extensions) continue;
    EXPECT_EQ(extensions->front().name, "a") << cut;
  }
}

// Sizes at which a reader that goes back would run into the time limit of this program.
TEST(ExtensionList, MegabytesOfHostileInputAreLinear) {
  constexpr std::size_t kLarge = std::size_t{4} << 20;
  EXPECT_FALSE(parseExtensionList(std::string(kLarge, ',')));
  EXPECT_FALSE(parseExtensionList(std::string(kLarge, ' ')));
  EXPECT_FALSE(parseExtensionList(std::string(kLarge, '"')));
  EXPECT_FALSE(parseExtensionList("a; b=\"" + std::string(kLarge, '\\')));
  EXPECT_FALSE(parseExtensionList("a" + std::string(kLarge, ' ') + "b"));
  EXPECT_FALSE(parseExtensionList("a; b=\"" + std::string(kLarge, 'x')));
  std::string parameters = "a";
  for (int i = 0; i < (1 << 19); ++i) parameters.append("; b=\"1\"");
  const auto extensions = parseExtensionList(parameters);
  ASSERT_TRUE(extensions);
  EXPECT_EQ(extensions->front().parameters.size(), std::size_t{1} << 19);
}

}  // namespace
