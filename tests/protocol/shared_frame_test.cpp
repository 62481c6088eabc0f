#include "protocol/shared_frame.hpp"

#include "protocol/deflated_wire.hpp"
#include "protocol/endpoint.hpp"
#include "protocol/live_bytes.hpp"

#include <parley/prepared_message.hpp>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace parley::protocol {
namespace {

using wire::fromServer;

constexpr DeflateAgreement kReset{.fromServer = {.context = DeflateAgreement::Context::Reset},
                                  .fromClient = {.context = DeflateAgreement::Context::Reset}};

/// Servers' connections of one thread.
class SharedFrameTest : public ::testing::Test {
 protected:
  std::unique_ptr<Connection> make(
      Role role = Role::Server, const std::optional<DeflateAgreement>& agreement = std::nullopt) {
    return std::make_unique<Connection>(
        role, limits, entropy, pool, Time(),
        agreement ? std::optional(ConnectionCompression{*agreement, &compression}) : std::nullopt);
  }
  static const std::byte* firstPieceOf(Connection& connection) {
    std::array<OutputPiece, 4> pieces{};
    EXPECT_EQ(connection.output(pieces), 1U);
    return pieces[0].data;
  }
  /// The payload of its only frame.
  static std::string messageOf(Connection& connection) {
    std::array<OutputPiece, 4> pieces{};
    EXPECT_EQ(connection.output(pieces), 1U);
    const auto frames =
        wire::framesIn({reinterpret_cast<const char*>(pieces[0].data), pieces[0].size});
    return frames.size() == 1 ? frames[0].payload : std::string("not a frame");
  }

