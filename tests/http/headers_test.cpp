#include <parley/dom_exception.hpp>
#include <parley/headers.hpp>

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using namespace std::string_literals;
using parley::DOMException;
using parley::Headers;
using testing::ElementsAre;

TEST(Headers, FindsNamesInAnyCaseAndKeepsTheirSpelling) {
  Headers headers{{"Content-Type", "text/plain"}};
  EXPECT_EQ(headers.get("content-TYPE"), "text/plain");
  EXPECT_TRUE(headers.has("CONTENT-type"));
  EXPECT_EQ(headers.begin()->name, "Content-Type");
  EXPECT_EQ(headers.get("Content-Typ"), std::nullopt);
  EXPECT_FALSE(headers.has("Content-Type2"));
}

TEST(Headers, KeepsOrderAndRepeats) {
  Headers headers;
  headers.append("Set-Cookie", "a=1");
  headers.append("X", "x");
  headers.append("set-cookie", "b=2");
  EXPECT_EQ(headers.size(), 3U);
  EXPECT_EQ(headers.get("Set-Cookie"), "a=1");
  EXPECT_THAT(headers.getAll("Set-Cookie"), ElementsAre("a=1", "b=2"));
  EXPECT_EQ(headers.combined("Set-Cookie"), "a=1, b=2");
  EXPECT_EQ(headers.count("SET-COOKIE"), 2U);
  EXPECT_EQ(std::next(headers.begin())->name, "X");
}

TEST(Headers, AbsentIsNotEmpty) {
  Headers headers{{"X", ""}};
  EXPECT_EQ(headers.get("X"), "");
  EXPECT_EQ(headers.combined("X"), "");
  EXPECT_EQ(headers.combined("Y"), std::nullopt);
  EXPECT_TRUE(headers.getAll("Y").empty());
  EXPECT_FALSE(headers.empty());
  EXPECT_TRUE(Headers().empty());
}

TEST(Headers, SetReplacesTheFirstAndRemovesTheOthers) {
  Headers headers{{"A", "1"}, {"B", "2"}, {"a", "3"}, {"C", "4"}, {"A", "5"}};
  headers.set("a", "new");
  EXPECT_THAT(headers.getAll("A"), ElementsAre("new"));
  EXPECT_EQ(headers.size(), 3U);
  EXPECT_EQ(headers.begin()->name, "A");
  headers.set("D", "6");
  EXPECT_EQ(headers.get("D"), "6");
  EXPECT_EQ(headers.size(), 4U);
}

TEST(Headers, SetSurvivesArgumentsThatPointIntoItself) {
  Headers headers{{"A", "a value too long for the small buffer"}, {"A", "second"}};
  headers.set(headers.begin()->name, *headers.get("A"));
  EXPECT_EQ(headers.combined("A"), "a value too long for the small buffer");
}

TEST(Headers, AppendSurvivesArgumentsThatPointIntoItself) {
  Headers headers{{"A", "a value too long for the small buffer"}};
  for (int i = 0; i < 20; ++i) headers.append(headers.begin()->name, headers.begin()->value);
  for (const auto& field : headers) EXPECT_EQ(field.value, "a value too long for the small buffer");
  EXPECT_EQ(headers.count("A"), 21U);
}

TEST(Headers, RemoveTakesAllFieldsOfTheName) {
  Headers headers{{"A", "1"}, {"B", "2"}, {"a", "3"}};
  headers.remove(headers.begin()->name);
  EXPECT_FALSE(headers.has("A"));
  EXPECT_EQ(headers.size(), 1U);
  headers.remove("missing");
  EXPECT_EQ(headers.size(), 1U);
}

TEST(Headers, DropsBlanksAroundValuesButNotInside) {
  Headers headers{{"A", " \t one  two\t "}, {"B", " \t"}};
  EXPECT_EQ(headers.get("A"), "one  two");
  EXPECT_EQ(headers.get("B"), "");
}

TEST(Headers, CopiesAreIndependent) {
  Headers first{{"A", "1"}};
  Headers second = first;
  second.set("A", "2");
  EXPECT_EQ(first.get("A"), "1");
}

TEST(Headers, NameIsValidExactlyWhenItIsAToken) {
  const std::string separators = "()<>@,;:\\\"/[]?={} \t";
  for (int i = 0; i < 256; ++i) {
    const char c = static_cast<char>(i);
    const bool expected = i > 0x20 && i < 0x7F && separators.find(c) == std::string::npos;
    EXPECT_EQ(Headers::isValidName(std::string(1, c)), expected) << i;
    EXPECT_EQ(Headers::isValidName("X"s + c + "Y"), expected) << i;
  }
  EXPECT_FALSE(Headers::isValidName(""));
}

TEST(Headers, ValueMayHoldAnythingButControls) {
  for (int i = 0; i < 256; ++i) {
    const bool expected = i == '\t' || (i >= 0x20 && i != 0x7F);
    EXPECT_EQ(Headers::isValidValue("a"s + static_cast<char>(i) + "b"), expected) << i;
  }
  EXPECT_TRUE(Headers::isValidValue(""));
}

TEST(Headers, ThrowsSyntaxErrorForWhatWouldBreakOutOfItsLine) {
  Headers headers{{"A", "1"}};
  for (const std::string& value : {"x\r\nEvil: 1"s, "x\ny"s, "x\ry"s, "x\0y"s, "\n"s, "x\r\n"s}) {
    EXPECT_THROW(headers.append("A", value), DOMException);
    EXPECT_THROW(headers.set("A", value), DOMException);
    EXPECT_THROW((Headers{{"A", value}}), DOMException);
    EXPECT_FALSE(headers.tryAppend("A", value));
  }
  for (const std::string& name : {""s, "A B"s, "A:"s, "A\r\n"s, "\0"s, "\xC3\xA9"s}) {
    EXPECT_THROW(headers.append(name, "x"), DOMException);
    EXPECT_THROW(headers.set(name, "x"), DOMException);
    EXPECT_FALSE(headers.tryAppend(name, "x"));
  }
  EXPECT_EQ(headers.combined("A"), "1");
  EXPECT_EQ(headers.size(), 1U);
}

TEST(Headers, ErrorNamesTheHeaderButNotItsSecret) {
  try {
    Headers headers{{"Authorization", "Bearer hunter2\n"}};
    FAIL();
  } catch (const DOMException& error) {
    EXPECT_EQ(error.name(), "SyntaxError");
    EXPECT_NE(error.message().find("Authorization"), std::string::npos);
    EXPECT_EQ(error.message().find("hunter2"), std::string::npos);
  }
}

TEST(Headers, TryAppendAddsWhatIsValid) {
  Headers headers;
  EXPECT_TRUE(headers.tryAppend("X", " caf\xE9 "));
  EXPECT_EQ(headers.get("x"), "caf\xE9");
}

}  // namespace
