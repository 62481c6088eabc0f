#include "deflate/inflater.hpp"

#include "deflate/coding.hpp"
#include "deflate/corpus.hpp"
#include "deflate/engines.hpp"

#include <algorithm>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <zlib.h>

// What every engine's decompressor has to do.

namespace parley::deflate {
namespace {

using namespace std::string_literals;

constexpr std::size_t kHistory = kMaxHistory;

class InflaterTest : public testing::TestWithParam<Engine> {
 protected:
  static std::unique_ptr<Inflater> make() {
    static CodecMemory memory;
    auto inflater = makeInflater(GetParam(), memory);
    EXPECT_TRUE(inflater->reset(15, {}));
    return inflater;
  }

  /// The message, the same for every division of the payload; a short one byte by byte and cut
  /// everywhere. How far it comes before a fault or a cut only zlib tells to the byte.
  static Inflated read(std::string_view payload) {
    const Inflated whole = inflatedMessage(*make(), payload);
    const std::size_t piece = payload.size() < 400 ? 1 : payload.size() / 97;
    for (const Division& division : {Division{.input = piece}, Division{.output = 3 * piece},
                                     Division{.input = piece, .output = piece}}) {
      expectSame(inflatedMessage(*make(), payload, division), whole);
    }
    for (std::size_t cut = piece; cut < payload.size(); cut += piece) {
      const auto inflater = make();
      const Inflated first = inflated(*inflater, payload.substr(0, cut));
      if (first.status != InflateStatus::NeedsInput) {
        expectSame(first, whole);
        continue;
      }
      Inflated rest = inflatedMessage(*inflater, payload.substr(cut));
      rest.text.insert(0, first.text);
      expectSame(rest, whole);
    }
    return whole;
  }

  static void expectSame(const Inflated& pieces, const Inflated& whole) {
    if (GetParam() == Engine::Zlib || whole.isBetweenBlocks) {
      EXPECT_EQ(pieces, whole);
      return;
    }
    EXPECT_EQ(pieces.status, whole.status);
    EXPECT_EQ(pieces.isBetweenBlocks, whole.isBetweenBlocks);
    const std::size_t common = std::min(pieces.text.size(), whole.text.size());
    EXPECT_TRUE(pieces.text.compare(0, common, whole.text, 0, common) == 0);
  }

