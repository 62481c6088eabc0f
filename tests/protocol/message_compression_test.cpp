#include "protocol/message_compression.hpp"

#include "protocol/allocation_counter.hpp"
#include "protocol/deflated_wire.hpp"
#include "protocol/endpoint.hpp"
#include "protocol/live_bytes.hpp"
#include "protocol/output_memory.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <malloc.h>

// What compression costs a connection, and what a peer can make it cost.

namespace parley::protocol {
namespace {

using namespace std::chrono_literals;
using wire::fromClient;

using Context = DeflateAgreement::Context;

constexpr DeflateAgreement kKept{};
constexpr DeflateAgreement kReset{.fromServer = {.context = Context::Reset},
                                  .fromClient = {.context = Context::Reset}};

/// Of malloc, which ArrayBuffer takes its memory from; under a sanitizer always 0.
std::size_t heapInUse() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

void takeAll(Connection& connection) {
  std::array<OutputPiece, 8> pieces;
  while (const std::size_t count = connection.output(pieces)) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < count; ++i) size += pieces[i].size;
    connection.outputTaken(size);
  }
}

ConnectionLimits withoutPings() {
  ConnectionLimits limits;
  limits.pingAfter = std::nullopt;
  return limits;
}

TEST(MessageCompression, CostsAnIdleConnectionSomeHundredBytes) {
  const ConnectionLimits limits;
  const Compression compression;
  testing::FixedEntropy entropy(1);
  BufferPool pool;
  const ConnectionCompression agreed{kKept, &compression};
  Connection first(Role::Server, limits, entropy, pool, Time(), agreed);  // makes what they share
  const AllocationCounter counter;
  Connection second(Role::Server, limits, entropy, pool, Time(), agreed);
  EXPECT_LT(counter.growth(), 300);
  const AllocationCounter without;
  Connection third(Role::Server, limits, entropy, pool, Time());
  EXPECT_EQ(without.growth(), 0);
}

