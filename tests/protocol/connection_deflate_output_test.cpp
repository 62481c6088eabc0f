#include "protocol/deflated_wire.hpp"
#include "protocol/endpoint.hpp"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

// Compressed messages that are sent (RFC 7692).

namespace parley::protocol {
namespace {

using wire::fromClient;

using Context = DeflateAgreement::Context;

constexpr DeflateAgreement kKept{};

std::span<const std::byte> bytesOf(std::string_view text) {
  return std::as_bytes(std::span(text));
}

/// The messages among what was sent: those that are compressed, decompressed.
std::vector<std::string> messagesOf(const Endpoint& endpoint, DeflatedWire& peer) {
  std::vector<std::string> messages;
  std::string payload;
  bool isDeflated = false;
  for (const wire::Frame& frame : endpoint.sentFrames()) {
    if ((frame.first & 8U) != 0) continue;
    if ((frame.first & 15U) != 0) {
      isDeflated = (frame.first & 0x40U) != 0;
    } else {
      EXPECT_EQ(frame.first & 0x40U, 0U) << "RSV1 on a continuation";
    }
    payload += frame.payload;
    if ((frame.first & 0x80U) == 0) continue;
    messages.push_back(isDeflated ? peer.inflate(payload) : payload);
    payload.clear();
  }
  return messages;
}

TEST(ConnectionDeflateOutput, CompressesFromTheThresholdOn) {
  for (const Role role : {Role::Server, Role::Client}) {
    Endpoint end(role, {}, kKept, {.threshold = 200});
    ASSERT_TRUE(end.connection.sendText(wordsOf(199)));
    ASSERT_TRUE(end.connection.sendText(wordsOf(200)));
    end.connection.sendBinary(bytesOf(wordsOf(199)));
    end.connection.sendBinary(bytesOf(wordsOf(5'000)));
    end.drain();
    const auto frames = end.sentFrames();
    ASSERT_EQ(frames.size(), 4U);
    EXPECT_EQ(frames[0].first, wire::kText);
    EXPECT_EQ(frames[1].first, wire::kTextDeflated);
    EXPECT_EQ(frames[2].first, wire::kBinary);
    EXPECT_EQ(frames[3].first, wire::kBinaryDeflated);
    EXPECT_EQ(frames[3].masked, role == Role::Client ? wire::Masked::Yes : wire::Masked::No);
    EXPECT_LT(frames[3].payload.size(), 2'500U);
    DeflatedWire peer;
    EXPECT_EQ(messagesOf(end, peer),
              (std::vector<std::string>{wordsOf(199), wordsOf(200), wordsOf(199), wordsOf(5'000)}));
  }
}

TEST(ConnectionDeflateOutput, ByDefaultBeginsAt128Bytes) {
  Endpoint server(Role::Server, {}, kKept);
  ASSERT_TRUE(server.connection.sendText(std::string(127, 'x')));
  ASSERT_TRUE(server.connection.sendText(std::string(128, 'x')));
  server.drain();
  EXPECT_EQ(server.sentFrames()[0].first, wire::kText);
  EXPECT_EQ(server.sentFrames()[1].first, wire::kTextDeflated);
}

TEST(ConnectionDeflateOutput, SendsAsItIsWhatIsNeverToBeCompressed) {
  Endpoint server(Role::Server, {}, kKept);
  const std::string message = wordsOf(50'000);
  const SendOptions never{.compress = SendOptions::Never};
  ASSERT_TRUE(server.connection.sendText(message, never));
  ASSERT_TRUE(server.connection.sendText(ArrayBuffer::copyOf(message), never));
  server.connection.sendBinary(bytesOf(message), never);
  server.connection.sendBinary(ArrayBuffer::copyOf(message), never);
  server.connection.sendBinary(bytesOf(message).first(1'000), never);
  server.drain();
  for (const wire::Frame& frame : server.sentFrames()) EXPECT_EQ(frame.first & 0x40U, 0U);
  EXPECT_EQ(server.sentFrames().size(), 5U);
}

TEST(ConnectionDeflateOutput, SendsAsItIsWhatDoesNotGetSmaller) {
  for (const std::size_t size : {130U, 5'000U, 20'000U, 100'000U}) {
    Endpoint server(Role::Server, {}, kKept);
    std::vector<std::string> sent;
    for (unsigned i = 0; i < 6; ++i) {
      const std::string message = i % 2 == 0 ? wordsOf(size, i) : noiseOf(size, i);
      sent.push_back(message);
      if (i == 3) {
        server.connection.sendBinary(ArrayBuffer::copyOf(message));
      } else {
        server.connection.sendBinary(bytesOf(message));
      }
      server.drain();
    }
    for (const wire::Frame& frame : server.sentFrames()) {
      if (frame.payload == sent[1] || frame.payload == sent[3] || frame.payload == sent[5]) {
        EXPECT_EQ(frame.first, wire::kBinary);
      }
    }
    DeflatedWire peer;
    EXPECT_TRUE(messagesOf(server, peer) == sent) << size;
  }
}

TEST(ConnectionDeflateOutput, SendsEverythingAsItIsForAWindowOfEightBits) {
  DeflateAgreement agreement;
  agreement.fromClient.windowBits = 8;
  Endpoint client(Role::Client, {}, agreement);
  ASSERT_TRUE(client.connection.sendText(wordsOf(5'000)));
  client.drain();
  EXPECT_EQ(client.sentFrames()[0].first, wire::kText);
}

TEST(ConnectionDeflateOutput, QueuesNothingForTextThatIsNotUtf8) {
  Endpoint server(Role::Server, {}, kKept);
  for (const std::size_t size : {500U, 30'000U, 100'000U}) {
    EXPECT_FALSE(server.connection.sendText(wordsOf(size) + "\xff"));
    EXPECT_FALSE(server.connection.sendText(ArrayBuffer::copyOf(wordsOf(size) + "\xff")));
  }
  EXPECT_FALSE(server.connection.hasOutput());
  // And what was refused is not referred to.
  ASSERT_TRUE(server.connection.sendText(wordsOf(500)));
  server.drain();
  DeflatedWire peer;
  EXPECT_EQ(messagesOf(server, peer), std::vector<std::string>{wordsOf(500)});
}

TEST(ConnectionDeflateOutput, SendsALargeMessageInFragments) {
  for (const Role role : {Role::Server, Role::Client}) {
    ConnectionLimits limits;
    limits.fragmentSize = 5'000;
    Endpoint end(role, limits, kKept);
    const std::string message = wordsOf(300'000);
    const std::string other = wordsOf(200'000, 2);
    ASSERT_TRUE(end.connection.sendText(message));
    EXPECT_FALSE(end.connection.borrowsPayload());
    ASSERT_TRUE(end.connection.sendText(ArrayBuffer::copyOf(other)));
    end.connection.sendBinary(ArrayBuffer::copyOf(message));
    end.writeSize = 3'333;
    end.drain();
    const auto frames = end.sentFrames();
    ASSERT_GT(frames.size(), 10U);
    EXPECT_EQ(frames[0].first, wire::kTextPartDeflated);
    EXPECT_EQ(frames[1].first, wire::kMiddle);
    for (const wire::Frame& frame : frames) EXPECT_LE(frame.payload.size(), 5'000U);
    DeflatedWire peer;
    EXPECT_TRUE(messagesOf(end, peer) == (std::vector<std::string>{message, other, message}));
  }
}

TEST(ConnectionDeflateOutput, CountsApplicationBytesUntilTheyAreTaken) {
  Endpoint server(Role::Server, {}, kKept);
  ASSERT_TRUE(server.connection.sendText(wordsOf(10'000)));
  EXPECT_EQ(server.connection.unsentPayload(), 10'000U);
  EXPECT_LT(server.connection.outputSize(), 5'000U);
  server.drain();
  EXPECT_EQ(server.connection.unsentPayload(), 0U);

  server.connection.sendBinary(bytesOf(wordsOf(1'000'000)));
  EXPECT_EQ(server.connection.unsentPayload(), 1'000'000U);
  const std::size_t wire = server.connection.outputSize();
  EXPECT_LT(wire, 500'000U);
  // In proportion to what goes over the wire, and never more than that.
  std::uint64_t before = 1'000'000;
  while (server.connection.hasOutput()) {
    server.transportRoom = 10'000;
    server.drain();
    const std::uint64_t now = server.connection.unsentPayload();
    EXPECT_LT(now, before);
    if (now != 0) {
      EXPECT_GT(before - now, 15'000U);
      EXPECT_LT(before - now, 100'000U);
    }
    before = now;
  }
  EXPECT_EQ(before, 0U);
}

TEST(ConnectionDeflateOutput, CountsWhatIsGivenUp) {
  Endpoint server(Role::Server, {}, kKept);
  server.transportRoom = 3'000;
  server.connection.sendBinary(bytesOf(wordsOf(1'000'000)));
  server.drain();
  server.connection.sendBinary(bytesOf(wordsOf(500'000, 2)));
  ASSERT_TRUE(server.connection.sendText(wordsOf(700)));
  const std::uint64_t before = server.connection.unsentPayload();
  EXPECT_GT(before, 1'450'000U);
  server.connection.fail(FailureCause::OutgoingBufferFull, server.now());
  EXPECT_EQ(server.connection.unsentPayload(), before);
  server.transportRoom = SIZE_MAX;
  server.drain();
  EXPECT_EQ(server.sentFrames().back().first, wire::kClose);
  // What the begun fragment still carried was sent.
  EXPECT_LT(server.connection.unsentPayload(), before);
  EXPECT_GT(server.connection.unsentPayload(), 500'000U);
}

TEST(ConnectionDeflateOutput, StartsAfreshWhereContextsAreNotKept) {
  DeflateAgreement agreement;
  agreement.fromServer.context = Context::Reset;
  Endpoint server(Role::Server, {}, agreement);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(server.connection.sendText(wordsOf(700)));
  server.drain();
  const auto frames = server.sentFrames();
  EXPECT_EQ(frames[1].payload, frames[0].payload);
  EXPECT_EQ(frames[2].payload, frames[0].payload);
  Endpoint kept(Role::Server, {}, kKept);
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(kept.connection.sendText(wordsOf(700)));
  kept.drain();
  EXPECT_LT(kept.sentFrames()[1].payload.size(), kept.sentFrames()[0].payload.size());
}

TEST(ConnectionDeflateOutput, ManyConnectionsShareACompressorWithoutContext) {
  DeflateAgreement agreement;
  agreement.fromServer.context = Context::Reset;
  const ConnectionLimits limits;
  const Compression compression;
  testing::FixedEntropy entropy(1);
  BufferPool pool;
  std::array<std::optional<Connection>, 5> all;
  for (auto& each : all) {
    each.emplace(Role::Server, limits, entropy, pool, Time(),
                 ConnectionCompression{agreement, &compression});
  }
  DeflatedWire peer(agreement.fromServer);
  for (unsigned i = 0; i < 100; ++i) {
    Connection& connection = *all[i % all.size()];
    const std::string message = wordsOf(200 + i * 50, i);
    ASSERT_TRUE(connection.sendText(message));
    std::array<OutputPiece, 4> pieces;
    const std::size_t count = connection.output(pieces);
    ASSERT_EQ(count, 1U);
    const auto frames = wire::framesIn(
        std::string_view(reinterpret_cast<const char*>(pieces[0].data), pieces[0].size));
    ASSERT_EQ(frames.size(), 1U);
    EXPECT_EQ(peer.inflate(frames[0].payload), message);
    connection.outputTaken(pieces[0].size);
  }
}

TEST(ConnectionDeflateOutput, ControlFramesAreNeverCompressed) {
  Endpoint server(Role::Server, {}, kKept, {.threshold = 0});
  const std::string data(125, 'p');
  server.connection.ping(bytesOf(data), server.now());
  server.receive(fromClient(wire::kPing, data));
  server.connection.close(CloseCode(3000), std::string(123, 'r'), server.now());
  server.drain();
  for (const wire::Frame& frame : server.sentFrames()) EXPECT_EQ(frame.first & 0x70U, 0U);
  EXPECT_EQ(server.sentFrames().size(), 3U);
}

TEST(ConnectionDeflateOutput, EmptyMessagesAreSentAsTheyAre) {
  Endpoint server(Role::Server, {}, kKept, {.threshold = 0});
  ASSERT_TRUE(server.connection.sendText(""));
  server.connection.sendBinary(bytesOf(""));
  server.drain();
  ASSERT_EQ(server.sentFrames().size(), 2U);
  EXPECT_EQ(server.sentFrames()[0].first, wire::kText);
  EXPECT_EQ(server.sentFrames()[1].first, wire::kBinary);
}

}  // namespace
}  // namespace parley::protocol
