#include "handshake.hpp"

#include <array>
#include <cctype>
#include <span>

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <poll.h>

namespace bench {
namespace {

/// RFC 6455 section 4.2.2: the base64 of the SHA-1 of the key and a fixed text.
std::string acceptKey(std::string_view key) {
  const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::array<unsigned char, 32> encoded{};
  const int size = EVP_EncodeBlock(encoded.data(), digest.data(), SHA_DIGEST_LENGTH);
  return {reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(size)};
}

std::string lowerCased(std::string_view text) {
  std::string result;
  for (char c : text) result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

}  // namespace

std::string upgradeRequest(std::uint16_t port, Compression compression) {
  std::string request =
      "GET / HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
      "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";
  if (compression == Compression::On) {
    request += "Sec-WebSocket-Extensions: permessage-deflate\r\n";
  }
  return request + "\r\n";
}

std::string upgradeAnswer(std::string_view requestHead) {
  constexpr std::string_view kField = "\r\nsec-websocket-key:";
  const std::size_t field = lowerCased(requestHead).find(kField);
  if (field == std::string::npos) giveUp("a client's handshake has no key");
  std::string_view key = requestHead.substr(field + kField.size());
  key = key.substr(0, key.find('\r'));
  key.remove_prefix(key.find_first_not_of(' '));
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: " +
         acceptKey(key) + "\r\n\r\n";
}

std::string upgrade(Wire& wire, std::uint16_t port, Compression compression) {
  const std::string request = upgradeRequest(port, compression);
  if (wire.send(std::as_bytes(std::span(request))) != request.size()) giveUp("send");
  std::string answer;
  while (!answer.ends_with("\r\n\r\n")) {
    char byte = 0;
    if (wire.receive(std::as_writable_bytes(std::span(&byte, 1))) == 1) {
      answer += byte;
      continue;
    }
    pollfd readable{wire.socket(), POLLIN, 0};
    poll(&readable, 1, -1);
  }
  if (!answer.starts_with("HTTP/1.1 101")) giveUp("the server did not upgrade");
  answer = lowerCased(answer);
  if (compression == Compression::On && answer.find("permessage-deflate") == std::string::npos) {
    giveUp("the server does not compress");
  }
  return answer;
}

}  // namespace bench
