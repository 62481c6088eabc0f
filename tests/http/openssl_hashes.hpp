#pragma once

#include "http/digest.hpp"

#include <array>
#include <string>
#include <string_view>

#include <openssl/evp.h>

namespace parley::testing {

inline std::string hexDigest(const EVP_MD* algorithm, std::string_view input) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(input.data(), input.size(), digest.data(), &size, algorithm, nullptr);
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    text.append(1, kHex[digest[i] / 16U]).append(1, kHex[digest[i] % 16U]);
  }
  return text;
}

inline std::string md5Hex(std::string_view input) {
  return hexDigest(EVP_md5(), input);
}
inline std::string sha256Hex(std::string_view input) {
  return hexDigest(EVP_sha256(), input);
}
inline std::string sha512Slash256Hex(std::string_view input) {
  return hexDigest(EVP_sha512_256(), input);
}

inline constexpr http::Hashes kHashes{md5Hex, sha256Hex};

}  // namespace parley::testing
