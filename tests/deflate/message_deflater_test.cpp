#include "deflate/message_deflater.hpp"

#include "deflate/coding.hpp"
#include "deflate/corpus.hpp"

#include <string>

#include <gtest/gtest.h>

namespace parley::deflate {
namespace {

using Context = protocol::DeflateAgreement::Context;
using Direction = protocol::DeflateAgreement::Direction;

class MessageDeflaterTest : public testing::TestWithParam<Compression::Level> {
 protected:
  MessageDeflater make(const Direction& direction = {}) { return {direction, GetParam(), shared_}; }

  /// The payload, or nothing if the message is better sent as it is.
  static std::optional<std::string> payloadOf(MessageDeflater& deflater, std::string_view message) {
    const auto deflated = deflater.deflate(bytesOf(message));
    if (!deflated) return std::nullopt;
    return textOf(deflated->payload);
  }

  SharedCodecs shared_;
};

std::unique_ptr<Inflater> reader(std::uint8_t windowBits = 15) {
  static CodecMemory memory;
  auto inflater = makeInflater(Engine::Zlib, memory);
  EXPECT_TRUE(inflater->reset(windowBits, {}));
  return inflater;
}

TEST_P(MessageDeflaterTest, LeavesTheTailOut) {
  MessageDeflater deflater = make();
  const std::string message(500, 'x');
  const auto payload = payloadOf(deflater, message);
  ASSERT_TRUE(payload);
  EXPECT_LT(payload->size(), 50U);
  EXPECT_EQ(inflatedMessage(*reader(), *payload).text, message);
}

TEST_P(MessageDeflaterTest, WritesNothingForAWindowOfEightBits) {
  EXPECT_FALSE(make({.windowBits = 8}).isAble());
  EXPECT_TRUE(make({.windowBits = 9}).isAble());
}

TEST_P(MessageDeflaterTest, KeepsItsContextOrNotAsAgreed) {
  Corpus corpus(1);
  const std::string message = corpus.json(700);
  MessageDeflater kept = make();
  EXPECT_FALSE(kept.hasContext());
  const std::size_t first = payloadOf(kept, message)->size();
  EXPECT_TRUE(kept.hasContext());
  EXPECT_LT(payloadOf(kept, message)->size() * 5, first);
  kept.release();
  EXPECT_FALSE(kept.hasContext());
  EXPECT_EQ(payloadOf(kept, message)->size(), first);

  MessageDeflater reset = make({.context = Context::Reset});
  const std::string alone = *payloadOf(reset, message);
  EXPECT_EQ(payloadOf(reset, message), alone);
  EXPECT_FALSE(reset.hasContext());
}

TEST_P(MessageDeflaterTest, SharesOneCompressorForMessagesThatStandAlone) {
  Corpus corpus(2);
  MessageDeflater one = make({.context = Context::Reset});
  MessageDeflater other = make({.context = Context::Reset, .windowBits = 10});
  for (int i = 0; i < 50; ++i) {
    const std::string message = corpus.json(300 + corpus.below(5'000));
    EXPECT_TRUE(inflatedMessage(*reader(), *payloadOf(one, message)).text == message);
    EXPECT_TRUE(inflatedMessage(*reader(10), *payloadOf(other, message)).text == message);
  }
}

TEST_P(MessageDeflaterTest, LeavesAsItIsWhatDoesNotGetSmallerAndNeverRefersToIt) {
  for (const std::size_t size : {1U, 20U, 300U, 2'000U, 65'536U, 65'537U, 200'000U, 1'000'000U}) {
    Corpus corpus(size);
    MessageDeflater deflater = make();
    const auto inflater = reader();
    for (int i = 0; i < 4; ++i) {
      const std::string before = corpus.json(400);
      EXPECT_TRUE(inflatedMessage(*inflater, *payloadOf(deflater, before)).text == before);
      const std::string noise = corpus.noise(size);
      EXPECT_EQ(payloadOf(deflater, noise), std::nullopt) << size;
      // Half of it again: tempting.
      const std::string after = corpus.json(200) + noise.substr(0, size / 2) + corpus.json(2'000);
      const auto payload = payloadOf(deflater, after);
      if (!payload) continue;
      const Inflated read = inflatedMessage(*inflater, *payload);
      EXPECT_EQ(read.status, InflateStatus::NeedsInput);
      EXPECT_TRUE(read.text == after) << size;
    }
  }
}

TEST_P(MessageDeflaterTest, CompressesLargeMessagesInMemoryOfTheirOwn) {
  Corpus corpus(3);
  MessageDeflater deflater = make();
  const auto inflater = reader();
  for (const std::size_t size : {65'536U, 65'537U, 131'072U, 262'144U, 300'000U, 3'000'000U}) {
    const std::string message = corpus.json(size);
    const auto deflated = deflater.deflate(bytesOf(message));
    ASSERT_TRUE(deflated);
    EXPECT_EQ(deflated->memory.byteLength() != 0, size > SharedCodecs::kScratchSize);
    if (deflated->memory.byteLength() != 0) {
      EXPECT_EQ(deflated->payload.data(), deflated->memory.bytes().data());
      EXPECT_EQ(deflated->payload.size(), deflated->memory.byteLength());
      EXPECT_LT(deflated->memory.capacity(), message.size());
    }
    EXPECT_TRUE(inflatedMessage(*inflater, textOf(deflated->payload)).text == message);
  }
}

TEST_P(MessageDeflaterTest, GivesUpEarlyOnALargeMessageOfNoise) {
  Corpus corpus(4);
  MessageDeflater deflater = make();
  // Only the beginning is tried: what could be saved behind it is not seen.
  EXPECT_EQ(payloadOf(deflater, corpus.noise(600'000) + std::string(6'000'000, 'x')), std::nullopt);
  // What begins like that but is not noise all through is not given up.
  for (const std::size_t noise : {100'000U, 300'000U}) {
    const std::string mixed = corpus.noise(noise) + corpus.json(1'000'000);
    const auto payload = payloadOf(deflater, mixed);
    ASSERT_TRUE(payload);
    EXPECT_TRUE(inflatedMessage(*reader(), *payload).text == mixed);
    deflater.release();
  }
}

INSTANTIATE_TEST_SUITE_P(Levels, MessageDeflaterTest,
                         testing::Values(Compression::Level::Fast, Compression::Level::Best),
                         [](const auto& instance) {
                           return instance.param == Compression::Level::Fast ? "Fast" : "Best";
                         });

}  // namespace
}  // namespace parley::deflate
