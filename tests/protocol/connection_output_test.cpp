#include "protocol/endpoint.hpp"

#include <array>
#include <memory>

#include <gtest/gtest.h>

namespace parley::protocol {
namespace {

using wire::fromClient;
using wire::fromServer;

std::span<const std::byte> bytesOf(std::string_view text) {
  return std::as_bytes(std::span(text));
}

std::string patternOf(std::size_t size) {
  std::string text(size, 'x');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + (i * 7 + i / 251) % 26);
  return text;
}

/// The message that `frames` carry from `at` on; moves behind it.
std::string messageAt(const std::vector<wire::Frame>& frames, std::size_t& at) {
  std::string message;
  while (at < frames.size()) {
    const wire::Frame& frame = frames[at++];
    if ((frame.first & 0x08U) != 0) continue;
    message += frame.payload;
    if ((frame.first & 0x80U) != 0) return message;
  }
  return message + " (not finished)";
}

TEST(ConnectionOutput, WritesTheExactFramesOfAServer) {
  for (const std::size_t size : {0U, 1U, 125U, 126U, 1000U, 16'383U}) {
    const std::string payload = patternOf(size);
    Endpoint server(Role::Server);
    ASSERT_TRUE(server.connection.sendText(payload));
    server.connection.sendBinary(bytesOf(payload));
    server.drain();
    EXPECT_EQ(server.sent, fromServer(wire::kText, payload) + fromServer(wire::kBinary, payload));
  }
}

TEST(ConnectionOutput, WritesTheExactFramesOfAClientEachWithAKey) {
  for (const std::size_t size : {0U, 1U, 125U, 126U, 1000U, 16'383U}) {
    const std::string payload = patternOf(size);
    Endpoint client(Role::Client);
    ASSERT_TRUE(client.connection.sendText(payload));
    client.connection.sendBinary(bytesOf(payload));
    client.connection.ping(bytesOf("p"), client.now());
    client.drain();
    EXPECT_EQ(client.sent, fromClient(wire::kText, payload) + fromClient(wire::kBinary, payload) +
                               fromClient(wire::kPing, "p"));
  }
}

TEST(ConnectionOutput, DrawsAFreshKeyForEveryFrame) {
  const ConnectionLimits limits;
  testing::FixedEntropy entropy({1, 2, 3, 4, 5, 6, 7, 8});
  BufferPool pool;
  Connection client(Role::Client, limits, entropy, pool, Time());
  ASSERT_TRUE(client.sendText(""));
  ASSERT_TRUE(client.sendText(""));
  std::array<OutputPiece, 1> pieces;
  ASSERT_EQ(client.output(pieces), 1U);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(pieces[0].data), pieces[0].size),
            wire::bytes({0x81, 0x80, 1, 2, 3, 4, 0x81, 0x80, 5, 6, 7, 8}));
}

TEST(ConnectionOutput, RefusesTextThatIsNotUtf8AndQueuesNothing) {
  for (const Role role : {Role::Server, Role::Client}) {
    for (const std::size_t size : {0U, 100U, 1000U, 20'000U}) {
      Endpoint endpoint(role);
      ASSERT_TRUE(endpoint.connection.sendText("before"));
      EXPECT_FALSE(endpoint.connection.sendText(std::string(size, 'x') + "\xFF"));
      EXPECT_FALSE(
          endpoint.connection.sendText(ArrayBuffer::copyOf(std::string(size, 'x') + "\xC3")));
      EXPECT_EQ(endpoint.connection.unsentPayload(), 6U);
      ASSERT_TRUE(endpoint.connection.sendText("behind"));
      endpoint.drain();
      ASSERT_EQ(endpoint.sentFrames().size(), 2U);
      EXPECT_EQ(endpoint.sentFrames()[1].payload, "behind");
    }
  }
}

TEST(ConnectionOutput, RefusesBadTextInAQueueThatWaitsWithoutATrace) {
  Endpoint server(Role::Server);
  server.transportRoom = 3;
  ASSERT_TRUE(server.connection.sendText("first"));
  server.drain();
  // Fill the segment to its end, so that the bad text would begin a new one.
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(server.connection.sendText(std::string(100, 'y')));
    EXPECT_FALSE(server.connection.sendText(std::string(100, 'y') + "\xFF"));
  }
  server.transportRoom = SIZE_MAX;
  server.drain();
  EXPECT_EQ(server.sentFrames().size(), 51U);
  EXPECT_FALSE(server.connection.hasOutput());
  EXPECT_FALSE(server.connection.sendText("\xFF"));
  EXPECT_FALSE(server.connection.hasOutput());
}

TEST(ConnectionOutput, GathersTheFramesOfATurnInOnePiece) {
  Endpoint server(Role::Server);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(server.connection.sendText("message"));
  EXPECT_EQ(server.connection.outputSize(), 900U);
  std::array<OutputPiece, 4> pieces;
  ASSERT_EQ(server.connection.output(pieces), 1U);
  EXPECT_EQ(pieces[0].size, 900U);
}

TEST(ConnectionOutput, GoesOnWhenTheCorkIsFullOrAnothers) {
  Endpoint first(Role::Server);
  Connection second(Role::Server, first.limits, first.entropy, first.pool, first.now());
  std::string expected;
  for (int i = 0; i < 200; ++i) {
    const std::string payload = patternOf(1000 + static_cast<std::size_t>(i));
    ASSERT_TRUE(first.connection.sendText(payload));
    ASSERT_TRUE(second.sendText(payload));
    expected += fromServer(wire::kText, payload);
  }
  EXPECT_EQ(first.connection.outputSize(), expected.size());
  EXPECT_EQ(second.outputSize(), expected.size());
  first.writeSize = 777;
  first.drain();
  EXPECT_EQ(first.sent, expected);
  std::string sent;
  std::array<OutputPiece, 3> pieces;
  while (const std::size_t count = second.output(pieces)) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < count; ++i) {
      sent.append(reinterpret_cast<const char*>(pieces[i].data), pieces[i].size);
      size += pieces[i].size;
    }
    second.outputTaken(size);
  }
  EXPECT_EQ(sent, expected);
  EXPECT_FALSE(second.hasOutput());
}

