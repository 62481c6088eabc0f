#include "tls/hashes.hpp"

#include <array>
#include <string>
#include <string_view>

#include <openssl/evp.h>

namespace parley::tls {

namespace {

/// In hexadecimal, lower case. Empty if the library refuses, as one that is confined to approved
/// algorithms does with MD5: the answer is then a wrong one.
std::string hexDigest(const EVP_MD* algorithm, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, algorithm, nullptr) != 1)
    return {};
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    hex += kDigits[digest[i] / 16U];
    hex += kDigits[digest[i] % 16U];
  }
  return hex;
}

std::string md5Hex(std::string_view text) {
  return hexDigest(EVP_md5(), text);
}
std::string sha256Hex(std::string_view text) {
  return hexDigest(EVP_sha256(), text);
}

}  // namespace

http::Hashes hashes() noexcept {
  return {.md5Hex = md5Hex, .sha256Hex = sha256Hex};
}

}  // namespace parley::tls
