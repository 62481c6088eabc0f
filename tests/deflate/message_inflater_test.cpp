#include "deflate/message_inflater.hpp"

#include "deflate/coding.hpp"
#include "deflate/corpus.hpp"
#include "deflate/message_deflater.hpp"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace parley::deflate {
namespace {

using namespace std::string_literals;

using Context = protocol::DeflateAgreement::Context;
using Direction = protocol::DeflateAgreement::Direction;
using Start = MessageInflater::Start;

/// What a message comes to when its payload arrives in pieces.
Inflated receive(MessageInflater& inflater, std::string_view payload,
                 const Division& division = {}) {
  Inflated result;
  EXPECT_EQ(inflater.begin(payload.size()), Start::Ready);
  EXPECT_TRUE(inflater.isInsideMessage());
  std::string room(std::min<std::size_t>(division.output, 50'000), '\0');
  const auto run = [&](auto step) {
    do {
      std::span<std::byte> free = std::as_writable_bytes(std::span(room));
      result.status = step(free);
      result.text.append(room, 0, room.size() - free.size());
    } while (result.status == InflateStatus::NeedsOutput);
    return result.status == InflateStatus::NeedsInput;
  };
  for (std::size_t at = 0; at < payload.size();) {
    const std::string_view piece = payload.substr(at, division.input);
    at += piece.size();
    std::span<const std::byte> input = bytesOf(piece);
    if (!run([&](auto& free) { return inflater.inflate(input, free); })) return result;
  }
  if (!run([&](auto& free) { return inflater.finish(free); })) return result;
  EXPECT_EQ(inflater.end(bytesOf(result.text)), Start::Ready);
  EXPECT_FALSE(inflater.isInsideMessage());
  return result;
}

class MessageInflaterTest : public testing::Test {
 protected:
  std::string payloadOf(MessageDeflater& deflater, std::string_view message) {
    return textOf(deflater.deflate(bytesOf(message))->payload);
  }

  SharedCodecs shared_;
};

TEST_F(MessageInflaterTest, KeepsTheHistoryAcrossMessagesOfAllSizes) {
  Corpus corpus(1);
  for (const auto level : {Compression::Level::Fast, Compression::Level::Best}) {
    MessageDeflater deflater({}, level, shared_);
    MessageInflater inflater({}, shared_);
    std::string previous;
    for (int i = 0; i < 600; ++i) {
      const std::size_t size = 200 + corpus.below(i % 10 == 0 ? 90'000 : i % 3 == 0 ? 6'000 : 800);
      // Refers to what came one, two or many messages before.
      std::string message = corpus.json(size);
      if (corpus.below(2) == 0) message += previous.substr(previous.size() / 2);
      previous = message;
      const Division division{.input = i % 4 == 0 ? 1 + corpus.below(3'000) : SIZE_MAX,
                              .output = i % 5 == 0 ? 1 + corpus.below(3'000) : SIZE_MAX};
      const Inflated read = receive(inflater, payloadOf(deflater, message), division);
      ASSERT_EQ(read.status, InflateStatus::NeedsInput) << i;
      ASSERT_TRUE(read.text == message) << i;
      if (corpus.below(20) == 0) {
        inflater.shrink();
        EXPECT_FALSE(inflater.hasContext());
      }
      if (corpus.below(40) == 0) deflater.release();
    }
  }
}

TEST_F(MessageInflaterTest, KeepsTheHistoryOfSmallWindows) {
  for (std::uint8_t bits = 9; bits <= 15; ++bits) {
    Corpus corpus(bits);
    const Direction direction{.windowBits = bits};
    MessageDeflater deflater(direction, Compression::Level::Best, shared_);
    MessageInflater inflater(direction, shared_);
    for (int i = 0; i < 100; ++i) {
      const std::string message = corpus.json(200 + corpus.below(5'000));
      ASSERT_TRUE(receive(inflater, payloadOf(deflater, message)).text == message);
      if (i % 10 == 0) inflater.shrink();
    }
  }
}

TEST_F(MessageInflaterTest, NeedsNoContextForMessagesThatStandAlone) {
  Corpus corpus(2);
  const Direction direction{.context = Context::Reset};
  MessageDeflater deflater(direction, Compression::Level::Fast, shared_);
  MessageInflater one(direction, shared_);
  MessageInflater other(direction, shared_);
  for (int i = 0; i < 100; ++i) {
    const std::string message = corpus.json(200 + corpus.below(i % 2 == 0 ? 500 : 20'000));
    const std::string payload = payloadOf(deflater, message);
    EXPECT_TRUE(receive(one, payload).text == message);
    EXPECT_TRUE(receive(other, payload, {.input = 100}).text == message);
    EXPECT_FALSE(one.hasContext());
  }
}

TEST_F(MessageInflaterTest, ManyMayBeWithinAMessageAtATime) {
  Corpus corpus(3);
  const Direction direction{.context = Context::Reset};
  MessageDeflater deflater(direction, Compression::Level::Fast, shared_);
  const std::string message = corpus.json(30'000);
  const std::string payload = payloadOf(deflater, message);
  std::vector<std::unique_ptr<MessageInflater>> all;
  std::vector<std::string> texts(20);
  std::string room(40'000, '\0');
  for (std::size_t i = 0; i < texts.size(); ++i) {
    all.push_back(std::make_unique<MessageInflater>(direction, shared_));
    ASSERT_EQ(all[i]->begin(i % 2 == 0 ? payload.size() : 100), Start::Ready);
  }
  for (std::size_t at = 0; at < payload.size(); at += 1'000) {
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const std::string piece = payload.substr(at, 1'000);
      std::span<const std::byte> input = bytesOf(piece);
      std::span<std::byte> free = std::as_writable_bytes(std::span(room));
      ASSERT_EQ(all[i]->inflate(input, free), InflateStatus::NeedsInput);
      texts[i].append(room, 0, room.size() - free.size());
    }
  }
  for (std::size_t i = 0; i < texts.size(); ++i) {
    std::span<std::byte> free = std::as_writable_bytes(std::span(room));
    ASSERT_EQ(all[i]->finish(free), InflateStatus::NeedsInput);
    texts[i].append(room, 0, room.size() - free.size());
    EXPECT_TRUE(texts[i] == message);
    if (i % 3 == 0) all[i].reset();  // in the midst of it
  }
}

TEST_F(MessageInflaterTest, RefusesAContextThatWasNotAgreedOn) {
  Corpus corpus(4);
  const std::string message = corpus.json(2'000);
  for (const std::size_t size : {300U, 2'000U}) {
    MessageDeflater kept({}, Compression::Level::Best, shared_);
    MessageInflater inflater({.context = Context::Reset}, shared_);
    EXPECT_TRUE(receive(inflater, payloadOf(kept, message)).text == message);
    const std::string second = payloadOf(kept, message.substr(0, size));
    EXPECT_EQ(receive(inflater, second).status, InflateStatus::Corrupt);
  }
}

TEST_F(MessageInflaterTest, ReadsFinalBlocksAndEmptyMessages) {
  for (const auto context : {Context::Kept, Context::Reset}) {
    MessageInflater inflater({.context = context}, shared_);
    Corpus corpus(5);
    const std::string message = corpus.json(50'000);
    for (const Division& division : {Division{}, Division{.input = 7}, Division{.output = 100}}) {
      const std::string final = zlibDeflated(message, {.flush = 4});
      for (const std::string& payload : {final, final + '\0'}) {
        const Inflated read = receive(inflater, payload, division);
        EXPECT_EQ(read.status, InflateStatus::NeedsInput);
        EXPECT_TRUE(read.text == message);
      }
      for (const std::string& payload : {"\x00"s, "\x02\x00"s, ""s, "\x00\x00\x00\xFF\xFF"s}) {
        const Inflated read = receive(inflater, payload, division);
        EXPECT_EQ(read.status, InflateStatus::NeedsInput);
        EXPECT_EQ(read.text, "");
      }
      EXPECT_EQ(receive(inflater, "\xf2\x48\xcd\xc9\xc9\x07\x00"s, division).text, "Hello");
    }
  }
}

TEST_F(MessageInflaterTest, RefusesAMessageThatEndsWithinABlock) {
  Corpus corpus(6);
  const std::string payload = zlibDeflated(corpus.json(300));
  const std::string whole = payload.substr(0, payload.size() - 4);
  for (std::size_t size = 1; size < whole.size(); ++size) {
    MessageInflater inflater({}, shared_);
    EXPECT_EQ(receive(inflater, whole.substr(0, size)).status, InflateStatus::Corrupt) << size;
  }
}

TEST_F(MessageInflaterTest, ReleaseForgetsWhateverItWasIn) {
  Corpus corpus(7);
  MessageDeflater deflater({}, Compression::Level::Fast, shared_);
  for (const std::size_t size : {300U, 30'000U}) {
    MessageInflater inflater({}, shared_);
    const std::string payload = payloadOf(deflater, corpus.json(size));
    ASSERT_EQ(inflater.begin(payload.size()), Start::Ready);
    std::string room(100, '\0');
    std::span<const std::byte> input = bytesOf(payload);
    std::span<std::byte> free = std::as_writable_bytes(std::span(room));
    (void)inflater.inflate(input, free);
    inflater.shrink();
    EXPECT_TRUE(inflater.isInsideMessage());
    inflater.release();
    EXPECT_FALSE(inflater.isInsideMessage());
    EXPECT_FALSE(inflater.hasContext());
  }
}

}  // namespace
}  // namespace parley::deflate
