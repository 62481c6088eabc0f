#include "accept_key.hpp"

#include <string>

#include <gtest/gtest.h>

namespace parley::tool::check {
namespace {

std::string hexadecimal(const std::string& bytes) {
  std::string out;
  for (const char byte : bytes) {
    for (const int shift : {4, 0}) {
      out.push_back("0123456789abcdef"[static_cast<unsigned char>(byte) >> shift & 15]);
    }
  }
  return out;
}

TEST(CheckAcceptKey, IsThatOfTheRfc) {
  // RFC 6455 section 1.3.
  EXPECT_EQ(acceptFor("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(CheckAcceptKey, Sha1HasTheKnownDigests) {
  // FIPS 180 examples, and the lengths around the end of a block.
  EXPECT_EQ(hexadecimal(sha1("")), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(hexadecimal(sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(hexadecimal(sha1("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
  EXPECT_EQ(hexadecimal(sha1(std::string(55, 'a'))), "c1c8bbdc22796e28c0e15163d20899b65621d65a");
  EXPECT_EQ(hexadecimal(sha1(std::string(64, 'a'))), "0098ba824b5c16427bd7a1122a5a442a25ec644d");
}

TEST(CheckAcceptKey, Base64GoesBothWays) {
  // RFC 4648 section 10.
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64Decoded("Zm8="), "fo");
  EXPECT_EQ(base64Decoded("Zm9vYmFy"), "foobar");
  EXPECT_EQ(base64Decoded("Zm9"), "");
  EXPECT_EQ(base64Decoded("Zm9-"), "");
}

}  // namespace
}  // namespace parley::tool::check