TEST(ConnectionOutput, LeavesTheCorkToOthersWhenItIsDestroyed) {
  Endpoint server(Role::Server);
  {
    Connection other(Role::Server, server.limits, server.entropy, server.pool, server.now());
    ASSERT_TRUE(other.sendText("never sent"));
  }
  ASSERT_TRUE(server.connection.sendText("sent"));
  server.drain();
  EXPECT_EQ(server.sent, fromServer(wire::kText, "sent"));
}

TEST(ConnectionOutput, SendsTheSameBytesHoweverTheTransportTakesThem) {
  const std::string large = patternOf(30'000);
  for (const Role role : {Role::Server, Role::Client}) {
    std::string expected;
    for (const std::size_t writeSize :
         {SIZE_MAX, std::size_t{1}, std::size_t{7}, std::size_t{4096}, std::size_t{5000}}) {
      Endpoint endpoint(role);
      endpoint.limits.fragmentSize = 10'000;
      endpoint.writeSize = writeSize;
      ASSERT_TRUE(endpoint.connection.sendText("first"));
      endpoint.connection.sendBinary(bytesOf(large));
      ASSERT_TRUE(endpoint.connection.sendText(ArrayBuffer::copyOf(patternOf(25'000))));
      endpoint.connection.sendBinary(ArrayBuffer::copyOf(patternOf(100)));
      endpoint.connection.close(1000, "end", endpoint.now());
      endpoint.connection.retainOutput();
      endpoint.drain();
      if (expected.empty()) expected = endpoint.sent;
      EXPECT_TRUE(endpoint.sent == expected) << writeSize;
    }
    const std::vector<wire::Frame> frames = wire::framesIn(expected);
    std::size_t at = 0;
    EXPECT_EQ(messageAt(frames, at), "first");
    EXPECT_TRUE(messageAt(frames, at) == large);
    EXPECT_EQ(at, 4U) << "three fragments of 10 000 bytes";
    EXPECT_TRUE(messageAt(frames, at) == patternOf(25'000));
    EXPECT_EQ(messageAt(frames, at), patternOf(100));
    EXPECT_EQ(frames.back().first, wire::kClose);
    EXPECT_EQ(frames.size(), at + 1);
  }
}

TEST(ConnectionOutput, CutsLargeMessagesIntoFragments) {
  Endpoint server(Role::Server);
  const std::string payload = patternOf(600'000);
  server.connection.sendBinary(bytesOf(payload));
  server.drain();
  EXPECT_EQ(server.sent, fromServer(wire::kBinaryPart, payload.substr(0, 262'144)) +
                             fromServer(wire::kMiddle, payload.substr(262'144, 262'144)) +
                             fromServer(wire::kLast, payload.substr(524'288)));
}

TEST(ConnectionOutput, GathersALargeMessageFromTheCallersMemory) {
  Endpoint server(Role::Server);
  const std::string payload = patternOf(16'384);
  ASSERT_TRUE(server.connection.sendText("before"));
  ASSERT_TRUE(server.connection.sendText(payload));
  EXPECT_TRUE(server.connection.borrowsPayload());
  std::array<OutputPiece, 8> pieces;
  ASSERT_EQ(server.connection.output(pieces), 3U);
  EXPECT_EQ(static_cast<const void*>(pieces[2].data), payload.data());
  server.connection.outputTaken(pieces[0].size + pieces[1].size + 100);
  server.connection.retainOutput();
  EXPECT_FALSE(server.connection.borrowsPayload());
  ASSERT_EQ(server.connection.output(pieces), 1U);
  EXPECT_NE(static_cast<const void*>(pieces[0].data), payload.data() + 100);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(pieces[0].data), pieces[0].size),
            payload.substr(100));
}

TEST(ConnectionOutput, NeedsTheCallersMemoryNoLongerThanUntilRetained) {
  for (const Role role : {Role::Server, Role::Client}) {
    Endpoint endpoint(role);
    endpoint.transportRoom = 70'000;
    const std::string expected = patternOf(300'000);
    auto payload = std::make_unique<std::string>(expected);
    endpoint.connection.sendBinary(bytesOf(*payload));
    endpoint.drain();
    payload.reset();
    EXPECT_FALSE(endpoint.connection.borrowsPayload());
    endpoint.transportRoom = SIZE_MAX;
    endpoint.writeSize = 9'999;
    endpoint.drain();
    std::size_t at = 0;
    EXPECT_TRUE(messageAt(endpoint.sentFrames(), at) == expected);
  }
}

TEST(ConnectionOutput, SendsMemoryThatWasMovedInWithoutACopy) {
  Endpoint server(Role::Server);
  ArrayBuffer payload = ArrayBuffer::copyOf(patternOf(50'000));
  const std::byte* const memory = payload.data();
  server.connection.sendBinary(std::move(payload));
  EXPECT_FALSE(server.connection.borrowsPayload());
  std::array<OutputPiece, 8> pieces;
  ASSERT_EQ(server.connection.output(pieces), 2U);
  EXPECT_EQ(pieces[1].data, memory);
}

TEST(ConnectionOutput, LetsPingsAndPongsSlipBetweenTheFragmentsOfALargeMessage) {
  Endpoint server(Role::Server);
  server.limits.fragmentSize = 20'000;
  server.transportRoom = 30'000;
  const std::string payload = patternOf(100'000);
  server.connection.sendBinary(bytesOf(payload));
  server.drain();
  server.receive(fromClient(wire::kPing, "are you there"));
  server.connection.ping(bytesOf("and you"), server.now());
  server.connection.close(1000, {}, server.now());
  server.transportRoom = SIZE_MAX;
  server.drain();
  const std::vector<wire::Frame> frames = server.sentFrames();
  ASSERT_EQ(frames.size(), 8U);
  EXPECT_EQ(frames[1].payload, payload.substr(20'000, 20'000)) << "the fragment that was begun";
  EXPECT_EQ(frames[2].payload, "are you there");
  EXPECT_EQ(frames[3].payload, "and you");
  EXPECT_EQ(frames[4].payload, payload.substr(40'000, 20'000));
  EXPECT_EQ(frames[7].first, wire::kClose) << "behind the whole message";
}

TEST(ConnectionOutput, NeverPutsAControlFrameIntoAFrame) {
  for (std::size_t room = 0; room < 40; ++room) {
    Endpoint client(Role::Client);
    client.transportRoom = room;
    ASSERT_TRUE(client.connection.sendText("0123456789"));
    client.drain();
    ASSERT_TRUE(client.connection.sendText("more"));
    client.receive(fromServer(wire::kPing, "first"));
    client.drain();
    client.receive(fromServer(wire::kPing, "second"));
    client.connection.close(1000, {}, client.now());
    client.writeSize = 3;
    client.transportRoom = SIZE_MAX;
    client.drain();
    std::string seen;
    for (const wire::Frame& frame : client.sentFrames()) {
      EXPECT_EQ(frame.masked, wire::Masked::Yes);
      seen += frame.first == wire::kPong   ? " pong"
              : frame.first == wire::kText ? " text"
                                           : " close";
    }
    if (room >= 16) {
      EXPECT_EQ(seen.substr(0, 5), " text") << room;
    }
    EXPECT_EQ(seen.substr(seen.size() - 6), " close") << room;
    EXPECT_NE(seen.find(" pong"), std::string::npos) << room;
  }
}

TEST(ConnectionOutput, SendsAPongThatWaitedBeforeTheCloseFrame) {
  Endpoint server(Role::Server);
  server.transportRoom = 3;
  ASSERT_TRUE(server.connection.sendText("0123456789"));
  server.drain();
  server.receive(fromClient(wire::kPing, "p"));
  server.connection.close(1000, {}, server.now());
  server.transportRoom = 4;
  server.drain();
  server.transportRoom = SIZE_MAX;
  server.drain();
  EXPECT_EQ(server.sent, fromServer(wire::kText, "0123456789") + fromServer(wire::kPong, "p") +
                             fromServer(wire::kClose, wire::closeBody(1000)));
}

TEST(ConnectionOutput, SendsAPongThatWaitedForThePartOfAPingBeforeTheCloseFrame) {
  Endpoint server(Role::Server);
  server.transportRoom = 1;
  ASSERT_TRUE(server.connection.sendText("x"));
  server.drain();
  server.connection.ping(bytesOf("ping"), server.now());
  server.transportRoom = 3;  // the rest of the text, and the first byte of the Ping
  server.drain();
  server.receive(fromClient(wire::kPing, "pong"));
  server.receive(fromClient(wire::kClose, wire::closeBody(1000)));
  server.transportRoom = SIZE_MAX;
  server.drain();
  EXPECT_EQ(server.sent, fromServer(wire::kText, "x") + fromServer(wire::kPing, "ping") +
                             fromServer(wire::kPong, "pong") +
                             fromServer(wire::kClose, wire::closeBody(1000)));
}

TEST(ConnectionOutput, CountsUnsentPayloadInApplicationBytes) {
  Endpoint client(Role::Client);
  EXPECT_EQ(client.connection.unsentPayload(), 0U);
  ASSERT_TRUE(client.connection.sendText("caf\xC3\xA9"));
  EXPECT_EQ(client.connection.unsentPayload(), 5U);
  client.connection.ping(bytesOf("not counted"), client.now());
  EXPECT_EQ(client.connection.unsentPayload(), 5U);
  const std::string large = patternOf(100'000);
  client.connection.sendBinary(bytesOf(large));
  EXPECT_EQ(client.connection.unsentPayload(), 100'005U);
  client.transportRoom = 11 + 17;
  client.drain();
  EXPECT_EQ(client.connection.unsentPayload(), 100'000U) << "the cork has been taken whole";
  client.transportRoom = 14 + 1000;
  client.drain();
  EXPECT_EQ(client.connection.unsentPayload(), 99'000U);
  client.transportRoom = SIZE_MAX;
  client.drain();
  EXPECT_EQ(client.connection.unsentPayload(), 0U);
}

TEST(ConnectionOutput, KeepsCountingWhatACutConnectionDidNotSend) {
  Endpoint server(Role::Server);
  server.transportRoom = 10'000;
  const std::string large = patternOf(50'000);
  server.connection.sendBinary(bytesOf(large));
  ASSERT_TRUE(server.connection.sendText("12345"));
  server.drain();
  const std::uint64_t before = server.connection.unsentPayload();
  EXPECT_EQ(before, 50'000U - (10'000 - 4) + 5);
  server.connection.transportLost(server.now());
  EXPECT_EQ(server.connection.unsentPayload(), before);
  EXPECT_FALSE(server.connection.hasOutput());
  ASSERT_TRUE(server.connection.sendText("ignored"));
  EXPECT_EQ(server.connection.unsentPayload(), before);
}

TEST(ConnectionOutput, GivesUpItsBacklogWhenTheApplicationFindsItTooLong) {
  Endpoint server(Role::Server);
  server.transportRoom = 10;
  ASSERT_TRUE(server.connection.sendText("0123456789"));
  server.drain();
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(server.connection.sendText(std::string(1000, 'x')));
  const std::string large = patternOf(50'000);
  server.connection.sendBinary(bytesOf(large));
  const std::uint64_t before = server.connection.unsentPayload();
  server.connection.fail(FailureCause::OutgoingBufferFull, server.now());
  EXPECT_EQ(server.connection.unsentPayload(), before);
  EXPECT_LE(server.connection.outputSize(), 2048U) << "the buffer that was begun, and Close";
  EXPECT_FALSE(server.connection.borrowsPayload());
  server.transportRoom = SIZE_MAX;
  server.drain();
  const std::vector<wire::Frame> frames = server.sentFrames();
  ASSERT_LE(frames.size(), 4U);
  EXPECT_EQ(frames.front().payload, "0123456789");
  EXPECT_EQ(frames.back().payload.substr(0, 2), wire::closeBody(1013));
}

TEST(ConnectionOutput, GivesUpALargeMessageBehindItsFragment) {
  Endpoint server(Role::Server);
  server.limits.fragmentSize = 20'000;
  server.transportRoom = 25'000;
  const std::string large = patternOf(100'000);
  server.connection.sendBinary(bytesOf(large));
  server.drain();
  server.connection.fail(FailureCause::OutgoingBufferFull, server.now());
  server.transportRoom = SIZE_MAX;
  server.drain();
  const std::vector<wire::Frame> frames = server.sentFrames();
  ASSERT_EQ(frames.size(), 3U);
  EXPECT_EQ(frames[1].payload.size(), 20'000U);
  EXPECT_EQ(frames[2].first, wire::kClose);
  EXPECT_EQ(server.connection.unsentPayload(), 60'000U);
}

TEST(ConnectionOutput, IsEmptyAtFirst) {
  Endpoint server(Role::Server);
  std::array<OutputPiece, 2> pieces;
  EXPECT_EQ(server.connection.output(pieces), 0U);
  EXPECT_FALSE(server.connection.hasOutput());
  server.connection.retainOutput();
  server.connection.outputTaken(0);
  EXPECT_FALSE(server.connection.hasOutput());
  EXPECT_EQ(server.connection.outputSize(), 0U);
}

TEST(Connection, IsSmall) {
  EXPECT_LE(sizeof(Connection), 104U);
}

TEST(ConnectionOutput, AsksForTheRestOfAMessagePieceByPiece) {
  for (const Role role : {Role::Server, Role::Client}) {
    Endpoint sender(role);
    const std::string payload = patternOf(700'000);
    ASSERT_TRUE(sender.connection.sendText("before"));
    sender.connection.startBinary(payload.size());
    ASSERT_TRUE(sender.connection.sendText("behind"));
    EXPECT_FALSE(sender.connection.wantsPayload()) << "something is to be written first";
    EXPECT_EQ(sender.connection.unsentPayload(), payload.size() + 12);
    EXPECT_EQ(sender.connection.unprovidedPayload(), payload.size());
    std::size_t provided = 0;
    for (const std::size_t size : {1U, 99'999U, 600'000U}) {
      sender.drain();
      ASSERT_TRUE(sender.connection.wantsPayload());
      sender.connection.providePayload(
          ArrayBuffer::copyOf(std::string_view(payload).substr(provided, size)));
      provided += size;
      EXPECT_EQ(sender.connection.unprovidedPayload(), payload.size() - provided);
    }
    sender.drain();
    EXPECT_FALSE(sender.connection.wantsPayload());
    EXPECT_FALSE(sender.connection.hasOutput());
    EXPECT_EQ(sender.connection.unsentPayload(), 0U);
    std::size_t at = 0;
    const std::vector<wire::Frame> frames = sender.sentFrames();
    EXPECT_EQ(messageAt(frames, at), "before");
    EXPECT_TRUE(messageAt(frames, at) == payload);
    EXPECT_EQ(messageAt(frames, at), "behind");
    EXPECT_EQ(at, frames.size());
  }
}

TEST(ConnectionOutput, PingsAndPongsPassAMessageThatIsNotThereYet) {
  Endpoint server(Role::Server);
  server.connection.startBinary(1000);
  server.drain();
  EXPECT_EQ(server.sent, "");
  server.receive(fromClient(wire::kPing, "are you there?"));
  EXPECT_EQ(server.sent, fromServer(wire::kPong, "are you there?"));
  EXPECT_TRUE(server.connection.wantsPayload());
}

TEST(ConnectionOutput, AnEmptyMessageIsNotWaitedFor) {
  Endpoint server(Role::Server);
  server.connection.startBinary(0);
  EXPECT_FALSE(server.connection.wantsPayload());
  server.drain();
  EXPECT_EQ(server.sent, fromServer(wire::kBinary, ""));
}

TEST(ConnectionOutput, SendsSharedMemoryWithoutACopyThoughTheTransportIsFull) {
  Endpoint server(Role::Server);
  auto owner = std::make_shared<const std::string>(patternOf(300'000));
  server.transportRoom = 1000;
  server.connection.sendBinary(bytesOf(*owner), owner);
  server.drain();
  server.connection.retainOutput();
  std::array<OutputPiece, 8> pieces;
  ASSERT_GT(server.connection.output(pieces), 0U);
  const auto* const begin = reinterpret_cast<const std::byte*>(owner->data());
  EXPECT_EQ(pieces[0].data, begin + 1000 - 10) << "behind the header of ten bytes";
  server.transportRoom = SIZE_MAX;
  server.drain();
  std::size_t at = 0;
  EXPECT_TRUE(messageAt(server.sentFrames(), at) == *owner);
  EXPECT_EQ(owner.use_count(), 1);
}

TEST(ConnectionOutput, CopiesSharedMemoryThatIsSmall) {
  Endpoint client(Role::Client);
  auto owner = std::make_shared<const std::string>("small");
  client.connection.sendBinary(bytesOf(*owner), owner);
  EXPECT_EQ(owner.use_count(), 1);
  client.drain();
  EXPECT_EQ(client.sent, fromClient(wire::kBinary, "small"));
}

TEST(ConnectionOutput, AFailureDoesNotWaitForWhatWasNotProvided) {
  Endpoint server(Role::Server);
  server.connection.startBinary(1000);
  server.connection.providePayload(ArrayBuffer::copyOf(patternOf(100)));
  server.drain();
  server.receive(fromClient(0x83, ""));
  EXPECT_FALSE(server.connection.wantsPayload());
  EXPECT_EQ(server.sentFrames().back().first, wire::kClose);
  EXPECT_EQ(server.connection.unsentPayload(), 900U) << "and never will be";
}

}  // namespace
}  // namespace parley::protocol
