#include "deflate/deflater.hpp"

#include "deflate/coding.hpp"
#include "deflate/corpus.hpp"
#include "deflate/engines.hpp"

#include <memory>
#include <string>

#include <gtest/gtest.h>

// What every engine's compressor has to do, checked by every engine's decompressor.

namespace parley::deflate {
namespace {

struct Kind {
  Engine engine;
  Compression::Level level;
};

std::vector<Kind> kinds() {
  std::vector<Kind> all{{Engine::Zlib, Compression::Level::Fast},
                        {Engine::Zlib, Compression::Level::Best}};
  if (isBuiltIn(Engine::Isal)) all.push_back({Engine::Isal, Compression::Level::Fast});
  return all;
}

class DeflaterTest : public testing::TestWithParam<Kind> {
 protected:
  std::unique_ptr<Deflater> make(std::uint8_t windowBits = 15) {
    return makeDeflater(GetParam().engine, {.level = GetParam().level, .windowBits = windowBits},
                        memory_);
  }

 private:
  CodecMemory memory_;
};

/// Decompressors of all engines, which must agree.
class Readers {
 public:
  explicit Readers(std::uint8_t windowBits) {
    for (const Engine engine : engines()) {
      // ISA-L reads with the largest window only.
      if (engine == Engine::Isal && windowBits != 15) continue;
      readers_.push_back(makeInflater(engine, memory_));
      EXPECT_TRUE(readers_.back()->reset(windowBits, {}));
    }
  }

  void expect(std::string_view message, std::string_view payload, const Division& division = {}) {
    for (const auto& reader : readers_) {
      const Inflated read = inflatedMessage(*reader, payload, division);
      ASSERT_EQ(read.status, InflateStatus::NeedsInput);
      ASSERT_TRUE(read.isBetweenBlocks);
      ASSERT_TRUE(read.text == message) << message.size() << " bytes";
    }
  }

