#include "bytes/sha1.hpp"

#include "bytes/base64.hpp"
#include "bytes/byte_literals.hpp"

#include <string>

#include <gtest/gtest.h>

namespace parley::bytes {
namespace {

using tests::asBytes;
using tests::ExactCopy;

std::string hexDigest(std::string_view message) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const std::byte byte : sha1(ExactCopy(asBytes(message)).bytes())) {
    hex += kDigits[std::to_integer<unsigned>(byte) >> 4U];
    hex += kDigits[std::to_integer<unsigned>(byte) & 0xFU];
  }
  return hex;
}

TEST(Sha1, GivesThePublishedDigests) {
  EXPECT_EQ(hexDigest(""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(hexDigest("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(hexDigest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
  EXPECT_EQ(hexDigest(std::string(1'000'000, 'a')), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

TEST(Sha1, GivesTheAcceptOfTheStandardsExample) {
  const auto digest = sha1(asBytes("dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
  EXPECT_EQ(base64Encode(digest), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

// Around the sizes at which the padding needs another block; digests from another implementation.
TEST(Sha1, PadsCorrectlyAroundBlockBoundaries) {
  struct Row {
    std::size_t size;
    std::string_view digest;
  };
  constexpr Row kRows[] = {
      {54, "31045e7bb077ff8d188a776b196b980388735dbb"},
      {55, "cef734ba81a024479e09eb5a75b6ddae62e6abf1"},
      {56, "901305367c259952f4e7af8323f480d59f81335b"},
      {57, "025ecbd5d70f8fb3c5457cd96bab13fda305dc59"},
      {63, "0ddc4e0cccd9a12850deb5abb0853a4425559fec"},
      {64, "bb2fa3ee7afb9f54c6dfb5d021f14b1ffe40c163"},
      {65, "78c741ddc482e4cdf8c474a0876347a0905b6233"},
      {119, "4300320394f7ee239bcdce7d3b8bcee173a0cd5c"},
      {120, "ceb2821639c4b6dcb10bce0e522ca2e608ce056d"},
      {127, "e463484d274607e1897d4099497cbf2aedcf8206"},
      {128, "150fa3fbdc899bd0b8f95a9fb6027f564d953762"},
      {129, "2699b675922cc84a9b0dfd926eb7f8211c78693d"},
  };
  for (const Row& row : kRows) {
    EXPECT_EQ(hexDigest(std::string(row.size, 'x')), row.digest) << row.size;
  }
}

}  // namespace
}  // namespace parley::bytes
