#include "deflate/engines.hpp"

#include "deflate/coding.hpp"
#include "deflate/corpus.hpp"
#include "deflate/guarded_memory.hpp"

#include <new>
#include <string>

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace parley::deflate {
namespace {

TEST(Engines, ZlibIsAlwaysBuiltIn) {
  EXPECT_TRUE(isBuiltIn(Engine::Zlib));
  ASSERT_FALSE(engines().empty());
  EXPECT_EQ(engines().front(), Engine::Zlib);
  for (const Engine engine : engines()) EXPECT_TRUE(isBuiltIn(engine));
}

TEST(Engines, TheFastestIsForFastAndZlibForBest) {
  EXPECT_EQ(engineFor(Compression::Level::Best), Engine::Zlib);
  EXPECT_EQ(engineFor(Compression::Level::Fast),
            isBuiltIn(Engine::Isal) ? Engine::Isal : Engine::Zlib);
}

TEST(Engines, BestIsSmallerThanFast) {
  Corpus corpus(1);
  const std::string message = corpus.json(20'000);
  CodecMemory memory;
  const auto sizeAt = [&](Compression::Level level) {
    return deflated(*makeDeflater(engineFor(level), {.level = level}, memory), message).size();
  };
  EXPECT_LT(sizeAt(Compression::Level::Best), sizeAt(Compression::Level::Fast));
}

// A sanitizer's allocator ends the program instead.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
/// While it lives there are no more pages for this process.
class NoMorePages {
 public:
  NoMorePages() {
    getrlimit(RLIMIT_AS, &before_);
    const rlimit none{.rlim_cur = 0, .rlim_max = before_.rlim_max};
    setrlimit(RLIMIT_AS, &none);
  }
  NoMorePages(const NoMorePages&) = delete;
  NoMorePages& operator=(const NoMorePages&) = delete;
  ~NoMorePages() { setrlimit(RLIMIT_AS, &before_); }

 private:
  rlimit before_{};
};

TEST(Engines, SayThatMemoryEnds) {
  for (const Engine engine : engines()) {
    CodecMemory memory;
    bool hasThrown = false;
    bool isThere = true;
    {
      const NoMorePages noMore;
      isThere = makeInflater(engine, memory) != nullptr;
      try {
        (void)makeDeflater(engine, {}, memory);
      } catch (const std::bad_alloc&) {
        hasThrown = true;
      }
    }
    EXPECT_FALSE(isThere);
    EXPECT_TRUE(hasThrown);
  }
}
#endif

TEST(Engines, StayWithinTheMemoryThatTheyAreGiven) {
  const GuardedMemory input(200'000);
  const GuardedMemory output(400'000);
  ASSERT_TRUE(input.isThere() && output.isThere());
  for (const Engine engine : engines()) {
    Corpus corpus(2);
    CodecMemory memory;
    const auto deflater = makeDeflater(engine, {}, memory);
    const auto inflater = makeInflater(engine, memory);
    ASSERT_TRUE(inflater->reset(15, {}));
    for (int i = 0; i < 2'000; ++i) {
      const std::size_t size = 1 + corpus.below(i % 100 == 0 ? 150'000 : 2'000);
      const std::string message = i % 7 == 0 ? corpus.letters(size) : corpus.json(size);
      deflater->begin(size);
      std::span<const std::byte> rest = input.holding(message);
      const std::span<std::byte> room = output.last(size + size / 8 + 100);
      std::span<std::byte> free = room;
      ASSERT_EQ(deflater->deflate(rest, free, Deflater::Part::Last), Deflater::Status::Done);
      const std::string payload = textOf(room.first(room.size() - free.size()));

      std::span<const std::byte> compressed = input.holding(payload);
      std::span<std::byte> plain = output.last(size + corpus.below(2));
      const auto status = inflater->inflate(compressed, plain);
      ASSERT_TRUE(status == InflateStatus::NeedsInput || plain.empty()) << status;
      ASSERT_TRUE(textOf(output.last(size)) == message || !plain.empty());
      if (status == InflateStatus::NeedsInput) continue;
      std::span<std::byte> more = output.last(1);
      ASSERT_EQ(inflater->inflate(compressed, more), InflateStatus::NeedsInput);
      ASSERT_EQ(more.size(), 1U);
    }
  }
}

TEST(Engines, StayWithinTheirMemoryWhateverTheyAreFed) {
  const GuardedMemory input(200'000);
  const GuardedMemory output(100'000);
  ASSERT_TRUE(input.isThere() && output.isThere());
  for (const Engine engine : engines()) {
    Corpus corpus(3);
    CodecMemory memory;
    const auto inflater = makeInflater(engine, memory);
    for (int i = 0; i < 10'000; ++i) {
      const std::string history = corpus.letters(corpus.below(i % 3 == 0 ? kMaxHistory + 1 : 1));
      ASSERT_TRUE(inflater->reset(15, bytesOf(history)));
      std::string payload = zlibDeflated(corpus.json(1 + corpus.below(i % 50 == 0 ? 100'000 : 900)),
                                         {.strategy = i % 2 == 0 ? 4 : 0});
      for (int damages = 0; damages < 3; ++damages) {
        char& byte = payload[corpus.below(payload.size())];
        byte = static_cast<char>(byte ^ (1 << corpus.below(8)));
      }
      std::span<const std::byte> rest = input.holding(payload);
      auto status = InflateStatus::NeedsOutput;
      for (int rounds = 0; status == InflateStatus::NeedsOutput && rounds < 1'000; ++rounds) {
        std::span<std::byte> room = output.last(1 + corpus.below(rounds == 0 ? 2'000 : 100'000));
        status = inflater->inflate(rest, room);
      }
    }
  }
}

}  // namespace
}  // namespace parley::deflate
