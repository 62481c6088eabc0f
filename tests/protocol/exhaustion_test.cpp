#include "protocol/allocation_counter.hpp"
#include "protocol/deflated_wire.hpp"
#include "protocol/endpoint.hpp"
#include "protocol/live_bytes.hpp"

#include <array>
#include <chrono>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

// What a hostile peer can make us spend: each limit holds, with its Close code.

namespace parley::protocol {
namespace {

using wire::fromClient;
using wire::fromServer;

/// The header of a frame of any length, and nothing of its payload.
std::string headerOf(unsigned first, std::uint64_t length, Role receiver) {
  const unsigned mask = receiver == Role::Server ? 0x80 : 0;
  std::string header = wire::bytes({first});
  if (length < 126) {
    header += wire::bytes({mask | static_cast<unsigned>(length)});
  } else if (length < 65536) {
    header += wire::bytes({mask | 126U});
    for (int i = 1; i >= 0; --i) header.push_back(static_cast<char>(length >> (8 * i)));
  } else {
    header += wire::bytes({mask | 127U});
    for (int i = 7; i >= 0; --i) header.push_back(static_cast<char>(length >> (8 * i)));
  }
  return receiver == Role::Server ? header + std::string(4, '\0') : header;
}

/// Feeds `frame` `times` over without the harness's own allocations.
void flood(Connection& connection, const std::string& frame, std::size_t times, Time now) {
  std::string copy;
  copy.reserve(frame.size());
  for (std::size_t i = 0; i < times; ++i) {
    copy.assign(frame);
    std::span<std::byte> input = std::as_writable_bytes(std::span(copy));
    while (!input.empty()) (void)connection.receive(input, now);
    connection.eventHandled();
  }
}

void takeAll(Connection& connection) {
  std::array<OutputPiece, 8> pieces;
  while (const std::size_t count = connection.output(pieces)) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < count; ++i) size += pieces[i].size;
    connection.outputTaken(size);
  }
}

