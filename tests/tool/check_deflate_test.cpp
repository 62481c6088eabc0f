#include "deflate.hpp"
#include "deflate_terms.hpp"
#include "payload.hpp"

#include <string>

#include <gtest/gtest.h>

namespace parley::tool::check {
namespace {

using std::string_literals::operator""s;

constexpr std::size_t kMost = std::size_t{1} << 20;

TEST(CheckDeflate, GoesBothWaysWithEachWindow) {
  for (int bits = 8; bits <= 15; ++bits) {
    for (const Takeover takeover : {Takeover::Kept, Takeover::None}) {
      Deflater deflater(bits, takeover);
      Inflater inflater(bits, takeover);
      for (const std::size_t size : {0U, 1U, 100U, 5000U, 70000U}) {
        for (const Payload& payload :
             {Payload::records(size), Payload::noise(size), Payload::zeros(size)}) {
          EXPECT_EQ(inflater.decompress(deflater.compress(payload.bytes()), kMost), payload.bytes())
              << bits << ' ' << size;
        }
      }
    }
  }
}

TEST(CheckDeflate, ReadsTheExamplesOfTheRfc) {
  // RFC 7692 section 7.2.3.
  Inflater inflater(15, Takeover::Kept);
  EXPECT_EQ(inflater.decompress("\xf2\x48\xcd\xc9\xc9\x07\x00"s, kMost), "Hello");
  EXPECT_EQ(inflater.decompress("\xf2\x00\x11\x00\x00"s, kMost), "Hello");
  EXPECT_EQ(inflater.decompress("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"s, kMost), "Hello");
  EXPECT_EQ(inflater.decompress("\xf3\x48\xcd\xc9\xc9\x07\x00\x00"s, kMost), "Hello");
  EXPECT_EQ(inflater.decompress("\x00"s, kMost), "");
}

TEST(CheckDeflate, RefusesWhatReachesBehindTheWindow) {
  for (const int bits : {9, 12, 14}) {
    Deflater deflater(15, Takeover::Kept);
    Inflater inflater(bits, Takeover::Kept);
    const std::string noise = Payload::noise((std::size_t{1} << bits) + 300).bytes();
    EXPECT_EQ(inflater.decompress(deflater.compress(noise), kMost), noise);
    EXPECT_EQ(inflater.decompress(deflater.compress(noise), kMost), std::nullopt) << bits;
  }
}

TEST(CheckDeflate, RefusesWhatTakesOverThoughNothingMayBe) {
  Deflater deflater(15, Takeover::Kept);
  Inflater inflater(15, Takeover::None);
  EXPECT_EQ(inflater.decompress(deflater.compress("again and again"), kMost), "again and again");
  EXPECT_EQ(inflater.decompress(deflater.compress("again and again"), kMost), std::nullopt);
}

TEST(CheckDeflate, RefusesGarbageAndTooMuch) {
  EXPECT_EQ(Inflater(15, Takeover::Kept).decompress("\x07\x00"s, kMost), std::nullopt);
  const std::string zeros = Deflater(15, Takeover::Kept).compress(std::string(100000, '\0'));
  EXPECT_EQ(Inflater(15, Takeover::Kept).decompress(zeros, 99999), std::nullopt);
}

HttpHead headWith(const std::string& extensions) {
  return {"", {{"sec-websocket-extensions", extensions}}};
}

bool isAgreed(const std::string& answer, const DeflateTerms& offer) {
  return std::holds_alternative<DeflateTerms>(readAnswer(headWith(answer), offer));
}
bool isFault(const std::string& answer, const DeflateTerms& offer) {
  return std::holds_alternative<std::string>(readAnswer(headWith(answer), offer));
}

TEST(CheckDeflateTerms, ReadsAnswers) {
  EXPECT_TRUE(isAgreed("permessage-deflate", {}));
  EXPECT_TRUE(isAgreed("permessage-deflate; server_max_window_bits=\"10\"", {}));
  EXPECT_TRUE(isAgreed("permessage-deflate; server_max_window_bits=9", {.serverBits = 10}));
  EXPECT_TRUE(
      isAgreed("permessage-deflate; client_max_window_bits=10", {.clientBitsAreOpen = true}));
  EXPECT_TRUE(std::holds_alternative<std::monostate>(readAnswer(HttpHead{}, {})));
}

TEST(CheckDeflateTerms, RefusesAnswersThatTheOfferDoesNotAllow) {
  EXPECT_TRUE(isFault("permessage-deflate", {.serverNoTakeover = true}));
  EXPECT_TRUE(isFault("permessage-deflate", {.serverBits = 10}));
  EXPECT_TRUE(isFault("permessage-deflate; server_max_window_bits=11", {.serverBits = 10}));
  EXPECT_TRUE(isFault("permessage-deflate; client_max_window_bits=10", {}));
  EXPECT_TRUE(isFault("permessage-deflate; client_max_window_bits=11", {.clientBits = 10}));
  EXPECT_TRUE(isFault("permessage-deflate; client_max_window_bits", {.clientBitsAreOpen = true}));
  for (const char* bad :
       {"x-other", "permessage-deflate, permessage-deflate", "permessage-deflate; a",
        "permessage-deflate; server_max_window_bits=7",
        "permessage-deflate; server_max_window_bits=08",
        "permessage-deflate; server_no_context_takeover=1",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover"}) {
    EXPECT_TRUE(isFault(bad, {})) << bad;
  }
}

TEST(CheckDeflateTerms, AnswersWhatAClientAllows) {
  const auto answer = answerTo(headWith("permessage-deflate; client_max_window_bits"),
                               {.serverBits = 9, .clientBits = 10});
  ASSERT_TRUE(answer);
  EXPECT_EQ(describe(*answer),
            "permessage-deflate; server_max_window_bits=9; client_max_window_bits=10");
  EXPECT_FALSE(answerTo(headWith("permessage-deflate"), {.clientBits = 10}));
  EXPECT_FALSE(answerTo(headWith("x-other"), {}));
  const auto demanded = answerTo(
      headWith("permessage-deflate; server_no_context_takeover; server_max_window_bits=10"), {});
  ASSERT_TRUE(demanded);
  EXPECT_EQ(describe(*demanded),
            "permessage-deflate; server_no_context_takeover; server_max_window_bits=10");
}

}  // namespace
}  // namespace parley::tool::check
