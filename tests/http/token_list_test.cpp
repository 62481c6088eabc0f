#include "http/token_list.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using parley::Headers;
using parley::http::hasRepeats;
using parley::http::listHas;
using parley::http::ListReader;
using parley::http::readTokenList;
using testing::ElementsAre;
using testing::Optional;

std::vector<std::string> elements(std::string_view value) {
  std::vector<std::string> all;
  ListReader reader(value);
  while (const auto element = reader.next()) all.emplace_back(*element);
  return all;
}

TEST(ListReader, SplitsAtCommasAndDropsBlanksAndEmptyElements) {
  EXPECT_THAT(elements("a, b,c"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(elements(" \ta\t , ,,\t,b c ,"), ElementsAre("a", "b c"));
  EXPECT_THAT(elements(""), ElementsAre());
  EXPECT_THAT(elements(" , ,\t"), ElementsAre());
}

TEST(ListReader, StaysAtItsEnd) {
  ListReader reader("a");
  EXPECT_TRUE(reader.next());
  EXPECT_FALSE(reader.next());
  EXPECT_FALSE(reader.next());
}

TEST(TokenList, FindsATokenInAnyCaseAndOverSeveralFields) {
  EXPECT_TRUE(listHas(Headers{{"Connection", "keep-alive, Upgrade"}}, "connection", "upgrade"));
  EXPECT_TRUE(listHas(Headers{{"Connection", "keep-alive"}, {"CONNECTION", "UPGRADE"}},
                      "Connection", "upgrade"));
  EXPECT_TRUE(listHas(Headers{{"Connection", ",,\tupgrade\t,"}}, "Connection", "upgrade"));
}

TEST(TokenList, DoesNotTakeAPartForTheToken) {
  for (const char* value : {"", "upgrad", "upgrades", "keep-alive upgrade", "\"upgrade\"",
                            "upgrade;q=1", "x-upgrade", "not,really"}) {
    EXPECT_FALSE(listHas(Headers{{"Connection", value}}, "Connection", "upgrade")) << value;
  }
  EXPECT_FALSE(listHas(Headers{{"Other", "upgrade"}}, "Connection", "upgrade"));
}

TEST(TokenList, ReadsAllFieldsInOrder) {
  const Headers headers{{"P", "chat.v2, chat.v1"}, {"Q", "x"}, {"p", "other"}};
  EXPECT_THAT(readTokenList(headers, "P"), Optional(ElementsAre("chat.v2", "chat.v1", "other")));
}

TEST(TokenList, RefusesWhatIsNoListOfTokens) {
  for (const char* value : {"", ",", " ", "a b", "a, b;c", "\"a\"", "a, \xC3\xA9", "a/b", "a=b"}) {
    EXPECT_FALSE(readTokenList(Headers{{"P", value}}, "P")) << value;
  }
  EXPECT_FALSE(readTokenList(Headers{}, "P"));
}

TEST(TokenList, RepeatsAreJudgedWithCase) {
  EXPECT_TRUE(hasRepeats({"a", "b", "a"}));
  EXPECT_FALSE(hasRepeats({"a", "A", "b"}));
  EXPECT_FALSE(hasRepeats({}));
}

// Sizes at which a quadratic reader would run into the time limit of this program.
TEST(TokenList, MegabytesOfCommasAndBlanksAreLinear) {
  const std::string commas(std::size_t{4} << 20, ',');
  EXPECT_THAT(elements(commas), ElementsAre());
  std::string blanks = "a";
  blanks.append(std::size_t{4} << 20, ' ');
  EXPECT_THAT(elements(blanks + "," + blanks), ElementsAre("a", "a"));
  std::string mixed;
  for (int i = 0; i < (1 << 20); ++i) mixed.append(", \t");
  EXPECT_FALSE(listHas(Headers{{"C", mixed}}, "C", "upgrade"));
  std::string many;
  for (int i = 0; i < (1 << 18); ++i) many.append(std::to_string(i)).append(",");
  const auto tokens = readTokenList(Headers{{"P", many}}, "P");
  ASSERT_TRUE(tokens);
  EXPECT_EQ(tokens->size(), std::size_t{1} << 18);
  EXPECT_FALSE(hasRepeats(*tokens));
}

}  // namespace
