#include "handshake/accept_key.hpp"

#include "bytes/base64.hpp"
#include "bytes/sha1.hpp"

#include <span>

namespace parley::handshake {

std::string acceptForKey(std::string_view key) {
  // RFC 6455 section 4.2.2, step 5, 4.
  constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::string text;
  text.reserve(key.size() + kGuid.size());
  text.append(key).append(kGuid);
  return bytes::base64Encode(bytes::sha1(std::as_bytes(std::span(text))));
}

bool isValidKey(std::string_view key) {
  constexpr std::size_t kKeyBytes = 16;
  constexpr std::size_t kKeyCharacters =
      24;  // base64 of 16 bytes; keeps a long field from decoding
  if (key.size() != kKeyCharacters) return false;
  const auto decoded = bytes::base64Decode(key);
  return decoded && decoded->size() == kKeyBytes;
}

}  // namespace parley::handshake