TEST(MessageCompression, SmallMessagesNeedNoAllocationOnceItsContextsAreThere) {
  for (const DeflateAgreement& agreement : {kKept, kReset}) {
    DeflatedWire peer(agreement.fromClient);
    Endpoint server(Role::Server, {}, agreement);
    std::vector<std::string> frames;
    for (unsigned i = 0; i < 40; ++i) {
      const std::string message = wordsOf(200 + i % 4 * 900, i);
      frames.push_back(fromClient(wire::kTextDeflated, peer.deflate(message)));
    }
    const std::string answer = wordsOf(3'000, 7);
    std::size_t received = 0;
    const auto exchange = [&](std::string& frame) {
      std::span<std::byte> input = std::as_writable_bytes(std::span(frame));
      while (!input.empty()) {
        const ConnectionEvent event = server.connection.receive(input, server.now());
        if (event.type == ConnectionEvent::Type::Message) ++received;
      }
      server.connection.eventHandled();
      (void)server.connection.sendText(std::string_view(answer).substr(0, 200 + received * 60));
      takeAll(server.connection);
    };
    for (std::size_t i = 0; i < 20; ++i) exchange(frames[i]);
    const AllocationCounter counter;
    const std::size_t heap = heapInUse();
    for (std::size_t i = 20; i < 40; ++i) exchange(frames[i]);
    EXPECT_EQ(received, 40U);
    EXPECT_EQ(counter.count(), 0U);
    EXPECT_EQ(heapInUse(), heap);
  }
}

TEST(MessageCompression, ConnectionsWithoutContextsShareAllMemory) {
  const ConnectionLimits limits;
  const Compression compression;
  testing::FixedEntropy entropy(1);
  BufferPool pool;
  const ConnectionCompression agreed{kReset, &compression};
  DeflatedWire peer(kReset.fromClient);
  const std::string frame = fromClient(wire::kTextDeflated, peer.deflate(wordsOf(3'000)));
  const auto use = [&](Connection& connection) {
    std::string copy = frame;
    std::span<std::byte> input = std::as_writable_bytes(std::span(copy));
    EXPECT_EQ(connection.receive(input, Time()).type, ConnectionEvent::Type::Message);
    connection.eventHandled();
    EXPECT_TRUE(connection.sendText(wordsOf(3'000)));
    takeAll(connection);
    EXPECT_EQ(connection.deadline(), Time() + *limits.pingAfter) << "nothing to be released";
  };
  Connection first(Role::Server, limits, entropy, pool, Time(), agreed);
  use(first);
  std::vector<std::unique_ptr<Connection>> more;
  more.reserve(100);
  const AllocationCounter counter;
  for (int i = 0; i < 100; ++i) {
    more.push_back(
        std::make_unique<Connection>(Role::Server, limits, entropy, pool, Time(), agreed));
    use(*more.back());
  }
  EXPECT_LT(counter.growth(), 100 * 700);
}

TEST(MessageCompression, GivesItsContextsBackAfterAQuietPeriod) {
  DeflatedWire in;
  DeflatedWire out;
  Endpoint server(Role::Server, withoutPings(), kKept, {.releaseAfter = 5s});
  EXPECT_EQ(server.connection.deadline(), std::nullopt);
  const LiveBytes live;
  const auto exchange = [&](unsigned seed) {
    const std::string message = wordsOf(2'000, seed);
    server.events.clear();
    server.sent.clear();
    server.receive(fromClient(wire::kTextDeflated, in.deflate(message)));
    EXPECT_EQ(server.events, std::vector<std::string>{"text:" + message});
    ASSERT_TRUE(server.connection.sendText(message));
    server.drain();
    EXPECT_EQ(out.inflate(server.sentFrames().at(0).payload), message);
  };
  exchange(1);
  const std::ptrdiff_t before = live.growth();
  EXPECT_EQ(server.connection.deadline(), server.now() + 5s);
  // Used since the period began: another one.
  server.wait(4s);
  exchange(2);
  EXPECT_EQ(server.waitForDeadlines(1s).size(), 1U);
  EXPECT_GT(live.growth(), before - 10'000);
  EXPECT_EQ(server.waitForDeadlines(5s), std::vector<Duration>{5s});
  EXPECT_LT(live.growth(), before - 100'000);
  EXPECT_EQ(server.connection.deadline(), std::nullopt);
  // The peer goes on with its context, and so do we.
  exchange(1);
  exchange(3);
  EXPECT_GT(live.growth(), before - 10'000);
}

TEST(MessageCompression, KeepsItsContextsIfItIsToldTo) {
  Endpoint server(Role::Server, withoutPings(), kKept, {.releaseAfter = std::nullopt});
  ASSERT_TRUE(server.connection.sendText(wordsOf(2'000)));
  server.drain();
  EXPECT_EQ(server.connection.deadline(), std::nullopt);
}

TEST(MessageCompression, KeepsItsContextsForTheLargestPeriod) {
  Endpoint server(Role::Server, withoutPings(), kKept, {.releaseAfter = Duration::max()});
  ASSERT_TRUE(server.connection.sendText(wordsOf(2'000)));
  server.drain();
  EXPECT_EQ(server.waitForDeadlines(std::chrono::hours(24 * 365)), std::vector<Duration>{});
}

TEST(MessageCompression, DoesNotReleaseInTheMidstOfAMessage) {
  DeflatedWire peer;
  const std::string message = wordsOf(20'000);
  Endpoint server(Role::Server, withoutPings(), kKept, {.releaseAfter = 5s});
  server.receive(fromClient(wire::kTextDeflated, peer.deflate("small: " + wordsOf(100))));
  server.events.clear();
  const std::string frame = fromClient(wire::kTextDeflated, peer.deflate(message));
  const std::string second = fromClient(wire::kTextDeflated, peer.deflate(wordsOf(400, 9)));
  server.receive(frame.substr(0, 100));
  EXPECT_GE(server.waitForDeadlines(60s).size(), 10U);
  server.receive(frame.substr(100));
  ASSERT_EQ(server.events.size(), 1U);
  EXPECT_TRUE(server.events[0] == "text:" + message);
  server.receive(second);
  EXPECT_EQ(server.events.back(), "text:" + wordsOf(400, 9));
}

TEST(MessageCompression, GivesEverythingBackWhenTheClosingHandshakeStarts) {
  DeflatedWire peer;
  const std::string frame = fromClient(wire::kTextDeflated, peer.deflate(wordsOf(60'000)));
  enum class When { Between, Within };
  for (const When when : {When::Between, When::Within}) {
    Endpoint server(Role::Server, {}, kKept);
    const LiveBytes live;
    server.receive(when == When::Within ? frame.substr(0, frame.size() / 2) : frame);
    ASSERT_TRUE(server.connection.sendText(wordsOf(2'000)));
    server.drain();
    server.events = {};
    server.sent = {};
    const std::ptrdiff_t before = live.growth();
    server.connection.close(CloseCode(1000), "", server.now());
    server.drain();
    // For connections to come; and to the system, unless any do.
    server.pool.memory().codecs().memory().contexts.trim();
    EXPECT_LT(live.growth(), before - 80'000);
  }
}

TEST(MessageCompression, StopsABombWithinItsLimit) {
  ConnectionLimits limits;
  limits.maxMessageSize = std::uint64_t{2} << 20U;
  DeflatedWire peer(kReset.fromClient);
  const std::string bomb = peer.deflate(std::string(std::size_t{64} << 20U, '\0'));
  ASSERT_LT(bomb.size(), std::size_t{80} * 1024);
  for (const DeflateAgreement& agreement : {kKept, kReset}) {
    for (const unsigned first : {wire::kTextDeflated, wire::kBinaryDeflated}) {
      for (const std::size_t fragment : {bomb.size(), std::size_t{7}}) {
        Endpoint server(Role::Server, limits, agreement);
        const AllocationCounter counter;
        const std::size_t heap = heapInUse();
        std::size_t most = 0;
        std::size_t fed = 0;
        for (std::size_t at = 0; at < bomb.size() && server.connection.canSend(); at += fragment) {
          const bool isLast = at + fragment >= bomb.size();
          const unsigned opcode = at == 0 ? first & 0x7FU : 0U;
          const std::string frame = fromClient(opcode | (isLast ? 0x80U : 0U),
                                               std::string_view(bomb).substr(at, fragment));
          // In reads of some bytes, so that what it holds in between is seen.
          for (std::size_t read = 0; read < frame.size() && server.connection.canSend();
               read += 100) {
            server.receive(std::string_view(frame).substr(read, 100));
            most = std::max(most, heapInUse());
          }
          fed += frame.size();
        }
        EXPECT_FALSE(server.connection.canSend());
        EXPECT_LT(fed, bomb.size() + 100);
        EXPECT_EQ(server.sentFrames().back().payload,
                  wire::closeBody(1009, describe(FailureCause::MessageTooBig)));
        EXPECT_TRUE(server.events.empty());
        EXPECT_LT(counter.peak(), 600'000U) << "codecs and scratch";
        EXPECT_LT(most, heap + limits.maxMessageSize + 700'000);
      }
    }
  }
}

TEST(MessageCompression, StopsABombThatComesInOneRead) {
  ConnectionLimits limits;
  limits.maxMessageSize = 100'000;
  DeflatedWire peer;
  const std::string bomb = peer.deflate(std::string(std::size_t{64} << 20U, 'x'));
  Endpoint server(Role::Server, limits, kKept);
  const AllocationCounter counter;
  server.receive(fromClient(wire::kTextDeflated, bomb));
  EXPECT_FALSE(server.connection.canSend());
  EXPECT_LT(counter.peak(), 900'000U) << "with the copy that the test makes of its input";
}

TEST(MessageCompression, TakesExactlyTheLimitAndNotOneByteMore) {
  for (const std::size_t limit : {1'000U, 65'536U, 65'537U, 200'000U}) {
    ConnectionLimits limits;
    limits.maxMessageSize = limit;
    for (const std::size_t over : {0U, 1U}) {
      DeflatedWire peer;
      const std::string message = wordsOf(limit + over);
      const std::string payload = peer.deflate(message);
      for (const std::string& input : {fromClient(wire::kTextDeflated, payload),
                                       fromClient(wire::kTextPartDeflated, payload.substr(0, 50)) +
                                           fromClient(wire::kLast, payload.substr(50))}) {
        const Trace trace = traceOfEveryDivision(Role::Server, input, limits, kKept);
        if (over == 0) {
          EXPECT_TRUE(trace.events[0] == "text:" + message);
        } else {
          EXPECT_EQ(wire::framesIn(trace.sent).back().payload.substr(0, 2), wire::closeBody(1009));
        }
      }
    }
  }
}

TEST(MessageCompression, CountsWhatComesOverTheWireToo) {
  ConnectionLimits limits;
  limits.maxMessageSize = 1'000;
  // Empty stored blocks, that nothing comes out of.
  std::string nothing;
  while (nothing.size() < 990) nothing += wire::bytes({0x00, 0x00, 0x00, 0xFF, 0xFF});
  const Trace fits =
      traceOfEveryDivision(Role::Server, fromClient(wire::kBinaryDeflated, nothing), limits, kKept);
  EXPECT_EQ(fits.events[0], "binary:");
  const Trace over = traceOfEveryDivision(
      Role::Server,
      fromClient(wire::kBinaryPartDeflated, nothing) + fromClient(wire::kMiddle, nothing), limits,
      kKept);
  ASSERT_EQ(over.events.size(), 1U);
  EXPECT_EQ(wire::framesIn(over.sent).back().payload.substr(0, 2), wire::closeBody(1009));
  // Refused on the header, before anything is allocated.
  Endpoint server(Role::Server, {}, kKept);
  const AllocationCounter counter;
  server.receive(wire::bytes({wire::kBinaryDeflated, 0xFF, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
  EXPECT_FALSE(server.connection.canSend());
  EXPECT_LT(counter.peak(), 100'000U);
}

TEST(MessageCompression, CountsFragmentsOfCompressedMessages) {
  ConnectionLimits limits;
  limits.maxFragments = 10;
  Endpoint server(Role::Server, limits, kKept);
  server.receive(fromClient(wire::kTextPartDeflated, ""));
  for (int i = 0; i < 9; ++i) server.receive(fromClient(wire::kMiddle, ""));
  EXPECT_TRUE(server.connection.canSend());
  server.receive(fromClient(wire::kMiddle, ""));
  EXPECT_FALSE(server.connection.canSend());
}

/// Twenty thousand payloads with some damage: they are messages or fail the connection, as a whole
/// and in pieces alike.
TEST(MessageCompression, SurvivesTwentyThousandCorruptedPayloads) {
  std::mt19937 random(1);
  int messages = 0;
  for (unsigned i = 0; i < 20'000; ++i) {
    const DeflateAgreement& agreement = i % 2 == 0 ? kKept : kReset;
    DeflatedWire peer(agreement.fromClient,
                      i % 4 < 2 ? Compression::Level::Fast : Compression::Level::Best);
    std::string payload = peer.deflate(wordsOf(20 + random() % (i % 100 == 0 ? 60'000 : 2'000), i));
    for (std::size_t damages = 1 + random() % 3; damages != 0; --damages) {
      char& byte = payload[random() % payload.size()];
      byte = static_cast<char>(byte ^ (1 << random() % 8));
    }
    const std::string frame =
        fromClient(i % 3 == 0 ? wire::kTextDeflated : wire::kBinaryDeflated, payload);
    ConnectionLimits limits;
    limits.maxMessageSize = 100'000;
    Endpoint whole(Role::Server, limits, agreement);
    whole.receive(frame);
    Endpoint pieces(Role::Server, limits, agreement);
    for (std::size_t at = 0; at < frame.size();) {
      const std::size_t size = 1 + random() % 500;
      pieces.receive(std::string_view(frame).substr(at, size));
      at += size;
    }
    ASSERT_EQ(pieces.connection.canSend(), whole.connection.canSend()) << i;
    ASSERT_EQ(pieces.events, whole.events) << i;
    if (!whole.connection.canSend()) {
      const std::string code = whole.sentFrames().back().payload.substr(0, 2);
      ASSERT_TRUE(code == wire::closeBody(1007) || code == wire::closeBody(1009)) << i;
    } else {
      ++messages;
    }
  }
  EXPECT_GT(messages, 500);
  EXPECT_LT(messages, 19'500);
}

TEST(MessageCompression, TakesWhatTheSettingsSay) {
  deflate::SharedCodecs codecs;
  const Compression settings{.threshold = 100};
  const MessageCompression compression(Role::Client, {kKept, &settings}, codecs);
  EXPECT_FALSE(compression.takes(99, {}));
  EXPECT_TRUE(compression.takes(100, {}));
  EXPECT_FALSE(compression.takes(100, {.compress = SendOptions::Never}));
  const MessageCompression unable(Role::Client, {{.fromClient = {.windowBits = 8}}, &settings},
                                  codecs);
  EXPECT_FALSE(unable.takes(100, {}));
  const MessageCompression server(Role::Server, {{.fromClient = {.windowBits = 8}}, &settings},
                                  codecs);
  EXPECT_TRUE(server.takes(100, {}));
}

}  // namespace
}  // namespace parley::protocol
