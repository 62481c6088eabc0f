#include "bytes/base64.hpp"

#include "bytes/byte_literals.hpp"

#include <random>
#include <string>

#include <gtest/gtest.h>

namespace parley::bytes {
namespace {

using tests::asBytes;
using tests::asText;

struct Pair {
  std::string_view plain;
  std::string_view encoded;
};

// RFC 4648 section 10, and the two letters that only high bits reach.
constexpr Pair kPairs[] = {{"", ""},
                           {"f", "Zg=="},
                           {"fo", "Zm8="},
                           {"foo", "Zm9v"},
                           {"foob", "Zm9vYg=="},
                           {"fooba", "Zm9vYmE="},
                           {"foobar", "Zm9vYmFy"},
                           {"the sample nonce", "dGhlIHNhbXBsZSBub25jZQ=="},
                           {"\xFB\xEF\xBE\xFF\xFF\xFF", "++++////"}};

TEST(Base64, EncodesTheKnownPairs) {
  for (const Pair& pair : kPairs) EXPECT_EQ(base64Encode(asBytes(pair.plain)), pair.encoded);
}

TEST(Base64, DecodesTheKnownPairs) {
  for (const Pair& pair : kPairs) {
    const auto data = base64Decode(pair.encoded);
    ASSERT_TRUE(data) << pair.encoded;
    EXPECT_EQ(asText(*data), pair.plain);
  }
}

TEST(Base64, RandomBytesSurviveARoundTrip) {
  std::mt19937 random(1);
  for (std::size_t size = 0; size < 200; ++size) {
    std::vector<std::byte> data(size);
    for (std::byte& byte : data) byte = static_cast<std::byte>(random() & 0xFFU);
    const std::string text = base64Encode(data);
    EXPECT_EQ(text.size(), (size + 2) / 3 * 4);
    EXPECT_EQ(base64Decode(text), data);
  }
}

TEST(Base64, AcceptsAKeyWhoseUnusedBitsAreNotZero) {
  const auto data = base64Decode("AQIDBAUGBwgJCgsMDQ4PEC==");
  ASSERT_TRUE(data);
  ASSERT_EQ(data->size(), 16U);
  EXPECT_EQ(data->back(), std::byte{0x10});
  EXPECT_EQ(base64Decode("Zg=="), base64Decode("Zv=="));
  EXPECT_EQ(base64Decode("Zm8="), base64Decode("Zm+="));
}

TEST(Base64, RefusesEverySizeThatIsNotAMultipleOfFour) {
  const std::string_view whole = "Zm9vYmFyZm9v";
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    EXPECT_EQ(base64Decode(whole.substr(0, size)).has_value(), size % 4 == 0) << size;
  }
}

TEST(Base64, RefusesPaddingAnywhereButAtTheEnd) {
  for (const std::string_view text :
       {"=", "==", "====", "Z===", "=Zm9", "Zm=v", "Z=9v", "Zg==Zg==", "Zg==Zm9v", "Zm8=Zm9v"}) {
    EXPECT_FALSE(base64Decode(text)) << text;
  }
}

TEST(Base64, RefusesEveryCharacterOutsideTheAlphabetAtEveryPlace) {
  const std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (int code = -128; code < 128; ++code) {
    const char c = static_cast<char>(code);
    const bool isLetter = alphabet.find(c) != std::string_view::npos;
    for (std::size_t at = 0; at < 8; ++at) {
      std::string text = "Zm9vYmFy";
      text[at] = c;
      const bool isLegal = isLetter || (c == '=' && at == 7);
      EXPECT_EQ(base64Decode(text).has_value(), isLegal) << code << " at " << at;
    }
  }
}

}  // namespace
}  // namespace parley::bytes
