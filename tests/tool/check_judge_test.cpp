#include "case_builder.hpp"
#include "judge.hpp"

#include <gtest/gtest.h>

namespace parley::tool::check {
namespace {

using TcpEnd = Observation::TcpEnd;

/// An opened connection that ended so.
Observation ended(std::optional<int> code, TcpEnd end = TcpEnd::End) {
  Observation seen;
  seen.opening = Observation::Opening::Opened;
  seen.tcpEnd = end;
  if (code) seen.close = ArrivedClose{*code == 0 ? std::nullopt : code, {}};
  return seen;
}

Observation closedByUs(std::optional<int> code, std::size_t messages = 0) {
  Observation seen = ended(code);
  seen.closedByUs = true;
  seen.messages = messages;
  return seen;
}

CaseBuilder aCase() {
  return CaseBuilder("a.case", "RFC", "for a test");
}

Verdict verdictOf(const Case& one, const Observation& seen) {
  return judge(one, seen).verdict;
}

TEST(CheckJudge, WantsTheEchoAndACleanClose) {
  const Case echo = aCase().echo(Opcode::Text, "Hello").build();
  EXPECT_EQ(verdictOf(echo, closedByUs(1000, 1)), Verdict::Strict);
  EXPECT_EQ(verdictOf(echo, closedByUs(1000, 0)), Verdict::Failed);
  EXPECT_EQ(verdictOf(echo, closedByUs({}, 1)), Verdict::Failed) << "no Close frame in answer";
  EXPECT_EQ(verdictOf(echo, closedByUs(1001, 1)), Verdict::NonStrict);
  EXPECT_EQ(verdictOf(echo, ended(1000)), Verdict::Failed) << "the peer closed";
  Observation open = closedByUs(1000, 1);
  open.tcpEnd = TcpEnd::None;
  open.isTcpLeftOpen = true;
  EXPECT_EQ(verdictOf(echo, open), Verdict::NonStrict);
  Observation wrong = closedByUs(1000, 1);
  wrong.mismatch = "another message";
  EXPECT_EQ(verdictOf(echo, wrong), Verdict::Failed);
  Observation broken = closedByUs(1000, 1);
  broken.violation = "a reserved opcode";
  EXPECT_EQ(verdictOf(echo, broken), Verdict::Failed);
}

TEST(CheckJudge, LetsPongsBeLeftOutButTheLast) {
  const Case pings = aCase().ping("1").ping("2").ping("3").build();
  Observation seen = closedByUs(1000);
  seen.pongs = {"1", "2", "3"};
  EXPECT_EQ(verdictOf(pings, seen), Verdict::Strict);
  seen.pongs = {"3"};
  EXPECT_EQ(verdictOf(pings, seen), Verdict::Strict);
  seen.pongs = {"1", "2"};
  EXPECT_EQ(verdictOf(pings, seen), Verdict::Failed);
  seen.pongs = {};
  EXPECT_EQ(verdictOf(pings, seen), Verdict::Failed);
}

TEST(CheckJudge, WantsTheRightCodeOfAFailure) {
  const Case bad = aCase().echo(Opcode::Text, "good").send({.reserved = 7}).fails({1002}).build();
  Observation right = ended(1002);
  right.messages = 1;
  EXPECT_EQ(verdictOf(bad, right), Verdict::Strict);
  EXPECT_EQ(verdictOf(bad, ended(1002)), Verdict::NonStrict) << "the echo before it is missing";
  EXPECT_EQ(verdictOf(bad, ended(1007)), Verdict::NonStrict) << "another error";
  EXPECT_EQ(verdictOf(bad, ended({})), Verdict::NonStrict) << "no Close frame";
  EXPECT_EQ(verdictOf(bad, ended({}, TcpEnd::Reset)), Verdict::NonStrict);
  EXPECT_EQ(verdictOf(bad, ended(1000)), Verdict::Failed);
  EXPECT_EQ(verdictOf(bad, ended(0)), Verdict::Failed) << "an empty Close frame";
  EXPECT_EQ(verdictOf(bad, ended({}, TcpEnd::None)), Verdict::Failed) << "it goes on";
}

TEST(CheckJudge, WantsAFailureInTime) {
  const Case bad = aCase().send({}).ping("?").await().failsHere({1007}).send({}).build();
  Observation seen = ended(1007);
  seen.endedAtStep = 2;
  EXPECT_EQ(verdictOf(bad, seen), Verdict::Strict);
  seen.endedAtStep = 4;
  EXPECT_EQ(verdictOf(bad, seen), Verdict::NonStrict);
}

TEST(CheckJudge, WantsCloseFramesAnsweredWithTheirCode) {
  const Case coded = aCase().close(3000).answered({3000}).build();
  EXPECT_EQ(verdictOf(coded, closedByUs(3000)), Verdict::Strict);
  EXPECT_EQ(verdictOf(coded, closedByUs(1000)), Verdict::NonStrict);
  EXPECT_EQ(verdictOf(coded, closedByUs(0)), Verdict::NonStrict);
  EXPECT_EQ(verdictOf(coded, closedByUs(1002)), Verdict::Failed) << "taken for an error";
  EXPECT_EQ(verdictOf(coded, closedByUs({})), Verdict::Failed);
  const Case empty = aCase().close({}).answered({}).build();
  EXPECT_EQ(verdictOf(empty, closedByUs(0)), Verdict::Strict);
  EXPECT_EQ(verdictOf(empty, closedByUs(1000)), Verdict::Strict);
}

TEST(CheckJudge, ExpectsNoAnswerOfAPeerThatRightlyFailsInstead) {
  const Ending failed{.kind = Ending::Kind::Failed, .codes = {1002}};
  const Case lenient = aCase()
                           .echo(Opcode::Text, "Hello")
                           .best(Verdict::NonStrict)
                           .orElse(failed, Verdict::Strict)
                           .build();
  EXPECT_EQ(verdictOf(lenient, closedByUs(1000, 1)), Verdict::NonStrict);
  EXPECT_EQ(verdictOf(lenient, ended(1002)), Verdict::Strict);
  EXPECT_EQ(verdictOf(lenient, ended(1000)), Verdict::Failed) << "as if nothing were wrong";
  const Case limited =
      aCase().echo(Opcode::Text, "Hello").orElse(failed, Verdict::Informational).build();
  EXPECT_EQ(verdictOf(limited, ended(1002)), Verdict::Informational);
}

TEST(CheckJudge, AllowsTheAlternativeForItsPrice) {
  const Ending failed{.kind = Ending::Kind::Failed, .codes = {1002}};
  const Case priced =
      aCase().close(1012).answered({1012}).orElse(failed, Verdict::NonStrict).build();
  EXPECT_EQ(verdictOf(priced, closedByUs(1012)), Verdict::Strict);
  EXPECT_EQ(verdictOf(priced, closedByUs(1002)), Verdict::NonStrict);
  EXPECT_EQ(verdictOf(priced, closedByUs({})), Verdict::NonStrict);
  const Case open = aCase().close(5000).answered({5000}).open(failed).build();
  EXPECT_EQ(verdictOf(open, closedByUs(5000)), Verdict::Informational);
  EXPECT_EQ(verdictOf(open, closedByUs(1002)), Verdict::Informational);
  Observation violent = closedByUs(5000);
  violent.violation = "a frame after its Close frame";
  EXPECT_EQ(verdictOf(open, violent), Verdict::Failed) << "open is not everything";
}

Observation answered(const char* statusLine) {
  Observation seen;
  seen.opening = Observation::Opening::Refused;
  seen.answer = HttpHead{statusLine, {}};
  return seen;
}

TEST(CheckJudge, WantsBadRequestsRefused) {
  const Case bad = aCase().ends({.kind = Ending::Kind::Refused}).build();
  EXPECT_EQ(verdictOf(bad, answered("HTTP/1.1 400 Bad Request")), Verdict::Strict);
  EXPECT_EQ(verdictOf(bad, answered("HTTP/1.1 500 Oops")), Verdict::NonStrict);
  EXPECT_EQ(verdictOf(bad, answered("HTTP/1.1 101 Switching Protocols")), Verdict::Failed);
  EXPECT_EQ(verdictOf(bad, answered("hello")), Verdict::Failed);
  EXPECT_EQ(verdictOf(bad, closedByUs(1000)), Verdict::Failed) << "opened";
  Observation dropped;
  dropped.opening = Observation::Opening::Refused;
  dropped.tcpEnd = TcpEnd::End;
  EXPECT_EQ(verdictOf(bad, dropped), Verdict::NonStrict);
  const Case version =
      aCase().ends({.kind = Ending::Kind::Refused, .codes = {426}, .field = "X-Needed"}).build();
  EXPECT_EQ(verdictOf(version, answered("HTTP/1.1 426 No")), Verdict::Failed)
      << "without the field";
}

TEST(CheckJudge, WantsBadAnswersLeft) {
  const Case bad = aCase().ends({.kind = Ending::Kind::NotOpened}).build();
  EXPECT_EQ(verdictOf(bad, ended({})), Verdict::Strict);
  EXPECT_EQ(verdictOf(bad, ended(1002)), Verdict::NonStrict);
  EXPECT_EQ(verdictOf(bad, ended({}, TcpEnd::None)), Verdict::Failed);
  Observation alive = ended({});
  alive.isAlive = true;
  EXPECT_EQ(verdictOf(bad, alive), Verdict::Failed);
}

TEST(CheckJudge, KnowsWhatWasNotAgreedOn) {
  const Case deflate = aCase().opening({.deflate = DeflateTerms{}}).echo(Opcode::Text, "x").build();
  Observation declined = closedByUs(1000);
  declined.isDeclined = true;
  EXPECT_EQ(verdictOf(deflate, declined), Verdict::Unimplemented);
  Observation refused = answered("HTTP/1.1 500 Oops");
  EXPECT_EQ(verdictOf(deflate, refused), Verdict::Failed);
}

TEST(CheckJudge, CountsMaskKeys) {
  const Case keys = aCase().echo(Opcode::Text, "x").measure(Measure::MaskKeys).build();
  Observation seen = closedByUs(1000, 1);
  seen.maskKeys = {MaskKey{1, 2, 3, 4}, MaskKey{1, 2, 3, 5}};
  EXPECT_EQ(verdictOf(keys, seen), Verdict::Strict);
  seen.maskKeys.push_back({1, 2, 3, 4});
  EXPECT_EQ(verdictOf(keys, seen), Verdict::Failed);
}

}  // namespace
}  // namespace parley::tool::check
