#include "protocol/endpoint.hpp"

#include <gtest/gtest.h>

namespace parley::protocol {
namespace {

using wire::closeBody;
using wire::fromClient;
using wire::fromServer;
using Events = std::vector<std::string>;

std::string closedAs(std::string_view what, FailureCause cause) {
  return "closed 1006 '' unclean " + std::string(what) + ": " + std::string(describe(cause));
}

TEST(ConnectionClosing, ReportsThePeersCodeAndReasonAndEchoesBoth) {
  Endpoint server(Role::Server);
  server.receive(fromClient(wire::kClose, closeBody(1000, "bye")));
  EXPECT_EQ(server.sent, fromServer(wire::kClose, closeBody(1000, "bye")));
  EXPECT_FALSE(server.connection.canSend());
  EXPECT_EQ(server.connection.disposition(), Disposition::FinishThenWait);
  server.connection.endOfInput(server.now());
  server.drain();
  EXPECT_EQ(server.events, (Events{"closing started", "closed 1000 'bye' clean remote"}));
  EXPECT_EQ(server.connection.disposition(), Disposition::Drop);
}

TEST(ConnectionClosing, AcceptsEveryCodeThatMayStandOnTheWireAndNoOther) {
  for (unsigned code = 0; code < 6000; ++code) {
    const bool legal = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
                       (code >= 3000 && code <= 4999);
    Endpoint client(Role::Client);
    client.receive(fromServer(wire::kClose, closeBody(static_cast<std::uint16_t>(code), "r")));
    client.connection.endOfInput(client.now());
    client.drain();
    if (legal) {
      EXPECT_EQ(client.events.back(), "closed " + std::to_string(code) + " 'r' clean remote");
      EXPECT_EQ(client.sentFrames().back().payload,
                closeBody(static_cast<std::uint16_t>(code), "r"));
    } else {
      EXPECT_EQ(client.events, Events{closedAs("local", FailureCause::CloseCodeIllegal)}) << code;
      EXPECT_EQ(client.sentFrames().back().payload.substr(0, 2), closeBody(1002)) << code;
    }
  }
}

TEST(ConnectionClosing, ReportsAnEmptyCloseFrameAs1005AndAnswersInKind) {
  const Trace trace = traceOfEveryDivision(Role::Server, fromClient(wire::kClose, ""));
  EXPECT_EQ(trace.events, (Events{"closing started", "closed 1005 '' clean remote"}));
  EXPECT_EQ(trace.sent, fromServer(wire::kClose, ""));
}

TEST(ConnectionClosing, FailsForACloseBodyThatIsNone) {
  const struct {
    std::string body;
    FailureCause cause;
    std::uint16_t answer;
  } cases[] = {
      {"\x03", FailureCause::CloseBodyOneByte, 1002},
      {closeBody(1000, "\xFF"), FailureCause::CloseReasonNotUtf8, 1007},
      {closeBody(1000, "caf\xC3"), FailureCause::CloseReasonNotUtf8, 1007},
      {closeBody(1005), FailureCause::CloseCodeIllegal, 1002},
  };
  for (const auto& [body, cause, answer] : cases) {
    const Trace trace = traceOfEveryDivision(Role::Server, fromClient(wire::kClose, body));
    EXPECT_EQ(trace.events, Events{closedAs("local", cause)});
    EXPECT_EQ(trace.sent, fromServer(wire::kClose, closeBody(answer, describe(cause))));
  }
}

TEST(ConnectionClosing, KeepsAByteOrderMarkInTheReason) {
  const Trace trace = traceOfEveryDivision(
      Role::Client, fromServer(wire::kClose, closeBody(1000, "\xEF\xBB\xBF!")));
  EXPECT_EQ(trace.events.back(), "closed 1000 '\xEF\xBB\xBF!' clean remote");
}

TEST(ConnectionClosing, WithoutACodeSendsAnEmptyBodyAndReports1005) {
  Endpoint client(Role::Client);
  client.connection.close({}, {}, client.now());
  client.drain();
  EXPECT_EQ(client.sent, fromClient(wire::kClose, ""));
  EXPECT_EQ(client.connection.disposition(), Disposition::Keep);
  client.receive(fromServer(wire::kClose, ""));
  EXPECT_EQ(client.connection.disposition(), Disposition::WaitForEnd);
  client.connection.endOfInput(client.now());
  client.drain();
  EXPECT_EQ(client.events, Events{"closed 1005 '' clean local"});
}

TEST(ConnectionClosing, ReportsWhatThePeerAnsweredNotWhatWeSent) {
  for (const auto& [code, reason] :
       {std::pair(std::uint16_t{3000}, "x"), std::pair(std::uint16_t{4999}, "other")}) {
    Endpoint client(Role::Client);
    client.connection.close(3000, "x", client.now());
    client.drain();
    EXPECT_EQ(client.sent, fromClient(wire::kClose, closeBody(3000, "x")));
    client.receive(fromServer(wire::kClose, closeBody(code, reason)));
    client.connection.endOfInput(client.now());
    client.drain();
    EXPECT_EQ(client.events,
              Events{"closed " + std::to_string(code) + " '" + reason + "' clean local"});
    EXPECT_EQ(client.sentFrames().size(), 1U) << "the answer to a Close frame is not answered";
  }
}

TEST(ConnectionClosing, GivesAReasonWithoutACode1000) {
  Endpoint server(Role::Server);
  server.connection.close({}, "only this", server.now());
  server.drain();
  EXPECT_EQ(server.sent, fromServer(wire::kClose, closeBody(1000, "only this")));
}

TEST(ConnectionClosing, NeverSendsACodeThatMeansNothingWasSent) {
  for (const std::uint16_t code :
       std::initializer_list<std::uint16_t>{0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65535}) {
    Endpoint server(Role::Server);
    server.connection.close(CloseCode(code), "why", server.now());
    server.drain();
    EXPECT_EQ(server.sent, fromServer(wire::kClose, "")) << code;
  }
}

TEST(ConnectionClosing, CutsALongReasonBetweenCharactersAndMendsABadOne) {
  Endpoint server(Role::Server);
  server.connection.close(1000, std::string(122, 'x') + "\xC3\xA9", server.now());
  server.drain();
  EXPECT_EQ(server.sent, fromServer(wire::kClose, closeBody(1000, std::string(122, 'x'))));
  Endpoint other(Role::Server);
  other.connection.close(1000, "a\xFF", other.now());
  other.drain();
  EXPECT_EQ(other.sent, fromServer(wire::kClose, closeBody(1000, "a\xEF\xBF\xBD")));
}

TEST(ConnectionClosing, WorksWhenBothSidesCloseAtOnce) {
  Endpoint client(Role::Client);
  Endpoint server(Role::Server);
  client.connection.close(3001, "client", client.now());
  server.connection.close(3002, "server", server.now());
  client.drain();
  server.drain();
  client.receive(server.sent);
  server.receive(client.sent);
  EXPECT_EQ(client.sentFrames().size(), 1U);
  EXPECT_EQ(server.sentFrames().size(), 1U);
  server.connection.endOfInput(server.now());
  client.connection.endOfInput(client.now());
  server.drain();
  client.drain();
  EXPECT_EQ(client.events, Events{"closed 3002 'server' clean local"});
  EXPECT_EQ(server.events, Events{"closed 3001 'client' clean local"});
}

TEST(ConnectionClosing, SendsWhatWasQueuedBeforeTheCloseFrameAndNothingBehind) {
  Endpoint server(Role::Server);
  ASSERT_TRUE(server.connection.sendText("first"));
  server.connection.close(1000, {}, server.now());
  ASSERT_TRUE(server.connection.sendText("late"));
  ASSERT_TRUE(server.connection.sendText("\xFF")) << "ignored unlooked at";
  server.connection.sendBinary(std::as_bytes(std::span("late", 4)));
  server.connection.ping({}, server.now());
  server.connection.close(1001, {}, server.now());
  server.drain();
  server.receive(fromClient(wire::kPing, "p"));
  EXPECT_EQ(server.sent,
            fromServer(wire::kText, "first") + fromServer(wire::kClose, closeBody(1000)));
  EXPECT_EQ(server.connection.unsentPayload(), 0U);
}

TEST(ConnectionClosing, ThrowsAwayWhatComesBetweenOurCloseFrameAndThePeers) {
  Endpoint server(Role::Server);
  server.receive(fromClient(wire::kTextPart, "half"));
  server.connection.close(1000, {}, server.now());
  server.drain();
  server.receive(fromClient(wire::kLast, "\xFF\xFF") + fromClient(wire::kText, "no") +
                 fromClient(wire::kPing, "p") + fromClient(wire::kPong, "p") +
                 fromClient(wire::kBinary, std::string(100'000, 'x')));
  EXPECT_TRUE(server.events.empty());
  server.receive(fromClient(wire::kClose, closeBody(1000, "done")));
  server.connection.endOfInput(server.now());
  server.drain();
  EXPECT_EQ(server.events, Events{"closed 1000 'done' clean local"});
}

TEST(ConnectionClosing, StillFailsForABreachBehindOurCloseFrameWithoutASecondOne) {
  const std::string breaches[] = {fromClient(0x83, ""), fromServer(wire::kText, ""),
                                  fromClient(wire::kLast, ""), fromClient(wire::kClose, "\x03")};
  for (const std::string& breach : breaches) {
    Endpoint server(Role::Server);
    server.connection.close(1000, {}, server.now());
    server.drain();
    server.receive(breach);
    EXPECT_EQ(server.sentFrames().size(), 1U);
    EXPECT_EQ(server.connection.disposition(), Disposition::FinishThenWait);
    server.connection.endOfInput(server.now());
    server.drain();
    ASSERT_TRUE(server.closed);
    EXPECT_TRUE(server.closed->failed);
    EXPECT_EQ(server.closed->code, CloseCode::kAbnormalClosure);
  }
}

TEST(ConnectionClosing, StaysFailedEvenIfThePeerEchoes) {
  Endpoint server(Role::Server);
  server.receive(fromClient(0x83, ""));
  server.receive(fromClient(wire::kClose, closeBody(1002)));
  server.connection.endOfInput(server.now());
  server.drain();
  EXPECT_EQ(server.events, Events{closedAs("local", FailureCause::ReservedOpcode)});
}

TEST(ConnectionClosing, AnswersAStormOfCloseFramesOnce) {
  Endpoint server(Role::Server);
  for (int i = 0; i < 1000; ++i) server.receive(fromClient(wire::kClose, closeBody(1000)));
  EXPECT_EQ(server.sent, fromServer(wire::kClose, closeBody(1000)));
  EXPECT_EQ(server.events, Events{"closing started"});
}

TEST(ConnectionClosing, FailsWhenThePeerEndsWithoutItsCloseFrame) {
  Endpoint open(Role::Client);
  open.connection.endOfInput(open.now());
  open.drain();
  EXPECT_EQ(open.events, Events{closedAs("remote", FailureCause::EndedWithoutClose)});
  EXPECT_TRUE(open.sent.empty());

  Endpoint closing(Role::Client);
  closing.connection.close(3000, "x", closing.now());
  closing.drain();
  closing.connection.endOfInput(closing.now());
  closing.drain();
  EXPECT_EQ(closing.events, Events{closedAs("local", FailureCause::EndedWithoutClose)});
}

TEST(ConnectionClosing, FailsWhenTheTransportIsLost) {
  Endpoint open(Role::Server);
  open.connection.transportLost(open.now());
  open.connection.transportLost(open.now());
  open.connection.endOfInput(open.now());
  open.drain();
  EXPECT_EQ(open.events, Events{closedAs("remote", FailureCause::TransportLost)});
  EXPECT_EQ(open.connection.disposition(), Disposition::Drop);
  EXPECT_FALSE(open.connection.deadline());
  open.receive(fromClient(wire::kText, "late"));
  EXPECT_EQ(open.events.size(), 1U);
}

TEST(ConnectionClosing, IsCleanWhenTheTransportIsLostBehindBothCloseFrames) {
  Endpoint server(Role::Server);
  server.receive(fromClient(wire::kClose, closeBody(1000, "bye")));
  server.connection.transportLost(server.now());
  server.drain();
  EXPECT_EQ(server.events.back(), "closed 1000 'bye' clean remote");
}

TEST(ConnectionClosing, FailsWhenTheTransportIsLostBeforeOurAnswerLeft) {
  Endpoint server(Role::Server);
  server.transportRoom = 0;
  server.receive(fromClient(wire::kClose, closeBody(1000, "bye")));
  server.connection.transportLost(server.now());
  server.drain();
  EXPECT_EQ(server.events.back(), closedAs("remote", FailureCause::TransportLost));
}

TEST(ConnectionClosing, SendsItsAnswerToAPeerThatEndedItsSideOnly) {
  Endpoint server(Role::Server);
  server.transportRoom = 1;
  server.receive(fromClient(wire::kClose, closeBody(1000, "bye")));
  server.connection.endOfInput(server.now());
  server.drain();
  EXPECT_FALSE(server.closed);
  EXPECT_EQ(server.connection.disposition(), Disposition::FinishThenWait);
  server.transportRoom = SIZE_MAX;
  server.drain();
  EXPECT_EQ(server.sent, fromServer(wire::kClose, closeBody(1000, "bye")));
  EXPECT_EQ(server.events.back(), "closed 1000 'bye' clean remote");
}

TEST(ConnectionClosing, DropsTheTransportAtTheCloseTimeout) {
  Endpoint client(Role::Client);
  client.connection.close(1000, {}, client.now());
  client.drain();
  EXPECT_EQ(client.connection.deadline(), client.now() + client.limits.closeTimeout);
  client.wait(client.limits.closeTimeout - Duration(1));
  client.connection.deadlinePassed(client.now());
  client.drain();
  EXPECT_FALSE(client.closed);
  client.wait(Duration(1));
  client.connection.deadlinePassed(client.now());
  client.drain();
  EXPECT_EQ(client.events, Events{closedAs("local", FailureCause::CloseTimeout)});
  EXPECT_EQ(client.connection.disposition(), Disposition::Drop);
}

TEST(ConnectionClosing, CountsTheCloseTimeoutFromTheStartOfTheHandshake) {
  Endpoint client(Role::Client);
  client.connection.close(1000, {}, client.now());
  client.drain();
  const Time due = client.now() + client.limits.closeTimeout;
  client.wait(std::chrono::seconds(5));
  client.receive(fromServer(wire::kClose, closeBody(1000)));
  EXPECT_EQ(client.connection.deadline(), due);
  client.waitForDeadlines(std::chrono::seconds(5));
  EXPECT_EQ(client.events, Events{"closed 1000 '' clean local"})
      << "both Close frames were exchanged: only the server's end of TCP was missing";
}

TEST(ConnectionClosing, WaitsForEverForTheLargestCloseTimeout) {
  ConnectionLimits limits;
  limits.closeTimeout = Duration::max();
  Endpoint client(Role::Client, limits);
  client.connection.close(1000, {}, client.now());
  client.drain();
  EXPECT_EQ(client.waitForDeadlines(std::chrono::hours(24 * 365)), std::vector<Duration>{});
  EXPECT_FALSE(client.closed);
}

TEST(ConnectionClosing, EndsAFailedConnectionAtTheCloseTimeout) {
  Endpoint server(Role::Server);
  server.receive(fromClient(0x83, ""));
  EXPECT_EQ(server.waitForDeadlines(std::chrono::hours(1)),
            std::vector<Duration>{server.limits.closeTimeout});
  EXPECT_EQ(server.events, Events{closedAs("local", FailureCause::ReservedOpcode)});
}

TEST(ConnectionClosing, CompletesThoughThePeerAcceptsNothing) {
  Endpoint server(Role::Server);
  server.transportRoom = 0;
  ASSERT_TRUE(server.connection.sendText("stuck"));
  server.connection.close(1000, {}, server.now());
  server.drain();
  server.waitForDeadlines(std::chrono::hours(1));
  EXPECT_EQ(server.events, Events{closedAs("local", FailureCause::CloseTimeout)});
  EXPECT_EQ(server.connection.unsentPayload(), 5U) << "what was not sent stays counted";
  EXPECT_FALSE(server.connection.hasOutput());
}

TEST(ConnectionClosing, PutsTheCodeOfEveryCauseOnTheWireOrEndsAtOnce) {
  for (int i = 0; i <= static_cast<int>(FailureCause::CloseTimeout); ++i) {
    const auto cause = static_cast<FailureCause>(i);
    Endpoint server(Role::Server);
    server.connection.fail(cause, server.now());
    server.connection.fail(FailureCause::InternalError, server.now());
    server.drain();
    const CloseCode code = closeCodeOf(cause);
    if (code == CloseCode::kAbnormalClosure) {
      EXPECT_TRUE(server.sent.empty());
      EXPECT_EQ(server.connection.disposition(), Disposition::Drop);
    } else {
      EXPECT_EQ(server.sent, fromServer(wire::kClose, closeBody(code.value(), describe(cause))));
      EXPECT_EQ(server.connection.disposition(), Disposition::FinishThenWait);
      server.connection.endOfInput(server.now());
      server.drain();
    }
    ASSERT_TRUE(server.closed);
    EXPECT_EQ(server.closed->cause, cause) << "the first cause is the one";
  }
}

TEST(ConnectionClosing, KeepsTheOutcomeThatTheHandshakeAlreadyHas) {
  Endpoint server(Role::Server);
  server.receive(fromClient(wire::kClose, closeBody(1000)));
  server.connection.fail(FailureCause::InternalError, server.now());
  server.connection.close(1001, {}, server.now());
  server.connection.endOfInput(server.now());
  server.drain();
  EXPECT_EQ(server.events.back(), "closed 1000 '' clean remote");
}

TEST(ConnectionClosing, ReportsTheEndOnce) {
  Endpoint server(Role::Server);
  server.connection.transportLost(server.now());
  EXPECT_TRUE(server.connection.closed());
  EXPECT_FALSE(server.connection.closed());
}

TEST(ConnectionClosing, GivesMessagesThatStillLeaveMoreTimeThanTheCloseTimeout) {
  Endpoint client(Role::Client);
  client.transportRoom = 10;
  client.connection.sendBinary(ArrayBuffer(100'000));
  client.drain();
  client.connection.close(1000, {}, client.now());
  client.drain();
  for (int round = 0; round < 5; ++round) {
    client.wait(client.limits.closeTimeout);
    client.transportRoom = 1000;
    client.drain();
    client.connection.deadlinePassed(client.now());
    client.drain();
    ASSERT_FALSE(client.closed) << round;
    EXPECT_EQ(client.connection.deadline(), client.now() + client.limits.closeTimeout);
  }
  client.wait(client.limits.closeTimeout);
  client.connection.deadlinePassed(client.now());
  client.drain();
  EXPECT_EQ(client.events, Events{closedAs("local", FailureCause::CloseTimeout)})
      << "nothing has moved since";
}

TEST(ConnectionClosing, GivesThePeerTheWholeTimeoutOnceTheLastMessageHasLeft) {
  Endpoint client(Role::Client);
  client.connection.startBinary(10);
  client.connection.close(1000, {}, client.now());
  client.drain();
  client.wait(client.limits.closeTimeout - Duration(1));
  client.connection.providePayload(ArrayBuffer(10));
  client.drain();
  EXPECT_EQ(client.sentFrames().back().first, wire::kClose);
  EXPECT_EQ(client.waitForDeadlines(std::chrono::hours(1)),
            (std::vector<Duration>{Duration(1), client.limits.closeTimeout + Duration(1)}));
  EXPECT_EQ(client.events, Events{closedAs("local", FailureCause::CloseTimeout)});
}

}  // namespace
}  // namespace parley::protocol