TEST(Exhaustion, RefusesAHugeFrameOnItsHeaderWithoutAllocatingForIt) {
  for (const Role role : {Role::Server, Role::Client}) {
    for (const std::uint64_t length :
         {(std::uint64_t{16} << 20U) + 1, std::uint64_t{1} << 31U, std::uint64_t{1} << 32U,
          std::uint64_t{1} << 40U, std::uint64_t{1} << 53U, (std::uint64_t{1} << 63U) - 1}) {
      Endpoint endpoint(role);
      const std::string header = headerOf(wire::kBinary, length, role);
      const AllocationCounter counter;
      endpoint.receive(header);
      EXPECT_LT(counter.peak(), 100'000U);
      ASSERT_EQ(endpoint.sentFrames().size(), 1U);
      EXPECT_EQ(endpoint.sentFrames()[0].payload.substr(0, 2), wire::closeBody(1009)) << length;
      EXPECT_TRUE(endpoint.connection.directBuffer().empty());
    }
  }
}

TEST(Exhaustion, TakesAMessageOfExactlyTheLimitAndNotOfOneByteMore) {
  ConnectionLimits limits;
  limits.maxMessageSize = 1000;
  const std::string fits(1000, 'x');
  const std::string over(1001, 'x');
  EXPECT_EQ(traceOfEveryDivision(Role::Server, fromClient(wire::kText, fits), limits).events[0],
            "text:" + fits);
  const Trace whole = traceOfEveryDivision(Role::Server, fromClient(wire::kText, over), limits);
  EXPECT_EQ(wire::framesIn(whole.sent).back().payload.substr(0, 2), wire::closeBody(1009));
  const Trace parts = traceOfEveryDivision(
      Role::Server,
      fromClient(wire::kTextPart, over.substr(0, 600)) + fromClient(wire::kLast, over.substr(600)),
      limits);
  EXPECT_EQ(parts, whole);
  EXPECT_EQ(traceOfEveryDivision(Role::Server,
                                 fromClient(wire::kTextPart, fits.substr(0, 600)) +
                                     fromClient(wire::kLast, fits.substr(600)),
                                 limits)
                .events[0],
            "text:" + fits);
}

TEST(Exhaustion, AddsFragmentsWithoutWrapping) {
  ConnectionLimits limits;
  limits.maxMessageSize = std::numeric_limits<std::uint64_t>::max();
  limits.maxMessageSize -= 5;
  for (const std::uint64_t length : {(std::uint64_t{1} << 63U) - 1, std::uint64_t{1} << 62U}) {
    Endpoint server(Role::Server, limits);
    server.receive(fromClient(wire::kBinaryPart, "0123456789"));
    const AllocationCounter counter;
    server.receive(headerOf(wire::kLast, length, Role::Server));
    EXPECT_LT(counter.peak(), 100'000U) << "announced is not received";
    EXPECT_TRUE(server.connection.canSend()) << "the sum is below the limit";
  }
  limits.maxMessageSize = 20;
  Endpoint server(Role::Server, limits);
  server.receive(fromClient(wire::kBinaryPart, "0123456789"));
  server.receive(headerOf(wire::kLast, (std::uint64_t{1} << 63U) - 1, Role::Server));
  EXPECT_FALSE(server.connection.canSend());
}

TEST(Exhaustion, ReservesNoMoreThanAMebibyteForAnAnnouncement) {
  Endpoint server(Role::Server);
  ArrayBuffer* memory = nullptr;
  server.receive(headerOf(wire::kBinary, std::uint64_t{16} << 20U, Role::Server) + "x");
  EXPECT_LE(server.connection.directBuffer().size(), std::size_t{1} << 20U);
  // Complete it, to see that its memory was never above what was announced.
  server.onEvent = [&](const ConnectionEvent& event) {
    memory = event.memory;
    EXPECT_EQ(event.memory->capacity(), std::size_t{16} << 20U);
  };
  const std::string piece(std::size_t{1} << 20U, '\0');
  for (int i = 0; i < 15; ++i) server.receiveDirectly(piece);
  server.receiveDirectly(piece.substr(1));
  EXPECT_NE(memory, nullptr);
}

TEST(Exhaustion, KeepsAMillionTinyFragmentsInOneBuffer) {
  ConnectionLimits limits;
  limits.maxFragments = 2'000'000;
  Endpoint server(Role::Server, limits);
  const std::string one = fromClient(wire::kMiddle, "x");
  server.receive(fromClient(wire::kBinaryPart, ""));
  const AllocationCounter counter;
  const LiveBytes live;
  flood(server.connection, one, 1'000'000, server.now());
  EXPECT_LT(counter.peak(), 1000U);
  EXPECT_LT(live.peak(), 1'500'000U);
  EXPECT_LT(live.count(), 100U) << "it grows in steps, so that no byte is copied often";
  std::size_t capacity = 0;
  server.onEvent = [&](const ConnectionEvent& event) {
    EXPECT_EQ(event.payload.size(), 1'000'000U);
    capacity = event.memory->capacity();
  };
  server.receive(fromClient(wire::kLast, ""));
  EXPECT_GT(capacity, 0U);
  EXPECT_LE(capacity, 1'500'000U);
}

TEST(Exhaustion, KeepsNothingOfAMillionEmptyFragments) {
  ConnectionLimits limits;
  limits.maxFragments = 2'000'000;
  for (const Role role : {Role::Server, Role::Client}) {
    const auto frame = [role](unsigned first) {
      return role == Role::Server ? fromClient(first, "") : fromServer(first, "");
    };
    Endpoint endpoint(role, limits);
    endpoint.receive(frame(wire::kTextPart));
    const LiveBytes live;
    flood(endpoint.connection, frame(wire::kMiddle), 1'000'000, endpoint.now());
    EXPECT_LT(live.peak(), 1000U);
    endpoint.receive(frame(wire::kLast));
    EXPECT_EQ(endpoint.events, std::vector<std::string>{"text:"});
  }
}

TEST(Exhaustion, BoundsTheNumberOfFragmentsEvenIfTheyAreEmpty) {
  for (const std::string payload : {"", "x"}) {
    ConnectionLimits limits;
    Endpoint server(Role::Server, limits);
    server.receive(fromClient(wire::kBinaryPart, payload));
    flood(server.connection, fromClient(wire::kMiddle, payload), 131'071, server.now());
    EXPECT_TRUE(server.connection.canSend());
    server.receive(fromClient(wire::kMiddle, payload));
    EXPECT_FALSE(server.connection.canSend());
    EXPECT_EQ(server.sentFrames().back().payload,
              wire::closeBody(1009, describe(FailureCause::TooManyFragments)));
  }
}

TEST(Exhaustion, TakesAMessageInOneFrameHoweverFewFragmentsAreAllowed) {
  for (const std::uint32_t most : {0U, 1U}) {
    ConnectionLimits limits;
    limits.maxFragments = most;
    const Trace one = traceOfEveryDivision(Role::Server, fromClient(wire::kText, "one"), limits);
    EXPECT_EQ(one.events[0], "text:one") << most;
    const Trace two = traceOfEveryDivision(
        Role::Server, fromClient(wire::kTextPart, "t") + fromClient(wire::kLast, "wo"), limits);
    EXPECT_EQ(wire::framesIn(two.sent).back().payload.substr(0, 2), wire::closeBody(1009)) << most;
  }
}

TEST(Exhaustion, CountsFragmentsPerMessage) {
  ConnectionLimits limits;
  limits.maxFragments = 3;
  std::string input;
  for (int i = 0; i < 5; ++i) {
    input += fromClient(wire::kTextPart, "a") + fromClient(wire::kPing, "") +
             fromClient(wire::kMiddle, "b") + fromClient(wire::kLast, "c");
  }
  EXPECT_EQ(traceOfEveryDivision(Role::Server, input, limits).events.size(), 11U);
  const Trace over =
      traceOfEveryDivision(Role::Server,
                           input + fromClient(wire::kTextPart, "") + fromClient(wire::kMiddle, "") +
                               fromClient(wire::kMiddle, "") + fromClient(wire::kMiddle, ""),
                           limits);
  EXPECT_EQ(wire::framesIn(over.sent).back().payload.substr(0, 2), wire::closeBody(1009));
}

TEST(Exhaustion, KeepsOnePongForAMillionPingsWhileItsOutputIsBlocked) {
  for (const Role role : {Role::Server, Role::Client}) {
    Endpoint endpoint(role);
    endpoint.transportRoom = 1;
    ASSERT_TRUE(endpoint.connection.sendText("x"));
    endpoint.drain();
    const std::string data(125, 'p');
    const std::string ping =
        role == Role::Server ? fromClient(wire::kPing, data) : fromServer(wire::kPing, data);
    const AllocationCounter counter;
    flood(endpoint.connection, ping, 1'000'000, endpoint.now());
    EXPECT_LT(counter.peak(), 1000U);
    endpoint.receive(role == Role::Server ? fromClient(wire::kPing, "the last")
                                          : fromServer(wire::kPing, "the last"));
    endpoint.transportRoom = SIZE_MAX;
    endpoint.drain();
    const std::vector<wire::Frame> frames = endpoint.sentFrames();
    ASSERT_EQ(frames.size(), 2U);
    EXPECT_EQ(frames[1].first, wire::kPong);
    EXPECT_EQ(frames[1].payload, "the last");
  }
}

TEST(Exhaustion, KeepsOnePongThoughItIsOfferedToTheTransportAgainAndAgain) {
  Endpoint server(Role::Server);
  server.transportRoom = 1;
  ASSERT_TRUE(server.connection.sendText("x"));
  server.drain();
  for (int i = 0; i < 1000; ++i) server.receive(fromClient(wire::kPing, std::to_string(i)));
  server.transportRoom = SIZE_MAX;
  server.drain();
  EXPECT_EQ(server.sent, fromServer(wire::kText, "x") + fromServer(wire::kPong, "999"));
}

TEST(Exhaustion, FillsTheCorkAndNoMoreWithPongsBetweenTwoDrains) {
  Endpoint server(Role::Server);
  const std::string ping = fromClient(wire::kPing, std::string(125, 'p'));
  flood(server.connection, ping, 1, server.now());
  const AllocationCounter counter;
  flood(server.connection, ping, 1'000'000, server.now());
  EXPECT_LT(counter.peak(), 10'000U);
  EXPECT_LE(server.connection.outputSize(), 64U * 1024);
  server.drain();
  EXPECT_FALSE(server.connection.hasOutput());
}

TEST(Exhaustion, AnswersAMillionCloseFramesOnceAndEndsAtItsDeadline) {
  for (const Role role : {Role::Server, Role::Client}) {
    const std::string body = wire::closeBody(1000, "again");
    const std::string close =
        role == Role::Server ? fromClient(wire::kClose, body) : fromServer(wire::kClose, body);
    Endpoint endpoint(role);
    endpoint.receive(close);
    ASSERT_EQ(endpoint.sentFrames().size(), 1U);
    const LiveBytes live;
    flood(endpoint.connection, close, 1'000'000, endpoint.now());
    EXPECT_LT(live.peak(), 1000U);
    EXPECT_FALSE(endpoint.connection.hasOutput());
    EXPECT_FALSE(endpoint.closed) << "TCP goes on";
    endpoint.waitForDeadlines(endpoint.limits.closeTimeout + std::chrono::seconds(1));
    EXPECT_TRUE(endpoint.closed) << "whatever the peer still sends";
    EXPECT_EQ(endpoint.sentFrames().size(), 1U);
  }
}

/// Bytes that look like the beginnings of frames more often than chance would have it.
std::string hostileBytes(std::mt19937& random, std::size_t size) {
  constexpr std::array<unsigned, 14> kLikely{0x00, 0x01, 0x02, 0x80, 0x81, 0x82, 0x89,
                                             0x8A, 0xC1, 0xFE, 0xFF, 0x7E, 0x7F, 0x05};
  std::string bytes;
  while (bytes.size() < size) {
    const unsigned value = random() % 2 == 0 ? kLikely[random() % kLikely.size()] : random() % 256;
    bytes.push_back(static_cast<char>(value));
  }
  return bytes;
}

// A reader that waits for more than it says, or that goes round without taking a byte, would not
// come to the end of its input.
TEST(Exhaustion, MovesForwardWithEachCallWhateverTheBytesSay) {
  std::mt19937 random(1);
  const std::array<std::optional<DeflateAgreement>, 2> agreements{std::nullopt, DeflateAgreement{}};
  for (std::size_t i = 0; i < 20'000; ++i) {
    const Role role = i % 2 == 0 ? Role::Server : Role::Client;
    Endpoint endpoint(role, {}, agreements[i / 2 % 2]);
    std::string bytes = hostileBytes(random, 100);
    std::size_t calls = 0;
    for (char& byte : bytes) {
      std::span<std::byte> input = std::as_writable_bytes(std::span(&byte, 1));
      while (!input.empty() && calls < 2 * bytes.size()) {
        (void)endpoint.connection.receive(input, endpoint.now());
        ++calls;
      }
      endpoint.connection.eventHandled();
      if (endpoint.connection.hasOutput()) takeAll(endpoint.connection);
    }
    ASSERT_LE(calls, bytes.size()) << "one byte, one call; run " << i;
  }
}

TEST(Exhaustion, AllocatesNothingPerMessageOnceItIsWarm) {
  for (const Role role : {Role::Server, Role::Client}) {
    Endpoint endpoint(role);
    std::string frames;
    for (int i = 0; i < 32; ++i) {
      frames += role == Role::Server ? fromClient(wire::kText, std::string(64, 'x'))
                                     : fromServer(wire::kText, std::string(64, 'x'));
    }
    std::string copy = frames;
    const auto echo = [&] {
      copy.assign(frames);
      std::span<std::byte> input = std::as_writable_bytes(std::span(copy));
      while (!input.empty()) {
        const ConnectionEvent event = endpoint.connection.receive(input, endpoint.now());
        ASSERT_EQ(event.type, ConnectionEvent::Type::Message);
        ASSERT_TRUE(endpoint.connection.sendText(
            {reinterpret_cast<const char*>(event.payload.data()), event.payload.size()}));
      }
      takeAll(endpoint.connection);
    };
    echo();
    const AllocationCounter counter;
    for (int i = 0; i < 1000; ++i) echo();
    EXPECT_EQ(counter.count(), 0U);
  }
}

TEST(Exhaustion, SharesItsMemoryAmongConnectionsThatWaitTheirTurn) {
  Endpoint first(Role::Server);
  std::vector<std::unique_ptr<Connection>> others;
  for (int i = 0; i < 300; ++i) {
    others.push_back(std::make_unique<Connection>(Role::Server, first.limits, first.entropy,
                                                  first.pool, first.now()));
  }
  const auto round = [&] {
    ASSERT_TRUE(first.connection.sendText("to all"));
    for (const auto& other : others) ASSERT_TRUE(other->sendText("to all"));
    takeAll(first.connection);
    for (const auto& other : others) takeAll(*other);
  };
  round();
  const AllocationCounter counter;
  for (int i = 0; i < 100; ++i) round();
  EXPECT_EQ(counter.count(), 0U);
}

TEST(Exhaustion, IsBackAtItsBaselineAfterABurst) {
  Endpoint server(Role::Server);
  // The stock that a pool keeps for ever, and the cork.
  constexpr std::ptrdiff_t kPoolKeeps = 2'000'000;
  server.transportRoom = 10;
  const AllocationCounter counter;
  for (int i = 0; i < 64; ++i) {
    for (int k = 0; k < 100; ++k) {
      ASSERT_TRUE(server.connection.sendText(std::string(10'000, 'x')));
    }
  }
  server.drain();
  EXPECT_GT(counter.growth(), 60'000'000);
  server.connection.transportLost(server.now());
  server.drain();
  EXPECT_LT(counter.growth(), kPoolKeeps);
}

TEST(Exhaustion, HoldsNothingWhileIdle) {
  Endpoint server(Role::Server);
  server.receive(fromClient(wire::kText, "warm"));
  ASSERT_TRUE(server.connection.sendText("warm"));
  server.drain();
  const std::string frame = fromClient(wire::kBinary, std::string(200'000, 'x'));
  server.events.clear();
  server.events.shrink_to_fit();
  const AllocationCounter counter;
  server.receive(fromClient(wire::kBinaryPart, "a"));
  server.receive(fromClient(wire::kLast, "b"));
  server.receive(frame.substr(0, 100'000));
  server.receive(frame.substr(100'000));
  server.events.clear();
  server.events.shrink_to_fit();
  EXPECT_EQ(counter.growth(), 0);
}

TEST(Exhaustion, EndsTheReadingOfBytesAfterAFailure) {
  Endpoint server(Role::Server);
  server.receive(fromClient(0x83, ""));
  const AllocationCounter counter;
  flood(server.connection, fromClient(wire::kBinaryPart, std::string(1000, 'x')), 10'000,
        server.now());
  EXPECT_EQ(server.sentFrames().size(), 1U);
  EXPECT_LT(counter.peak(), 5000U);
}

TEST(Exhaustion, KeepsNothingOfWhatComesBehindItsCloseFrame) {
  Endpoint server(Role::Server);
  server.connection.close(1000, {}, server.now());
  server.drain();
  server.receive(headerOf(wire::kBinary, std::uint64_t{1} << 40U, Role::Server));
  const std::string piece(100'000, '\0');
  std::string copy = piece;
  const AllocationCounter counter;
  flood(server.connection, piece, 1000, server.now());
  EXPECT_TRUE(server.connection.directBuffer().empty());
  EXPECT_LT(counter.peak(), 200'000U);
  EXPECT_FALSE(server.closed);
}

}  // namespace
}  // namespace parley::protocol
