#include "protocol/prepared_frames.hpp"

#include "protocol/deflated_wire.hpp"
#include "protocol/endpoint.hpp"

#include <parley/dom_exception.hpp>
#include <parley/prepared_message.hpp>

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace parley::protocol {
namespace {

using wire::fromClient;
using wire::fromServer;

constexpr DeflateAgreement kKept{};
constexpr DeflateAgreement kReset{.fromServer = {.context = DeflateAgreement::Context::Reset},
                                  .fromClient = {.context = DeflateAgreement::Context::Reset}};

std::span<const std::byte> bytesOf(std::string_view text) {
  return std::as_bytes(std::span(text));
}

TEST(PreparedMessage, IsWhatItWasMadeOf) {
  const auto text = PreparedMessage::text("caf\xc3\xa9");
  EXPECT_TRUE(text.isText());
  EXPECT_EQ(text.bytes().size(), 5U);
  const auto binary = PreparedMessage::binary(bytesOf("\xff"));
  EXPECT_FALSE(binary.isText());
  EXPECT_EQ(binary.bytes()[0], std::byte{0xff});
  EXPECT_EQ(PreparedMessage::binary(ArrayBuffer::copyOf("ab")).bytes().size(), 2U);
  EXPECT_THROW((void)PreparedMessage::text("\xff"), DOMException);
}

TEST(PreparedMessage, IsTheFrameThatItIsOtherwise) {
  for (const std::size_t size : {0U, 1U, 125U, 126U, 16'383U}) {
    const std::string payload = wordsOf(size);
    const auto message = PreparedMessage::text(payload);
    Endpoint server(Role::Server);
    server.connection.send(message);
    EXPECT_EQ(server.connection.unsentPayload(), size);
    server.drain();
    EXPECT_TRUE(server.sent == fromServer(wire::kText, payload));
    Endpoint client(Role::Client);
    client.connection.send(message);
    client.drain();
    EXPECT_TRUE(client.sent == fromClient(wire::kText, payload)) << "with a mask of its own";
  }
}

TEST(PreparedMessage, IsSharedIfItIsLarge) {
  const std::string payload = wordsOf(300'000);
  const auto message = PreparedMessage::binary(bytesOf(payload));
  Endpoint server(Role::Server);
  server.transportRoom = 0;
  server.connection.send(message);
  server.drain();
  EXPECT_EQ(message.frames().use_count(), 2) << "until it has left";
  server.transportRoom = SIZE_MAX;
  server.drain();
  EXPECT_EQ(message.frames().use_count(), 1);
  EXPECT_TRUE(server.sent == fromServer(wire::kBinaryPart, payload.substr(0, 262'144)) +
                                 fromServer(wire::kLast, payload.substr(262'144)));
}

TEST(PreparedMessage, IsCompressedOnceForAllWithEqualParameters) {
  const std::string words = wordsOf(5'000);
  const auto message = PreparedMessage::text(words);
  std::string first;
  for (int i = 0; i < 3; ++i) {
    Endpoint server(Role::Server, {}, kReset);
    server.connection.send(message);
    server.drain();
    const auto frames = server.sentFrames();
    ASSERT_EQ(frames.size(), 1U);
    EXPECT_EQ(frames[0].first, wire::kTextDeflated);
    DeflatedWire peer(kReset.fromServer);
    EXPECT_EQ(peer.inflate(frames[0].payload), words);
    if (i == 0) first = frames[0].payload;
    EXPECT_EQ(frames[0].payload, first);
  }
  int compressed = 0;
  const auto make = [&] {
    ++compressed;
    return ArrayBuffer::copyOf("x");
  };
  const PreparedFrames frames(frame::Opcode::Text, ArrayBuffer::copyOf("message"));
  const PreparedFrames::Profile fast{.level = Compression::Level::Fast, .windowBits = 15};
  const PreparedFrames::Profile narrow{.level = Compression::Level::Fast, .windowBits = 10};
  const auto* const made = frames.deflated(fast, make);
  EXPECT_EQ(frames.deflated(fast, make), made);
  EXPECT_EQ(compressed, 1);
  EXPECT_NE(frames.deflated(narrow, make), made);
  EXPECT_EQ(compressed, 2);
  EXPECT_EQ(frames.deflated(fast, make), made);
}

TEST(PreparedMessage, GoesAsItIsWhereItDoesNotGetSmallerOrIsNotToBe) {
  const std::string noise = noiseOf(1'000);
  const std::string words = wordsOf(1'000);
  Endpoint server(Role::Server, {}, kKept);
  server.connection.send(PreparedMessage::binary(bytesOf(noise)));
  server.connection.send(PreparedMessage::text(words), {.compress = SendOptions::Never});
  server.drain();
  EXPECT_TRUE(server.sent == fromServer(wire::kBinary, noise) + fromServer(wire::kText, words));
}

// A peer keeps the last 32 KiB of all that came compressed, whoever compressed it.
TEST(PreparedMessage, MayStandAmongMessagesThatReferToEachOther) {
  DeflatedWire peer(kKept.fromServer);
  Endpoint server(Role::Server, {}, kKept);
  std::vector<std::string> expected;
  for (unsigned i = 0; i < 12; ++i) {
    const std::string words = wordsOf(1'000 + 400 * i, i / 3);
    expected.push_back(words);
    if (i % 3 == 1) {
      server.connection.send(PreparedMessage::text(words));
    } else {
      ASSERT_TRUE(server.connection.sendText(words));
    }
  }
  server.drain();
  const auto frames = server.sentFrames();
  ASSERT_EQ(frames.size(), expected.size());
  for (std::size_t i = 0; i < frames.size(); ++i) {
    ASSERT_EQ(frames[i].first, wire::kTextDeflated);
    EXPECT_EQ(peer.inflate(frames[i].payload), expected[i]) << i;
  }
}

TEST(PreparedMessage, LargeAndCompressedIsSharedAndCounted) {
  const std::string words = wordsOf(2'000'000);
  const auto message = PreparedMessage::text(words);
  Endpoint server(Role::Server, {}, kReset);
  server.connection.send(message);
  EXPECT_EQ(server.connection.unsentPayload(), words.size());
  server.drain();
  EXPECT_EQ(server.connection.unsentPayload(), 0U);
  std::string payload;
  for (const wire::Frame& frame : server.sentFrames()) payload += frame.payload;
  EXPECT_EQ(server.sentFrames().front().first & 0x4fU, 0x41U);
  DeflatedWire peer(kReset.fromServer);
  EXPECT_TRUE(peer.inflate(payload) == words);
}

TEST(PreparedFrames, AreMadeOnManyThreadsAtOnce) {
  const PreparedFrames frames(frame::Opcode::Text, ArrayBuffer::copyOf("message"));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&frames] {
      for (std::uint8_t bits = 9; bits <= 15; ++bits) {
        const auto* const made =
            frames.deflated({.level = Compression::Level::Fast, .windowBits = bits},
                            [bits] { return ArrayBuffer::copyOf(std::string(bits, 'x')); });
        ASSERT_NE(made, nullptr);
        EXPECT_EQ(made->payload.byteLength(), bits);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(PreparedMessage, IsIgnoredByAConnectionThatIsClosing) {
  Endpoint server(Role::Server);
  server.connection.close(1000, {}, server.now());
  server.connection.send(PreparedMessage::text("late"));
  server.drain();
  EXPECT_EQ(server.sentFrames().size(), 1U);
}

}  // namespace
}  // namespace parley::protocol
