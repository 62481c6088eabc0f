#include "deflate/negotiation.hpp"

#include <gtest/gtest.h>

namespace parley::deflate {
namespace {

using Context = protocol::DeflateAgreement::Context;

TEST(DeflateNegotiation, OffersTheLimitsThatAreNotThoseOfTheFormat) {
  EXPECT_EQ(offerOf({}), Parameters{.clientMaxWindowBits = 15});
  EXPECT_EQ(offerOf({.serverMaxWindowBits = 14}).serverMaxWindowBits, 14);
}

TEST(DeflateNegotiation, DeclinesToWriteWithEightBits) {
  EXPECT_EQ(answerTo({.serverMaxWindowBits = 8}, {}), std::nullopt);
  for (std::uint8_t bits = 9; bits <= 15; ++bits) {
    EXPECT_EQ(answerTo({.serverMaxWindowBits = bits}, {}), Parameters{.serverMaxWindowBits = bits});
  }
}

TEST(DeflateNegotiation, LimitsTheClientOnlyIfItOfferedThat) {
  const Compression compression{.clientMaxWindowBits = 10};
  EXPECT_EQ(answerTo({}, compression), Parameters{});
  EXPECT_EQ(answerTo({.clientMaxWindowBits = 15}, compression),
            Parameters{.clientMaxWindowBits = 10});
  EXPECT_EQ(answerTo({.clientMaxWindowBits = 8}, compression),
            Parameters{.clientMaxWindowBits = 8});
}

TEST(DeflateNegotiation, EveryAnswerIsOneToItsOffer) {
  const auto bits = [](unsigned number) {
    return number == 0 ? std::nullopt : std::optional(static_cast<std::uint8_t>(7 + number));
  };
  for (unsigned i = 0; i < 2 * 2 * 9 * 9; ++i) {
    const Parameters offer{.serverNoContextTakeover = i % 2 != 0,
                           .clientNoContextTakeover = i / 2 % 2 != 0,
                           .serverMaxWindowBits = bits(i / 4 % 9),
                           .clientMaxWindowBits = bits(i / 36)};
    for (std::uint8_t own = 9; own <= 15; own += 3) {
      const auto answer = answerTo(offer, {.serverNoContextTakeover = own == 9,
                                           .serverMaxWindowBits = own,
                                           .clientMaxWindowBits = own});
      ASSERT_EQ(answer.has_value(), offer.serverMaxWindowBits != 8);
      if (!answer) continue;
      EXPECT_TRUE(isAnswerTo(offer, *answer));
      const auto agreement = agree(offer, *answer);
      EXPECT_LE(agreement.fromServer.windowBits, own);
      EXPECT_LE(agreement.fromServer.windowBits, offer.serverMaxWindowBits.value_or(15));
      EXPECT_LE(agreement.fromClient.windowBits, offer.clientMaxWindowBits.value_or(15));
      EXPECT_EQ(agreement.fromServer.context == Context::Reset,
                offer.serverNoContextTakeover || own == 9);
      EXPECT_EQ(agreement.fromClient.context == Context::Reset, offer.clientNoContextTakeover);
    }
  }
}

TEST(DeflateNegotiation, AnAnswerKeepsToItsOffer) {
  EXPECT_TRUE(isAnswerTo({}, {.serverNoContextTakeover = true,
                              .clientNoContextTakeover = true,
                              .serverMaxWindowBits = 8}));
  EXPECT_FALSE(isAnswerTo({}, {.clientMaxWindowBits = 15}));
  EXPECT_FALSE(isAnswerTo({.serverNoContextTakeover = true}, {}));
  EXPECT_FALSE(isAnswerTo({.serverMaxWindowBits = 10}, {}));
  EXPECT_FALSE(isAnswerTo({.serverMaxWindowBits = 10}, {.serverMaxWindowBits = 11}));
  EXPECT_TRUE(isAnswerTo({.serverMaxWindowBits = 15}, {}));
  EXPECT_FALSE(isAnswerTo({.clientMaxWindowBits = 10}, {.clientMaxWindowBits = 11}));
  // Hints need no answer.
  EXPECT_TRUE(isAnswerTo({.clientNoContextTakeover = true, .clientMaxWindowBits = 10}, {}));
}

}  // namespace
}  // namespace parley::deflate