  static void expectMessage(std::string_view payload, std::string_view message) {
    const Inflated whole = read(payload);
    EXPECT_EQ(whole.status, InflateStatus::NeedsInput);
    EXPECT_TRUE(whole.isBetweenBlocks);
    EXPECT_TRUE(whole.text == message) << whole.text.size() << " of " << message.size();
  }
};

std::string withoutTail(std::string payload) {
  payload.resize(payload.size() - 4);
  return payload;
}

TEST_P(InflaterTest, ReadsTheExamplesOfTheRfc) {
  // RFC 7692 section 7.2.3.1 to 7.2.3.6.
  expectMessage("\xf2\x48\xcd\xc9\xc9\x07\x00"s, "Hello");
  expectMessage("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"s, "Hello");
  expectMessage("\xf3\x48\xcd\xc9\xc9\x07\x00\x00"s, "Hello");
  expectMessage("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"s, "Hello");
  expectMessage("\x00"s, "");
  const auto inflater = make();
  EXPECT_EQ(inflatedMessage(*inflater, "\xf2\x48\xcd\xc9\xc9\x07\x00"s).text, "Hello");
  EXPECT_EQ(inflatedMessage(*inflater, "\xf2\x00\x11\x00\x00"s).text, "Hello");
}

TEST_P(InflaterTest, ReadsEveryKindOfBlock) {
  Corpus corpus(1);
  for (const int level : {0, 1, 6, 9}) {
    for (const int strategy : {Z_DEFAULT_STRATEGY, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED}) {
      for (const std::size_t size : {1U, 300U, 20'000U, 150'000U}) {
        const std::string message = size == 300U ? corpus.noise(size) : corpus.json(size);
        expectMessage(withoutTail(zlibDeflated(message, {.level = level, .strategy = strategy})),
                      message);
      }
    }
  }
}

TEST_P(InflaterTest, GoesOnBehindAFinalBlock) {
  Corpus corpus(2);
  const std::string one = corpus.json(500);
  const std::string two = corpus.json(3'000);
  const std::string final = zlibDeflated(one, {.flush = Z_FINISH});
  // Complete as it is, with the octet that the RFC asks for, and with more behind it.
  expectMessage(final, one);
  expectMessage(final + '\0', one);
  expectMessage(final + withoutTail(zlibDeflated(two)), one + two);
  expectMessage(final + final + final, one + one + one);
  expectMessage(zlibDeflated("", {.flush = Z_FINISH}) + final, one);
  expectMessage(withoutTail(zlibDeflated(two)) + "\x00\x00\xFF\xFF"s + final + '\0', two + one);
}

TEST_P(InflaterTest, KeepsTheHistoryBehindAFinalBlock) {
  Corpus corpus(3);
  for (const std::size_t size : {10U, 1'000U, 31'000U, 40'000U, 70'000U, 150'000U, 400'000U}) {
    for (const Division& division : {Division{}, Division{.input = 5'000}, Division{.output = 300},
                                     Division{.input = 100, .output = 70'000}}) {
      const std::string before = corpus.json(size);
      const auto inflater = make();
      const Inflated first =
          inflatedMessage(*inflater, zlibDeflated(before, {.flush = Z_FINISH}), division);
      ASSERT_TRUE(first.text == before) << size;
      // "Same distance as far as it goes back": a match of the last 258 bytes, by hand.
      const std::string last = before.substr(before.size() - std::min<std::size_t>(size, 10));
      z_stream stream{};
      ASSERT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_FIXED), Z_OK);
      const std::string history =
          before.substr(before.size() - std::min(before.size(), kHistory - 300));
      deflateSetDictionary(&stream, reinterpret_cast<const Bytef*>(history.data()),
                           static_cast<uInt>(history.size()));
      std::string next = history.substr(0, 200) + last;
      std::string payload(1000, '\0');
      stream.next_in = reinterpret_cast<Bytef*>(next.data());
      stream.avail_in = static_cast<uInt>(next.size());
      stream.next_out = reinterpret_cast<Bytef*>(payload.data());
      stream.avail_out = static_cast<uInt>(payload.size());
      ::deflate(&stream, Z_SYNC_FLUSH);
      payload.resize(payload.size() - stream.avail_out - 4);
      deflateEnd(&stream);
      const Inflated second = inflatedMessage(*inflater, payload, division);
      EXPECT_EQ(second.status, InflateStatus::NeedsInput) << size;
      EXPECT_TRUE(second.text == next) << size;
    }
  }
}

TEST_P(InflaterTest, StopsWhereTheOutputEnds) {
  const std::string message(10'000'000, '\0');
  const std::string payload = zlibDeflated(message);
  const auto inflater = make();
  const Inflated part = inflated(*inflater, payload, {}, 1'000);
  EXPECT_EQ(part.text.size(), 1'000U);
}

TEST_P(InflaterTest, TellsThatItIsWithinABlock) {
  const std::string payload = zlibDeflated("a message that is not quite so short");
  for (std::size_t cut = 1; cut < payload.size(); ++cut) {
    const auto inflater = make();
    const Inflated part = inflated(*inflater, payload.substr(0, cut));
    EXPECT_EQ(part.status, InflateStatus::NeedsInput);
    EXPECT_FALSE(part.isBetweenBlocks) << cut;
  }
  EXPECT_TRUE(inflated(*make(), payload).isBetweenBlocks);
}

TEST_P(InflaterTest, RefusesWhatIsNoDeflate) {
  for (const std::string& bad : {
           "\x07"s,                          // a block of the kind that is reserved
           "\x00\x05\x00\xfa\xfe"s + "xyz",  // lengths of a stored block that do not match
           "\xf2\x00\x11\x00"s,              // refers to before the first byte
           "\x04\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s,  // a code of no
                                                                                 // code
           std::string(100, '\xFF'),
       }) {
    EXPECT_EQ(read(bad).status, InflateStatus::Corrupt) << bad.size();
  }
}

TEST_P(InflaterTest, ReadsOnlyAfterResetWhatItHasRefused) {
  const auto inflater = make();
  EXPECT_EQ(inflated(*inflater, "\x07"s).status, InflateStatus::Corrupt);
  EXPECT_EQ(inflated(*inflater, "\xf2\x48\xcd\xc9\xc9\x07\x00"s).status, InflateStatus::Corrupt);
  ASSERT_TRUE(inflater->reset(15, {}));
  EXPECT_EQ(inflatedMessage(*inflater, "\xf2\x48\xcd\xc9\xc9\x07\x00"s).text, "Hello");
}

TEST_P(InflaterTest, ForgetsAtResetAndBeginsWithTheHistoryGiven) {
  const auto inflater = make();
  EXPECT_EQ(inflatedMessage(*inflater, "\xf2\x48\xcd\xc9\xc9\x07\x00"s).text, "Hello");
  ASSERT_TRUE(inflater->reset(15, {}));
  EXPECT_EQ(inflatedMessage(*inflater, "\xf2\x00\x11\x00\x00"s).status, InflateStatus::Corrupt);
  ASSERT_TRUE(inflater->reset(15, bytesOf("Hello")));
  EXPECT_EQ(inflatedMessage(*inflater, "\xf2\x00\x11\x00\x00"s).text, "Hello");
}

TEST_P(InflaterTest, GivesOutWhatCameBeforeAFault) {
  Corpus corpus(4);
  for (const std::size_t size : {50U, 5'000U, 50'000U, 200'000U}) {
    const std::string message = corpus.json(size);
    // A whole block, then a reserved one.
    const std::string payload = zlibDeflated(message) + "\x07";
    const Inflated broken = read(payload);
    EXPECT_EQ(broken.status, InflateStatus::Corrupt);
    EXPECT_TRUE(broken.text == message || GetParam() == Engine::Isal) << size;
  }
}

/// Twenty thousand payloads with some damage: none may do harm, and the verdict is the same however
/// the payload comes.
TEST_P(InflaterTest, SurvivesTwentyThousandCorruptedPayloads) {
  Corpus corpus(5);
  int accepted = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string message = corpus.json(20 + corpus.below(i % 100 == 0 ? 80'000 : 600));
    std::string payload =
        zlibDeflated(message, {.level = static_cast<int>(corpus.below(10)),
                               .flush = corpus.below(4) == 0 ? Z_FINISH : Z_SYNC_FLUSH,
                               .strategy = corpus.below(3) == 0 ? Z_FIXED : Z_DEFAULT_STRATEGY});
    for (std::size_t damages = 1 + corpus.below(3); damages != 0; --damages) {
      char& byte = payload[corpus.below(payload.size())];
      byte = static_cast<char>(byte ^ (1 << corpus.below(8)));
    }
    if (corpus.below(8) == 0) payload.resize(1 + corpus.below(payload.size()));
    const auto inflater = make();
    const Inflated whole = inflated(*inflater, payload);
    if (whole.status == InflateStatus::NeedsInput) ++accepted;
    const Division division{.input = 1 + corpus.below(200), .output = 1 + corpus.below(2'000)};
    expectSame(inflated(*make(), payload, division), whole);
    if (HasFailure()) FAIL() << "payload " << i;
  }
  EXPECT_GT(accepted, 1'000);
  EXPECT_LT(accepted, 19'000);
}

TEST_P(InflaterTest, SurvivesNoise) {
  Corpus corpus(6);
  for (int i = 0; i < 20'000; ++i) {
    const std::string payload = corpus.noise(1 + corpus.below(200));
    const Inflated whole = inflated(*make(), payload);
    expectSame(inflated(*make(), payload, {.input = 3, .output = 7}), whole);
    if (HasFailure()) FAIL() << "payload " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, InflaterTest,
                         testing::ValuesIn(engines().begin(), engines().end()),
                         [](const auto& instance) {
                           return instance.param == Engine::Zlib ? "Zlib" : "Isal";
                         });

// ---- Windows: zlib only, as ISA-L has but one ----

/// A payload that repeats itself from `distance` before.
std::string farReference(std::size_t distance) {
  Corpus corpus(distance);
  std::string message = corpus.letters(distance);
  message += message.substr(0, 50);
  return withoutTail(zlibDeflated(message, {.level = 9}));
}

TEST(InflaterWindow, ReadsUpToTheWindowAndNotTwiceAsFar) {
  for (std::uint8_t bits = 8; bits <= 15; ++bits) {
    const std::size_t window = std::size_t{1} << bits;
    CodecMemory memory;
    const auto inflater = makeInflater(Engine::Zlib, memory);
    for (const Division& division : {Division{}, Division{.input = 1}, Division{.output = 1},
                                     Division{.input = 77, .output = 99}}) {
      ASSERT_TRUE(inflater->reset(bits, {}));
      const Inflated within =
          inflatedMessage(*inflater, farReference(std::min<std::size_t>(window, 32'500)), division);
      EXPECT_EQ(within.status, InflateStatus::NeedsInput) << int{bits};
      if (bits >= 14) continue;  // the format itself goes no farther
      ASSERT_TRUE(inflater->reset(bits, {}));
      const Inflated beyond = inflatedMessage(*inflater, farReference(2 * window + 1), division);
      EXPECT_EQ(beyond.status, InflateStatus::Corrupt) << int{bits};
    }
  }
}

TEST(InflaterWindow, KeepsNoMoreThanTheWindowFromMessageToMessage) {
  for (std::uint8_t bits = 8; bits <= 13; ++bits) {
    const std::size_t window = std::size_t{1} << bits;
    Corpus corpus(bits);
    const std::string first = corpus.letters(4 * window);
    CodecMemory memory;
    const auto inflater = makeInflater(Engine::Zlib, memory);
    for (const std::size_t back : {window / 2, window, window + 300, 3 * window}) {
      ASSERT_TRUE(inflater->reset(bits, {}));
      ASSERT_TRUE(inflatedMessage(*inflater, withoutTail(zlibDeflated(first, {.level = 0}))).text ==
                  first);
      z_stream stream{};
      ASSERT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_FIXED), Z_OK);
      deflateSetDictionary(&stream, reinterpret_cast<const Bytef*>(first.data()),
                           static_cast<uInt>(first.size()));
      std::string next = first.substr(first.size() - back, 100);
      std::string payload(1000, '\0');
      stream.next_in = reinterpret_cast<Bytef*>(next.data());
      stream.avail_in = static_cast<uInt>(next.size());
      stream.next_out = reinterpret_cast<Bytef*>(payload.data());
      stream.avail_out = static_cast<uInt>(payload.size());
      ::deflate(&stream, Z_SYNC_FLUSH);
      payload.resize(payload.size() - stream.avail_out - 4);
      deflateEnd(&stream);
      const Inflated second = inflatedMessage(*inflater, payload);
      if (back <= window) {
        EXPECT_TRUE(second.text == next) << int{bits} << " back " << back;
      } else {
        EXPECT_EQ(second.status, InflateStatus::Corrupt) << int{bits} << " back " << back;
      }
    }
  }
}

}  // namespace
}  // namespace parley::deflate