 private:
  CodecMemory memory_;
  std::vector<std::unique_ptr<Inflater>> readers_;
};

TEST_P(DeflaterTest, IsReadByEveryEngineWithEveryWindow) {
  for (std::uint8_t bits = 9; bits <= 15; ++bits) {
    Corpus corpus(bits);
    const auto deflater = make(bits);
    Readers readers(bits);
    for (int i = 0; i < 300; ++i) {
      const std::string message = corpus.json(1 + corpus.below(i % 50 == 0 ? 100'000 : 3'000));
      readers.expect(message, deflated(*deflater, message));
      if (HasFatalFailure()) return;
    }
  }
}

TEST_P(DeflaterTest, NeverRefersFartherBackThanItsWindow) {
  for (std::uint8_t bits = 9; bits <= 15; ++bits) {
    const std::size_t window = std::size_t{1} << bits;
    Corpus corpus(bits);
    const auto deflater = make(bits);
    Readers readers(bits);
    for (std::size_t distance = window - 1; distance <= window + 1; ++distance) {
      const std::string message = corpus.periodic(2 * window, distance);
      // Byte by byte zlib knows no more than the window; for the large ones nearly so.
      readers.expect(message, deflated(*deflater, message),
                     {.output = bits <= 11 ? std::size_t{1} : std::size_t{64}});
      if (HasFatalFailure()) return;
    }
  }
}

TEST_P(DeflaterTest, RefersToEarlierMessages) {
  Corpus corpus(1);
  const std::string message = corpus.json(600);
  const auto deflater = make();
  const std::string first = deflated(*deflater, message);
  const std::string second = deflated(*deflater, message);
  EXPECT_LT(second.size() * 5, first.size());
  Readers readers(15);
  readers.expect(message, first);
  readers.expect(message, second);
}

TEST_P(DeflaterTest, StartsAnewAfterReset) {
  Corpus corpus(2);
  const auto deflater = make();
  // Small and large ones: the levels of an engine have tables of their own.
  for (int i = 0; i < 400; ++i) {
    const std::string message = corpus.json(1 + corpus.below(i % 20 == 0 ? 60'000 : 4'000));
    deflater->reset();
    Readers readers(15);
    readers.expect(message, deflated(*deflater, message));
    for (std::size_t more = corpus.below(5); more != 0; --more) {
      const std::string next = corpus.json(1 + corpus.below(4'000));
      readers.expect(next, deflated(*deflater, next));
    }
    if (HasFatalFailure()) return;
  }
}

TEST_P(DeflaterTest, IsTheSameAfterResetAsAtFirst) {
  Corpus corpus(3);
  for (const std::size_t size : {100U, 900U, 2'000U, 10'000U, 70'000U}) {
    const std::string message = corpus.json(size);
    const auto deflater = make();
    const std::string first = deflated(*deflater, message);
    (void)deflated(*deflater, corpus.json(50'000));
    (void)deflated(*deflater, corpus.json(500));
    deflater->reset();
    EXPECT_TRUE(deflated(*deflater, message) == first) << size;
  }
}

TEST_P(DeflaterTest, TakesInputAndGivesOutputInPieces) {
  Corpus corpus(4);
  for (int i = 0; i < 100; ++i) {
    const auto deflater = make();
    Readers readers(15);
    for (int j = 0; j < 4; ++j) {
      const std::string message = corpus.json(1 + corpus.below(5'000));
      const Division division{.input = 1 + corpus.below(2'000), .output = 8 + corpus.below(40)};
      readers.expect(message, deflated(*deflater, message, division));
      if (HasFatalFailure()) return;
    }
  }
}

TEST_P(DeflaterTest, GivesOutputCutAnywhere) {
  // Of each kind that an engine tells apart by size, in a context that has seen the others.
  for (const std::size_t size : {300U, 700U, 5'000U}) {
    Corpus corpus(size);
    const std::vector<std::string> before{corpus.json(6'000), corpus.json(600), corpus.json(200)};
    const std::string message = corpus.json(size);
    const std::size_t step = size < 1'000 ? 1 : 7;
    for (std::size_t cut = 8; cut < size / 2; cut += step) {
      const auto deflater = make();
      Readers readers(15);
      for (const std::string& each : before) readers.expect(each, deflated(*deflater, each));
      readers.expect(message, deflated(*deflater, message, {.output = cut}));
      readers.expect(message, deflated(*deflater, message));
      if (HasFatalFailure()) return;
    }
  }
}

TEST_P(DeflaterTest, RefersBackAcrossMessagesOfOtherSizes) {
  Corpus corpus(9);
  const auto deflater = make();
  for (const std::size_t size : {300U, 700U, 5'000U}) {
    const std::string message = corpus.json(size);
    const std::size_t first = deflated(*deflater, message).size();
    (void)deflated(*deflater, corpus.json(200));
    (void)deflated(*deflater, corpus.json(900));
    (void)deflated(*deflater, corpus.json(4'500));
    EXPECT_LT(deflated(*deflater, message).size() * 3, first) << size;
  }
}

TEST_P(DeflaterTest, MakesTheEmptyMessage) {
  const auto deflater = make();
  Readers readers(15);
  readers.expect("", deflated(*deflater, ""));
  readers.expect("not empty", deflated(*deflater, "not empty"));
}

TEST_P(DeflaterTest, MakesMessagesOfOneByteAndOfOneMebibyte) {
  Corpus corpus(5);
  const auto deflater = make();
  Readers readers(15);
  for (const std::string& message :
       {std::string("x"), corpus.json(1U << 20U), std::string("y"), std::string(1U << 20U, 'z'),
        corpus.noise(1U << 20U), corpus.json(511), corpus.json(512), corpus.json(4095),
        corpus.json(4096)}) {
    readers.expect(message, deflated(*deflater, message));
    if (HasFatalFailure()) return;
  }
}

TEST_P(DeflaterTest, GoesOnBeyondWhatA16BitTableCounts) {
  // Positions are kept modulo 64 KiB: small messages and large ones in turn, over many rounds.
  Corpus corpus(6);
  const auto deflater = make();
  Readers readers(15);
  for (int i = 0; i < 2'000; ++i) {
    const std::string message = corpus.json(i % 40 == 0 ? 9'000 : 20 + corpus.below(1'500));
    readers.expect(message, deflated(*deflater, message));
    if (HasFatalFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, DeflaterTest, testing::ValuesIn(kinds()),
                         [](const auto& instance) {
                           if (instance.param.engine == Engine::Isal) return "Isal";
                           return instance.param.level == Compression::Level::Best ? "ZlibBest"
                                                                                   : "ZlibFast";
                         });

TEST(Deflater, SharedOneIsResetForEachMessage) {
  CodecMemory memory;
  const Engine engine = engineFor(Compression::Level::Fast);
  const auto deflater = makeDeflater(engine, {.use = DeflaterUse::Shared}, memory);
  const auto other = makeDeflater(engine, {.windowBits = 12, .use = DeflaterUse::Shared}, memory);
  Corpus corpus(7);
  for (int i = 0; i < 300; ++i) {
    const std::string message = corpus.json(1 + corpus.below(20'000));
    for (Deflater* const each : {deflater.get(), other.get()}) {
      each->reset();
      Readers readers(15);
      readers.expect(message, deflated(*each, message));
      if (HasFatalFailure()) return;
    }
  }
}

TEST_P(DeflaterTest, DoesNotMindWhatIsInTheMemoryOfAnEarlierOne) {
  Corpus corpus(10);
  std::vector<std::string> messages;
  for (int i = 0; i < 40; ++i) messages.push_back(corpus.json(1 + corpus.below(6'000)));
  const auto payloads = [&] {
    const auto deflater = make();
    std::vector<std::string> all;
    for (const std::string& message : messages) all.push_back(deflated(*deflater, message));
    return all;
  };
  const std::vector<std::string> first = payloads();
  EXPECT_TRUE(payloads() == first);
  {
    const auto other = make();
    for (int i = 0; i < 40; ++i) (void)deflated(*other, corpus.json(1 + corpus.below(9'000)));
  }
  EXPECT_TRUE(payloads() == first);
}

TEST(Deflater, KeepsNothingInTheScratchThatOthersUse) {
  CodecMemory memory;
  CodecMemory otherMemory;
  const auto deflater = makeDeflater(engineFor(Compression::Level::Fast), {}, memory);
  const auto undisturbed = makeDeflater(engineFor(Compression::Level::Fast), {}, otherMemory);
  Readers readers(15);
  Corpus corpus(8);
  for (int i = 0; i < 200; ++i) {
    const std::string message = corpus.json(1 + corpus.below(12'000));
    const std::string payload = deflated(*deflater, message);
    readers.expect(message, payload);
    if (HasFatalFailure()) return;
    ASSERT_TRUE(payload == deflated(*undisturbed, message)) << i;
    // As if another one had worked there, on something that looks the same.
    const std::span<std::byte> all = memory.isalScratch.levelBuffer();
    for (std::size_t at = 0; at < all.size(); at += 2) {
      all[at] = static_cast<std::byte>(corpus.below(256));
      all[at + 1] = static_cast<std::byte>(corpus.below(256));
    }
  }
}

}  // namespace
}  // namespace parley::deflate
