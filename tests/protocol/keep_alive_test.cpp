#include "protocol/endpoint.hpp"

#include <gtest/gtest.h>

namespace parley::protocol {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using wire::closeBody;
using wire::fromClient;
using wire::fromServer;
using Milliseconds = std::vector<Duration>;

std::span<const std::byte> bytesOf(std::string_view text) {
  return std::as_bytes(std::span(text));
}

ConnectionLimits pinging(seconds after, seconds timeout) {
  ConnectionLimits limits;
  limits.pingAfter = after;
  limits.pingTimeout = timeout;
  return limits;
}

ConnectionLimits idling(seconds timeout) {
  ConnectionLimits limits;
  limits.pingAfter.reset();
  limits.idleTimeout = timeout;
  return limits;
}

TEST(KeepAlive, PingsAfterSilence) {
  Endpoint server(Role::Server, pinging(seconds(20), seconds(10)));
  EXPECT_EQ(server.connection.deadline(), server.now() + seconds(20));
  server.wait(seconds(20) - Duration(1));
  server.connection.deadlinePassed(server.now());
  server.drain();
  EXPECT_TRUE(server.sent.empty()) << "an early call is harmless";
  server.wait(Duration(1));
  server.connection.deadlinePassed(server.now());
  server.drain();
  EXPECT_EQ(server.sent, fromServer(wire::kPing, ""));
  EXPECT_EQ(server.connection.deadline(), server.now() + seconds(10));
}

TEST(KeepAlive, MasksThePingOfAClient) {
  Endpoint client(Role::Client, pinging(seconds(20), seconds(10)));
  client.waitForDeadlines(seconds(20));
  EXPECT_EQ(client.sent, fromClient(wire::kPing, ""));
}

TEST(KeepAlive, CountsTheSilenceFromTheLastByteReceived) {
  Endpoint server(Role::Server, pinging(seconds(20), seconds(10)));
  const std::string frame = fromClient(wire::kText, "hello");
  for (const char byte : frame) {
    server.wait(seconds(19));
    server.receive(std::string_view(&byte, 1));
    EXPECT_EQ(server.connection.deadline(), server.now() + seconds(20));
  }
  EXPECT_TRUE(server.sent.empty());
}

TEST(KeepAlive, LosesTheConnectionWithoutAnAnswer) {
  Endpoint server(Role::Server, pinging(seconds(20), seconds(10)));
  EXPECT_EQ(server.waitForDeadlines(hours(1)), (Milliseconds{seconds(20), seconds(30)}));
  EXPECT_EQ(server.events,
            std::vector<std::string>{"closed 1006 '' unclean local: no answer to a Ping"});
  EXPECT_EQ(server.connection.disposition(), Disposition::Drop);
  EXPECT_EQ(server.sentFrames().size(), 1U) << "no Close frame: nobody is there to read it";
}

TEST(KeepAlive, TakesAnyByteForAnAnswer) {
  Endpoint server(Role::Server, pinging(seconds(20), seconds(10)));
  server.waitForDeadlines(seconds(29));
  server.receive("\x81");
  EXPECT_EQ(server.connection.deadline(), server.now() + seconds(20));
  server.wait(seconds(1));
  server.connection.deadlinePassed(server.now());
  server.drain();
  EXPECT_FALSE(server.closed);
  EXPECT_EQ(server.waitForDeadlines(seconds(29)), (Milliseconds{seconds(19), seconds(29)}));
  EXPECT_TRUE(server.closed) << "half a frame is no life for ever";
}

TEST(KeepAlive, TakesAnAnswerWithinTheSameMillisecond) {
  Endpoint server(Role::Server, pinging(seconds(20), seconds(10)));
  server.waitForDeadlines(seconds(20));
  server.receive(fromClient(wire::kPong, ""));
  EXPECT_EQ(server.connection.deadline(), server.now() + seconds(20));
  EXPECT_EQ(server.connection.latency(), Duration(0));
}

TEST(KeepAlive, GoesOnForAsLongAsThePeerAnswers) {
  Endpoint server(Role::Server, pinging(seconds(20), seconds(10)));
  for (int i = 0; i < 100; ++i) {
    server.waitForDeadlines(seconds(20));
    server.wait(seconds(5));
    server.receive(fromClient(wire::kPong, ""));
  }
  EXPECT_FALSE(server.closed);
  EXPECT_EQ(server.sentFrames().size(), 100U);
  EXPECT_EQ(server.connection.latency(), seconds(5));
}

TEST(KeepAlive, CanBeTurnedOff) {
  ConnectionLimits limits;
  limits.pingAfter.reset();
  Endpoint server(Role::Server, limits);
  EXPECT_FALSE(server.connection.deadline());
  server.wait(hours(1000));
  server.connection.deadlinePassed(server.now());
  server.drain();
  EXPECT_TRUE(server.sent.empty());
}

TEST(KeepAlive, SurvivesAWaitOfNothing) {
  Endpoint server(Role::Server, pinging(seconds(0), seconds(0)));
  EXPECT_EQ(server.waitForDeadlines(seconds(1)), (Milliseconds{Duration(1), Duration(2)}));
}

TEST(KeepAlive, SurvivesAClockThatJumpsByHours) {
  Endpoint server(Role::Server, pinging(seconds(20), seconds(10)));
  server.wait(hours(8));
  server.connection.deadlinePassed(server.now());
  server.drain();
  EXPECT_FALSE(server.closed) << "after a suspend the peer gets its time to answer";
  EXPECT_EQ(server.sent, fromServer(wire::kPing, ""));
  EXPECT_EQ(server.connection.deadline(), server.now() + seconds(10));
}

TEST(KeepAlive, WaitsForEverForTheLargestDurations) {
  ConnectionLimits limits;
  limits.pingAfter = Duration::max();
  limits.idleTimeout = Duration::max();
  Endpoint idle(Role::Server, limits);
  EXPECT_EQ(idle.waitForDeadlines(hours(24 * 365)), Milliseconds{});
  EXPECT_TRUE(idle.connection.canSend());
  limits.pingAfter = seconds(20);
  limits.pingTimeout = Duration::max();
  Endpoint unanswered(Role::Server, limits);
  EXPECT_EQ(unanswered.waitForDeadlines(hours(24 * 365)), Milliseconds{seconds(20)});
  EXPECT_TRUE(unanswered.connection.canSend());
}

TEST(KeepAlive, WaitsForTheTransportToTakeThePingWhileOutputMoves) {
  Endpoint server(Role::Server, pinging(seconds(20), seconds(10)));
  server.limits.fragmentSize = 50'000;
  server.transportRoom = 100;
  const std::string large(60'000, 'x');
  server.connection.sendBinary(bytesOf(large));
  server.drain();
  server.waitForDeadlines(seconds(20));
  for (int i = 0; i < 4; ++i) {
    server.wait(seconds(10));
    server.transportRoom = 10'000;
    server.drain();
    server.connection.deadlinePassed(server.now());
    EXPECT_TRUE(server.connection.canSend()) << "the Ping is still behind the fragment";
  }
  server.transportRoom = SIZE_MAX;
  server.drain();
  EXPECT_EQ(server.sentFrames()[1].first, wire::kPing);
  // When exactly it left is not known: the peer gets at least the whole time, at most twice.
  server.waitForDeadlines(seconds(10));
  EXPECT_FALSE(server.closed);
  server.waitForDeadlines(seconds(10));
  EXPECT_TRUE(server.closed);
}

TEST(KeepAlive, LosesAPeerThatTakesAndSendsNothing) {
  Endpoint server(Role::Server, pinging(seconds(20), seconds(10)));
  server.transportRoom = 100;
  const std::string large(60'000, 'x');
  server.connection.sendBinary(bytesOf(large));
  server.drain();
  EXPECT_EQ(server.waitForDeadlines(hours(1)), (Milliseconds{seconds(20), seconds(30)}));
  ASSERT_TRUE(server.closed);
  EXPECT_EQ(server.closed->cause, FailureCause::PingTimeout);
}

TEST(KeepAlive, LosesATransportThatTakesNothingForTheWriteTimeout) {
  ConnectionLimits limits;
  limits.pingAfter.reset();
  limits.writeTimeout = seconds(5);
  Endpoint server(Role::Server, limits);
  server.transportRoom = 100;
  const std::string large(60'000, 'x');
  server.connection.sendBinary(bytesOf(large));
  server.drain();
  server.connection.sendBinary(bytesOf(large));  // does not make it wait any longer
  server.drain();
  EXPECT_EQ(server.waitForDeadlines(hours(1)), Milliseconds{seconds(5)});
  ASSERT_TRUE(server.closed);
  EXPECT_EQ(server.closed->cause, FailureCause::WriteTimeout);
}

TEST(KeepAlive, CountsTheWriteTimeoutAnewWhenTheTransportTakesAnything) {
  ConnectionLimits limits;
  limits.pingAfter.reset();
  limits.writeTimeout = seconds(5);
  Endpoint server(Role::Server, limits);
  server.transportRoom = 100;
  server.connection.sendBinary(bytesOf(std::string(300, 'x')));
  server.drain();
  for (int i = 0; i < 2; ++i) {
    server.clock.advance(seconds(4));
    server.connection.deadlinePassed(server.now());
    server.transportRoom = 90;
    server.drain();
    EXPECT_EQ(server.connection.deadline(), server.now() + seconds(5));
  }
  server.transportRoom = SIZE_MAX;
  server.drain();
  EXPECT_EQ(server.connection.deadline(), std::nullopt);
}

TEST(KeepAlive, ReplacesAnOwnPingThatStillWaits) {
  Endpoint server(Role::Server);
  server.transportRoom = 1;
  ASSERT_TRUE(server.connection.sendText("x"));
  server.drain();
  for (int i = 0; i < 1000; ++i) server.connection.ping(bytesOf(std::to_string(i)), server.now());
  server.transportRoom = SIZE_MAX;
  server.drain();
  EXPECT_EQ(server.sent, fromServer(wire::kText, "x") + fromServer(wire::kPing, "999"));
}

TEST(KeepAlive, MeasuresTheLatencyByTheMatchingPong) {
  Endpoint client(Role::Client);
  EXPECT_FALSE(client.connection.latency());
  client.connection.ping(bytesOf("old"), client.now());
  client.wait(Duration(30));
  client.connection.ping(bytesOf("new"), client.now());
  client.drain();
  client.wait(Duration(12));
  client.receive(fromServer(wire::kPong, "old"));
  EXPECT_FALSE(client.connection.latency());
  client.receive(fromServer(wire::kPong, "new"));
  EXPECT_EQ(client.connection.latency(), Duration(12));
  client.wait(Duration(50));
  client.receive(fromServer(wire::kPong, "new"));
  EXPECT_EQ(client.connection.latency(), Duration(12)) << "answered once";
}

TEST(KeepAlive, MeasuresALatencyOfMonths) {
  ConnectionLimits limits;
  limits.pingAfter.reset();
  Endpoint client(Role::Client, limits);
  client.connection.ping(bytesOf("x"), client.now());
  client.drain();
  client.wait(hours(24 * 60));
  client.receive(fromServer(wire::kPong, "x"));
  // The value is kept in 32 bits: at least it does not turn negative.
  EXPECT_EQ(client.connection.latency(), Duration(INT32_MAX));
}

TEST(KeepAlive, CutsThePingsDataAt125Bytes) {
  Endpoint client(Role::Client);
  client.connection.ping(bytesOf(std::string(200, 'x')), client.now());
  client.drain();
  EXPECT_EQ(client.sent, fromClient(wire::kPing, std::string(125, 'x')));
}

TEST(IdleTimeout, ClosesAfterATimeWithoutAMessage) {
  Endpoint server(Role::Server, idling(seconds(60)));
  EXPECT_EQ(server.waitForDeadlines(seconds(60)), Milliseconds{seconds(60)});
  EXPECT_EQ(server.sent, fromServer(wire::kClose, closeBody(1001, "idle for too long")));
  server.receive(fromClient(wire::kClose, closeBody(1001)));
  server.connection.endOfInput(server.now());
  server.drain();
  EXPECT_EQ(server.events, std::vector<std::string>{"closed 1001 '' clean local"});
}

TEST(IdleTimeout, DoesNotCountPings) {
  ConnectionLimits limits = idling(seconds(60));
  limits.pingAfter = seconds(20);
  Endpoint server(Role::Server, limits);
  for (int i = 0; i < 3; ++i) {
    server.waitForDeadlines(seconds(20));
    server.receive(fromClient(wire::kPong, ""));
  }
  EXPECT_FALSE(server.connection.canSend());
}

TEST(IdleTimeout, CountsFromTheLastMessageReceived) {
  Endpoint server(Role::Server, idling(seconds(60)));
  server.wait(seconds(59));
  server.receive(fromClient(wire::kText, "x"));
  EXPECT_EQ(server.connection.deadline(), server.now() + seconds(60));
  server.wait(seconds(59));
  server.receive(fromClient(wire::kBinaryPart, "x"));
  server.receive(fromClient(wire::kLast, "y"));
  EXPECT_EQ(server.connection.deadline(), server.now() + seconds(60));
}

TEST(IdleTimeout, IsExactForAnEcho) {
  Endpoint server(Role::Server, idling(seconds(60)));
  server.onEvent = [&](const ConnectionEvent&) { ASSERT_TRUE(server.connection.sendText("echo")); };
  server.wait(seconds(10));
  server.receive(fromClient(wire::kText, "x"));
  EXPECT_EQ(server.waitForDeadlines(seconds(60)), Milliseconds{seconds(60)});
  EXPECT_FALSE(server.connection.canSend());
}

TEST(IdleTimeout, IsPutOffByASendAtAnyTime) {
  Endpoint server(Role::Server, idling(seconds(60)));
  server.drain();
  server.wait(seconds(59));
  ASSERT_TRUE(server.connection.sendText("x"));
  server.drain();
  server.waitForDeadlines(seconds(59));
  EXPECT_TRUE(server.connection.canSend()) << "59 s since the message";
  server.waitForDeadlines(seconds(2));
  EXPECT_FALSE(server.connection.canSend());
}

TEST(KeepAlive, WaitsWhileNothingIsRead) {
  Endpoint client(Role::Client);
  client.connection.pauseReading();
  EXPECT_TRUE(client.waitForDeadlines(std::chrono::hours(1)).empty());
  client.connection.resumeReading(client.now());
  EXPECT_EQ(client.connection.deadline(), client.now() + *client.limits.pingAfter);
  EXPECT_EQ(client.sent, "");
}

TEST(KeepAlive, GivesAPingThatWasUnderWayAtAPauseItsWholeTimeAgain) {
  Endpoint client(Role::Client);
  client.waitForDeadlines(*client.limits.pingAfter);
  EXPECT_EQ(client.sentFrames().back().first, wire::kPing);
  client.connection.pauseReading();
  EXPECT_TRUE(client.waitForDeadlines(std::chrono::hours(1)).empty());
  client.connection.resumeReading(client.now());
  client.waitForDeadlines(client.limits.pingAfter.value() - Duration(1));
  EXPECT_FALSE(client.closed);
  client.receive(wire::fromServer(wire::kPong, ""));
  client.waitForDeadlines(client.limits.pingTimeout - Duration(1));
  EXPECT_FALSE(client.closed);
}

}  // namespace
}  // namespace parley::protocol
