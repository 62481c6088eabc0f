#include "tls/hashes.hpp"

#include <gtest/gtest.h>

namespace parley::tls {
namespace {

// RFC 1321 appendix A.5
TEST(Hashes, Md5OfTheVectorsOfItsStandard) {
  EXPECT_EQ(hashes().md5Hex(""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(hashes().md5Hex("message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
}

// FIPS 180-4, examples
TEST(Hashes, Sha256OfTheVectorsOfItsStandard) {
  EXPECT_EQ(hashes().sha256Hex("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace parley::tls
