#include "http/line_reader.hpp"

#include "http/divisions.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace parley::http {
namespace {

using testing::Pieces;
using Kind = LineReader::Kind;
using Status = LineReader::Status;

struct Outcome {
  std::vector<std::string> lines{};
  std::optional<HeadError> error{};
  std::size_t consumed = 0;

  bool operator==(const Outcome&) const = default;
};

/// The first line is a start line, the others are fields.
Outcome readPieces(const Pieces& pieces, const HeadLimits& limits) {
  Outcome outcome;
  LineReader reader(limits);
  for (const auto piece : pieces) {
    std::string_view rest(reinterpret_cast<const char*>(piece.data()), piece.size());
    while (!rest.empty()) {
      const auto step = reader.read(rest, outcome.lines.empty() ? Kind::Start : Kind::Field);
      outcome.consumed += step.consumed;
      rest.remove_prefix(step.consumed);
      if (step.status == Status::Failed) {
        outcome.error = reader.error();
        return outcome;
      }
      if (step.status == Status::Line) outcome.lines.emplace_back(reader.line());
    }
  }
  return outcome;
}

/// The same however it arrives.
Outcome read(std::string_view text, const HeadLimits& limits = {}) {
  const Outcome whole = readPieces({testing::asBytes(text)}, limits);
  testing::forEachDivision(
      text, [&](const Pieces& pieces) { EXPECT_EQ(readPieces(pieces, limits), whole) << text; });
  return whole;
}

TEST(LineReader, GivesTheLinesWithoutTheirEnds) {
  const Outcome outcome = read("GET / HTTP/1.1\r\nA: b\r\n\r\n");
  EXPECT_EQ(outcome.lines, (std::vector<std::string>{"GET / HTTP/1.1", "A: b", ""}));
  EXPECT_EQ(outcome.error, std::nullopt);
  EXPECT_EQ(outcome.consumed, 24U);
}

TEST(LineReader, WantsBothCharactersOfALinesEnd) {
  EXPECT_EQ(read("a\nb").error, HeadError::BareLineFeed);
  EXPECT_EQ(read("a\rb").error, HeadError::BareCarriageReturn);
  EXPECT_EQ(read("a\r\r\n").error, HeadError::BareCarriageReturn);
  EXPECT_EQ(read("a\r").error, std::nullopt) << "it may still come";
}

TEST(LineReader, RefusesControlCharactersButTabs) {
  for (int c = 0; c < 256; ++c) {
    const auto character = static_cast<char>(c);
    if (character == '\r' || character == '\n') continue;
    const bool isControl = (c < 0x20 && c != '\t') || c == 0x7F;
    const std::string text = std::string("a") + character + "b\r\n";
    EXPECT_EQ(read(text).error,
              isControl ? std::optional(HeadError::ControlCharacter) : std::nullopt)
        << c;
  }
}

TEST(LineReader, HasALimitForTheFirstLineAndOneForTheOthers) {
  HeadLimits limits;
  limits.startLineBytes = 4;
  limits.fieldBytes = 2;
  EXPECT_EQ(read("1234\r\n12\r\n", limits).lines.size(), 2U);
  EXPECT_EQ(read("12345\r\n", limits).error, HeadError::StartLineTooLong);
  const Outcome outcome = read("1234\r\n123\r\n", limits);
  EXPECT_EQ(outcome.error, HeadError::FieldTooLarge);
  EXPECT_EQ(outcome.consumed, 8U) << "what is too much is not taken";
}

TEST(LineReader, HasALimitForAllOfThem) {
  HeadLimits limits;
  limits.headBytes = 8;
  EXPECT_EQ(read("123\r\n1\r\n", limits).lines.size(), 2U);
  for (const char* text : {"123\r\n12\r\n", "123\r\n123\r\n", "123\r\n1234", "12345678\r\n"}) {
    const Outcome outcome = read(text, limits);
    EXPECT_EQ(outcome.error, HeadError::HeadTooLarge) << text;
    EXPECT_LE(outcome.consumed, 8U);
  }
}

TEST(LineReader, MayBeMovedBetweenTwoBytes) {
  LineReader first{HeadLimits()};
  EXPECT_FALSE(first.hasRead());
  EXPECT_EQ(first.read("a lo", Kind::Start).status, Status::NeedMore);
  LineReader second = std::move(first);
  EXPECT_EQ(second.read("ng line\r", Kind::Start).status, Status::NeedMore);
  LineReader third = std::move(second);
  EXPECT_EQ(third.read("\n", Kind::Start).status, Status::Line);
  EXPECT_EQ(third.line(), "a long line");
  EXPECT_TRUE(third.hasRead());
}

}  // namespace
}  // namespace parley::http