  ConnectionLimits limits;
  Compression compression;
  testing::FixedEntropy entropy{1};
  BufferPool pool;
};

TEST_F(SharedFrameTest, IsOneForAllThatHaveNothingElseToSend) {
  const auto message = PreparedMessage::text("news");
  const auto first = make();
  const auto second = make();
  const auto third = make();
  (void)third->sendText("mine");
  for (Connection* each : {first.get(), second.get(), third.get()}) each->send(message);
  EXPECT_EQ(firstPieceOf(*first), firstPieceOf(*second));
  EXPECT_NE(firstPieceOf(*first), firstPieceOf(*third));
}

TEST_F(SharedFrameTest, IsOneForEachFormOfTheMessage) {
  compression.threshold = 1;
  const auto message = PreparedMessage::text(wordsOf(2'000));
  const auto plain = make();
  const auto deflated = make(Role::Server, kReset);
  const auto alsoDeflated = make(Role::Server, kReset);
  for (Connection* each : {plain.get(), deflated.get(), alsoDeflated.get()}) each->send(message);
  EXPECT_EQ(firstPieceOf(*deflated), firstPieceOf(*alsoDeflated));
  EXPECT_LT(deflated->outputSize(), plain->outputSize());
  EXPECT_EQ(deflated->unsentPayload(), 2'000U) << "of the message, not of what it became";
}

TEST_F(SharedFrameTest, IsNotForClients) {
  const auto message = PreparedMessage::text("news");
  const auto first = make(Role::Client);
  const auto second = make(Role::Client);
  for (Connection* each : {first.get(), second.get()}) each->send(message);
  EXPECT_NE(firstPieceOf(*first), firstPieceOf(*second));
  EXPECT_EQ(message.frames().use_count(), 1);
}

TEST_F(SharedFrameTest, IsHeldUntilTheLastHasSentIt) {
  const auto message = PreparedMessage::text("news");
  const auto first = make();
  auto second = make();
  first->send(message);
  second->send(message);
  EXPECT_EQ(message.frames().use_count(), 2);
  EXPECT_EQ(first->unsentPayload(), 4U);
  EXPECT_EQ(first->outputTaken(6), 4U);
  EXPECT_FALSE(first->hasOutput());
  EXPECT_EQ(message.frames().use_count(), 2);
  EXPECT_EQ(second->unsentPayload(), 4U);
  second.reset();
  EXPECT_EQ(message.frames().use_count(), 1) << "a connection that goes holds it no longer";
}

TEST_F(SharedFrameTest, IsNotHeldByAConnectionThatEnded) {
  const auto message = PreparedMessage::text("news");
  const auto connection = make();
  connection->send(message);
  connection->transportLost(Time());
  EXPECT_EQ(message.frames().use_count(), 1);
  EXPECT_EQ(connection->unsentPayload(), 4U) << "what could not be sent stays counted";
}

TEST_F(SharedFrameTest, IsGivenUpWithWhatWaitsWhenTheBufferIsFull) {
  const auto message = PreparedMessage::text("news");
  ASSERT_TRUE(make()->sendText("makes the buffer that all share"));
  const auto connection = make();
  connection->send(message);
  const LiveBytes live;
  connection->fail(FailureCause::OutgoingBufferFull, Time());
  EXPECT_LE(live.count(), 1U) << "the state of the closing; memory may be what is missing";
  EXPECT_EQ(message.frames().use_count(), 1);
  EXPECT_EQ(connection->unsentPayload(), 4U);
  EXPECT_EQ(*firstPieceOf(*connection), std::byte{wire::kClose});
}

TEST_F(SharedFrameTest, MayBeOneOfManyInATurn) {
  const auto first = make();
  const auto second = make();
  for (int turn = 0; turn < 3; ++turn) {
    const auto news = PreparedMessage::text("news " + std::to_string(turn));
    const auto other = PreparedMessage::text("other");
    first->send(news);
    second->send(other);
    EXPECT_EQ(messageOf(*first), "news " + std::to_string(turn));
    EXPECT_EQ(messageOf(*second), "other");
    first->outputTaken(first->outputSize());
    second->outputTaken(second->outputSize());
  }
}

// ---- Among other output, in order, wherever the transport stops ----

/// Sends `count` things of different kinds, a prepared message at `place` among them.
void sendAmongOthers(Endpoint& server, const PreparedMessage& message, int place, int count) {
  for (int i = 0; i < count; ++i) {
    if (i == place) {
      server.connection.send(message);
    } else if (i == 1) {
      server.connection.sendBinary(std::span<const std::byte>());
    } else if (i == 2) {
      server.connection.send(message);
    } else {
      (void)server.connection.sendText("text " + std::to_string(i));
    }
  }
  server.connection.close(CloseCode::kNormalClosure, "bye", server.now());
}

TEST_F(SharedFrameTest, KeepsItsPlaceWhereverTheTransportStops) {
  const auto message = PreparedMessage::text("news");
  for (const int place : {0, 1, 3}) {
    std::string expected;
    for (int i = 0; i < 4; ++i) {
      if (i == place || i == 2) {
        expected += fromServer(wire::kText, "news");
      } else if (i == 1) {
        expected += fromServer(wire::kBinary, "");
      } else {
        expected += fromServer(wire::kText, "text " + std::to_string(i));
      }
    }
    expected += fromServer(wire::kClose, wire::closeBody(1000, "bye"));
    for (std::size_t room = 0; room <= expected.size(); ++room) {
      Endpoint server(Role::Server);
      server.transportRoom = room;
      sendAmongOthers(server, message, place, 4);
      server.drain();
      EXPECT_EQ(server.sent, expected.substr(0, room));
      server.transportRoom = SIZE_MAX;
      server.drain();
      EXPECT_EQ(server.sent, expected) << "stopped after " << room;
    }
  }
  EXPECT_EQ(message.frames().use_count(), 1);
}

TEST_F(SharedFrameTest, AloneSurvivesAFullTransport) {
  const auto message = PreparedMessage::text("news");
  const std::string expected = fromServer(wire::kText, "news");
  for (std::size_t room = 0; room < expected.size(); ++room) {
    Endpoint server(Role::Server);
    server.limits.writeTimeout = Duration(1'000);
    server.transportRoom = room;
    server.connection.send(message);
    server.drain();
    EXPECT_EQ(server.sent, expected.substr(0, room));
    EXPECT_EQ(server.connection.unsentPayload(), 4U);
    EXPECT_EQ(message.frames().use_count(), 1) << "who is slow has a copy of its own";
    server.receive(wire::fromClient(wire::kPing, "?"));
    server.transportRoom = SIZE_MAX;
    server.drain();
    EXPECT_EQ(wire::framesIn(server.sent).size(), 2U);
    EXPECT_EQ(server.sent.size(), expected.size() + 3);
  }
}

TEST_F(SharedFrameTest, HasTheTimeOfAnyOtherOutputToBeTaken) {
  Endpoint server(Role::Server);
  server.limits.writeTimeout = Duration(1'000);
  server.limits.pingAfter = std::nullopt;
  server.transportRoom = 0;
  server.connection.send(PreparedMessage::text("news"));
  server.drain();
  EXPECT_EQ(server.waitForDeadlines(Duration(2'000)), std::vector{Duration(1'000)});
  ASSERT_TRUE(server.closed);
}

// ---- The frames themselves ----

TEST(SharedFrames, AreReusedOnceNobodySendsThem) {
  const auto a = PreparedMessage::text("a");
  const auto b = PreparedMessage::text("b");
  SharedFrames frames;
  SharedFrame& first = frames.take(a.frames(), a.frames()->plain());
  SharedFrame& again = frames.take(a.frames(), a.frames()->plain());
  EXPECT_EQ(&first, &again);
  SharedFrame& other = frames.take(b.frames(), b.frames()->plain());
  EXPECT_NE(&first, &other);
  frames.give(first);
  EXPECT_EQ(a.frames().use_count(), 2);
  frames.give(again);
  EXPECT_EQ(a.frames().use_count(), 1);
  EXPECT_EQ(&frames.take(a.frames(), a.frames()->plain()), &first) << "its memory";
  frames.give(first);
  frames.give(other);
}

}  // namespace
}  // namespace parley::protocol
