#include "deflate/shared_codecs.hpp"

#include "deflate/coding.hpp"
#include "deflate/corpus.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace parley::deflate {
namespace {

TEST(SharedCodecs, HasOneCompressorForEachSetting) {
  SharedCodecs shared;
  Deflater* const first = &shared.deflater({});
  EXPECT_EQ(&shared.deflater({}), first);
  EXPECT_NE(&shared.deflater({.windowBits = 10}), first);
  EXPECT_NE(&shared.deflater({.level = Compression::Level::Best}), first);
  EXPECT_EQ(&shared.deflater({}), first);
}

TEST(SharedCodecs, LendsItsCompressorAsGoodAsNew) {
  SharedCodecs shared;
  Corpus corpus(1);
  const std::string message = corpus.json(800);
  const DeflaterOptions options{.use = DeflaterUse::Shared};
  const std::string first = deflated(shared.deflater(options), message);
  EXPECT_EQ(deflated(shared.deflater(options), message), first);
}

TEST(SharedCodecs, KeepsAFewDecompressorsForTheNextMessage) {
  SharedCodecs shared;
  for (const Engine engine : engines()) {
    std::vector<std::unique_ptr<Inflater>> taken;
    for (int i = 0; i < 10; ++i) taken.push_back(shared.takeInflater(engine));
    Inflater* const last = taken[3].get();
    for (auto& inflater : taken) shared.giveInflater(engine, std::move(inflater));
    EXPECT_EQ(shared.takeInflater(engine).get(), last);
  }
}

TEST(SharedCodecs, HasScratchBothWays) {
  SharedCodecs shared;
  EXPECT_EQ(shared.deflateScratch().size(), SharedCodecs::kScratchSize);
  EXPECT_EQ(shared.inflateScratch().size(), SharedCodecs::kScratchSize);
  EXPECT_NE(shared.deflateScratch().data(), shared.inflateScratch().data());
}

}  // namespace
}  // namespace parley::deflate
