#include "deflate/parameters.hpp"

#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace parley::deflate {
namespace {

http::Extension element(const std::string& parameters) {
  const auto list = http::parseExtensionList("permessage-deflate" + parameters);
  if (!list || list->size() != 1) {
    ADD_FAILURE() << parameters << " is no element";
    return {};
  }
  return list->front();
}

std::optional<Parameters> offer(const std::string& parameters) {
  return parseOffer(element(parameters));
}

std::optional<Parameters> answer(const std::string& parameters) {
  return parseAnswer(element(parameters));
}

TEST(DeflateParameters, ReadsAllFour) {
  const Parameters all{.serverNoContextTakeover = true,
                       .clientNoContextTakeover = true,
                       .serverMaxWindowBits = 8,
                       .clientMaxWindowBits = 12};
  const std::string text =
      "; client_max_window_bits=12; server_no_context_takeover; server_max_window_bits=8; "
      "client_no_context_takeover";
  EXPECT_EQ(offer(text), all);
  EXPECT_EQ(answer(text), all);
  EXPECT_EQ(offer(""), Parameters{});
  EXPECT_EQ(answer(""), Parameters{});
}

TEST(DeflateParameters, ReadsEveryLegalWindow) {
  for (int bits = 8; bits <= 15; ++bits) {
    const std::string number = std::to_string(bits);
    for (const std::string& value : {number, '"' + number + '"'}) {
      for (const auto& read : {offer("; server_max_window_bits=" + value),
                               answer("; server_max_window_bits=" + value)}) {
        ASSERT_TRUE(read) << value;
        EXPECT_EQ(read->serverMaxWindowBits, bits);
        EXPECT_EQ(read->clientMaxWindowBits, std::nullopt);
      }
      for (const auto& read : {offer("; client_max_window_bits=" + value),
                               answer("; client_max_window_bits=" + value)}) {
        ASSERT_TRUE(read) << value;
        EXPECT_EQ(read->clientMaxWindowBits, bits);
      }
    }
  }
}

TEST(DeflateParameters, RefusesEveryOtherWindow) {
  for (const char* bad : {"",    " ",   "0",  "7",   "16",  "17", "80",  "-1",   "-8", "+9",
                          "1e3", "1e1", "08", "008", "015", "9a", "0x9", "10.0", "1",  "100",
                          "a",   "1a",  "a1", "1:",  "1/",  ":",  "8 ",  " 8"}) {
    for (const char* name : {"server_max_window_bits", "client_max_window_bits"}) {
      const http::Extension extension{"permessage-deflate", {{name, bad}}};
      EXPECT_EQ(parseOffer(extension), std::nullopt) << name << "=" << bad;
      EXPECT_EQ(parseAnswer(extension), std::nullopt) << name << "=" << bad;
    }
  }
}

TEST(DeflateParameters, OnlyTheClientsWindowMayLackItsValueAndOnlyInAnOffer) {
  ASSERT_TRUE(offer("; client_max_window_bits"));
  EXPECT_EQ(offer("; client_max_window_bits")->clientMaxWindowBits, 15);
  EXPECT_EQ(answer("; client_max_window_bits"), std::nullopt);
  EXPECT_EQ(offer("; server_max_window_bits"), std::nullopt);
  EXPECT_EQ(answer("; server_max_window_bits"), std::nullopt);
}

TEST(DeflateParameters, TakeoverParametersHaveNoValue) {
  for (const char* name : {"server_no_context_takeover", "client_no_context_takeover"}) {
    for (const char* value : {"1", "true", "0", "15"}) {
      const std::string text = "; " + std::string(name) + "=" + value;
      EXPECT_EQ(offer(text), std::nullopt) << text;
      EXPECT_EQ(answer(text), std::nullopt) << text;
    }
  }
}

TEST(DeflateParameters, RefusesRepeatedAndUnknownOnes) {
  for (const std::string once : {"; server_no_context_takeover", "; client_no_context_takeover",
                                 "; server_max_window_bits=10", "; client_max_window_bits=10"}) {
    EXPECT_NE(offer(once), std::nullopt);
    EXPECT_EQ(offer(once + once), std::nullopt) << once;
    EXPECT_EQ(answer(once + once), std::nullopt) << once;
  }
  EXPECT_EQ(offer("; client_max_window_bits; client_max_window_bits"), std::nullopt);
  EXPECT_EQ(offer("; client_max_window_bits; client_max_window_bits=9"), std::nullopt);
  EXPECT_EQ(offer("; client_max_window_bits=9; client_max_window_bits"), std::nullopt);
  for (const std::string unknown :
       {"; x", "; x=1", "; mem_level=8", "; Server_Max_Window_Bits=9"}) {
    EXPECT_EQ(offer(unknown), std::nullopt) << unknown;
    EXPECT_EQ(answer("; server_no_context_takeover" + unknown), std::nullopt) << unknown;
  }
}

TEST(DeflateParameters, AreWrittenAsTheyAreRead) {
  for (unsigned i = 0; i < 2 * 2 * 9 * 9; ++i) {
    Parameters parameters;
    parameters.serverNoContextTakeover = i % 2 != 0;
    parameters.clientNoContextTakeover = i / 2 % 2 != 0;
    const auto bits = [](unsigned number) {
      return number == 0 ? std::nullopt : std::optional(static_cast<std::uint8_t>(7 + number));
    };
    parameters.serverMaxWindowBits = bits(i / 4 % 9);
    parameters.clientMaxWindowBits = bits(i / 36);
    const auto offers = http::parseExtensionList(serializeOffer(parameters));
    const auto answers = http::parseExtensionList(serializeAnswer(parameters));
    ASSERT_TRUE(offers && answers);
    EXPECT_EQ(offers->front().name, kExtensionName);
    EXPECT_EQ(parseOffer(offers->front()), parameters);
    EXPECT_EQ(parseAnswer(answers->front()), parameters);
  }
}

TEST(DeflateParameters, AreWrittenAsBrowsersWriteThem) {
  EXPECT_EQ(serializeOffer({.clientMaxWindowBits = 15}),
            "permessage-deflate; client_max_window_bits");
  EXPECT_EQ(serializeAnswer({.clientMaxWindowBits = 15}),
            "permessage-deflate; client_max_window_bits=15");
  EXPECT_EQ(serializeOffer({}), "permessage-deflate");
}

}  // namespace
}  // namespace parley::deflate
