#include <parley/protocol/entropy.hpp>
#include <parley/testing/fixed_entropy.hpp>
#include <parley/testing/manual_clock.hpp>

#include <array>
#include <bit>
#include <set>

#include <gtest/gtest.h>

namespace parley::protocol {
namespace {

class CountingEntropy : public Entropy {
 public:
  void fill(std::span<std::byte> to) override {
    ++fills;
    for (std::byte& byte : to) byte = static_cast<std::byte>(next++);
  }

  int fills = 0;
  unsigned next = 0;
};

TEST(Entropy, AsksItsSourceOncePer256Words) {
  CountingEntropy entropy;
  EXPECT_EQ(entropy.fills, 0);
  for (int i = 0; i < 256; ++i) (void)entropy.word();
  EXPECT_EQ(entropy.fills, 1);
  (void)entropy.word();
  EXPECT_EQ(entropy.fills, 2);
}

TEST(Entropy, HandsOutEveryByteOnceInOrder) {
  CountingEntropy entropy;
  for (unsigned i = 0; i < 2000; i += 4) {
    const auto bytes = std::bit_cast<std::array<std::uint8_t, 4>>(entropy.word());
    for (unsigned k = 0; k < 4; ++k) ASSERT_EQ(bytes[k], (i + k) & 0xFFU);
  }
}

TEST(FixedEntropy, RepeatsItsPattern) {
  testing::FixedEntropy entropy({1, 2, 3});
  std::array<std::byte, 7> bytes{};
  entropy.fill(bytes);
  EXPECT_EQ(bytes, (std::array{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{1}, std::byte{2},
                               std::byte{3}, std::byte{1}}));
  entropy.fill(std::span(bytes).first(1));
  EXPECT_EQ(bytes[0], std::byte{2}) << "goes on where it was";
}

TEST(FixedEntropy, GivesTheSameBytesForTheSameSeedOnly) {
  testing::FixedEntropy first(1);
  testing::FixedEntropy same(1);
  testing::FixedEntropy other(2);
  int equal = 0;
  std::set<std::uint32_t> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::uint32_t word = first.word();
    ASSERT_EQ(same.word(), word);
    if (other.word() == word) ++equal;
    seen.insert(word);
  }
  EXPECT_EQ(equal, 0);
  EXPECT_EQ(seen.size(), 1000U);
}

TEST(ManualClock, StandsUntilItIsTold) {
  testing::ManualClock clock;
  const Time start = clock.now();
  EXPECT_EQ(clock.now(), start);
  clock.advance(std::chrono::seconds(2));
  EXPECT_EQ(clock.now() - start, Duration(2000));
  clock.advanceTo(start);
  EXPECT_EQ(clock.now() - start, Duration(2000)) << "never back";
  clock.advanceTo(start + Duration(2001));
  EXPECT_EQ(clock.now() - start, Duration(2001));
}

}  // namespace
}  // namespace parley::protocol
