#include "protocol/wire.hpp"

namespace parley::protocol::wire {

namespace {

std::uint64_t bigEndian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char c : bytes) value = (value << 8U) | static_cast<std::uint8_t>(c);
  return value;
}

void appendBigEndian(std::string& to, std::uint64_t value, unsigned size) {
  for (unsigned i = size; i-- > 0;) to.push_back(static_cast<char>((value >> (8 * i)) & 0xFFU));
}

std::string masked(std::string_view payload, std::string_view key) {
  std::string result(payload);
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] = static_cast<char>(result[i] ^ key[i % 4]);
  }
  return result;
}

}  // namespace

std::string frame(unsigned first, std::string_view payload, Masked isMasked) {
  const unsigned bit = isMasked == Masked::Yes ? 0x80 : 0;
  std::string result(1, static_cast<char>(first));
  if (payload.size() < 126) {
    result.push_back(static_cast<char>(bit | payload.size()));
  } else if (payload.size() < 65536) {
    result.push_back(static_cast<char>(bit | 126));
    appendBigEndian(result, payload.size(), 2);
  } else {
    result.push_back(static_cast<char>(bit | 127));
    appendBigEndian(result, payload.size(), 8);
  }
  if (isMasked == Masked::No) return result.append(payload);
  const std::string key(kMask.begin(), kMask.end());
  return result + key + masked(payload, key);
}

std::string bytes(std::initializer_list<unsigned> values) {
  std::string result;
  for (const unsigned value : values) result.push_back(static_cast<char>(value));
  return result;
}

std::string closeBody(std::uint16_t code, std::string_view reason) {
  std::string body;
  appendBigEndian(body, code, 2);
  return body.append(reason);
}

std::vector<Frame> framesIn(std::string_view bytes) {
  std::vector<Frame> frames;
  while (bytes.size() >= 2) {
    const auto first = static_cast<std::uint8_t>(bytes[0]);
    const auto second = static_cast<std::uint8_t>(bytes[1]);
    const std::size_t extended = (second & 0x7F) == 127 ? 8 : (second & 0x7F) == 126 ? 2 : 0;
    const std::size_t keySize = (second & 0x80) != 0 ? 4 : 0;
    const std::size_t header = 2 + extended + keySize;
    if (bytes.size() < header) break;
    const std::uint64_t length =
        extended == 0 ? second & 0x7F : bigEndian(bytes.substr(2, extended));
    if (bytes.size() - header < length) break;
    const std::string_view payload = bytes.substr(header, static_cast<std::size_t>(length));
    const std::string_view key = bytes.substr(2 + extended, keySize);
    frames.push_back({first, keySize != 0 ? masked(payload, key) : std::string(payload),
                      keySize != 0 ? Masked::Yes : Masked::No});
    bytes.remove_prefix(header + payload.size());
  }
  return frames;
}

}  // namespace parley::protocol::wire
