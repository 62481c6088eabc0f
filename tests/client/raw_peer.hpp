#pragma once

#include "handshake/accept_key.hpp"
#include "transport/transport.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::test {

/// A frame as a server writes it, not masked. Written from RFC 6455 section 5.2 and not with the
/// library's codec, so that a mistake there is not made twice.
inline std::string serverFrame(unsigned opcode, std::string_view payload, bool fin = true) {
  std::string frame;
  frame.push_back(static_cast<char>((fin ? 0x80U : 0U) | opcode));
  const std::size_t size = payload.size();
  int lengthBytes = 0;
  if (size < 126) {
    frame.push_back(static_cast<char>(size));
  } else if (size < 65536) {
    frame.push_back(126);
    lengthBytes = 2;
  } else {
    frame.push_back(127);
    lengthBytes = 8;
  }
  for (int i = lengthBytes - 1; i >= 0; --i) {
    frame.push_back(static_cast<char>((std::uint64_t{size} >> (8 * i)) & 0xff));
  }
  return frame.append(payload);
}

/// A Close frame's body.
inline std::string closeBody(unsigned code, std::string_view reason = {}) {
  std::string body;
  body.push_back(static_cast<char>(code >> 8));
  body.push_back(static_cast<char>(code & 0xff));
  return body.append(reason);
}

/// The value of a field of a head; "" if it is not there.
inline std::string fieldOf(std::string_view head, std::string_view name) {
  const std::size_t at = head.find("\r\n" + std::string(name) + ": ");
  if (at == std::string_view::npos) return {};
  const std::size_t begin = at + name.size() + 4;
  return std::string(head.substr(begin, head.find("\r\n", begin) - begin));
}

/// The 101 that answers `request`.
inline std::string acceptanceOf(std::string_view request, std::string_view fields = {}) {
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: " +
         handshake::acceptForKey(fieldOf(request, "Sec-WebSocket-Key")) + "\r\n" +
         std::string(fields) + "\r\n";
}

/// A frame that a client sent.
struct ClientFrame {
  unsigned opcode = 0;
  bool fin = true;
  std::string key;
  std::string payload;
  unsigned rsv = 0;  // RSV1 is 4

  bool operator==(const ClientFrame&) const = default;
};

/// A server that does what the test says, byte by byte, over any transport.
class RawPeer final : public transport::TransportListener {
 public:
  explicit RawPeer(transport::TransportPtr transport) : transport_(std::move(transport)) {
    transport_->setListener(this);
    transport_->resumeReading();
  }

  void send(std::string_view bytes) {
    const protocol::OutputPiece piece{reinterpret_cast<const std::byte*>(bytes.data()),
                                      bytes.size()};
    waiting_.append(bytes.substr(transport_->write({&piece, 1})));
  }
  void sendText(std::string_view text) { send(serverFrame(1, text)); }
  void sendBinary(std::string_view bytes) { send(serverFrame(2, bytes)); }
  void sendClose(unsigned code, std::string_view reason = {}) {
    send(serverFrame(8, closeBody(code, reason)));
  }
  void finish() { transport_->finish(); }
  void abort() { transport_->abort(); }

  /// The head of the request, up to and with the empty line; empty until it is whole.
  [[nodiscard]] std::string request() const {
    const std::size_t end = received_.find("\r\n\r\n");
    return end == std::string::npos ? std::string() : received_.substr(0, end + 4);
  }
  [[nodiscard]] std::string requestField(std::string_view name) const {
    return fieldOf(request(), name);
  }
  /// The 101 that answers the request.
  [[nodiscard]] std::string acceptance(std::string_view fields = {}) const {
    return acceptanceOf(request(), fields);
  }

  /// The frames that came behind the request.
  [[nodiscard]] std::vector<ClientFrame> frames() const {
    std::vector<ClientFrame> result;
    std::string_view rest = std::string_view(received_).substr(request().size());
    while (rest.size() >= 2) {
      ClientFrame frame;
      frame.opcode = static_cast<unsigned char>(rest[0]) & 0x0fU;
      frame.rsv = (static_cast<unsigned char>(rest[0]) >> 4U) & 7U;
      frame.fin = (static_cast<unsigned char>(rest[0]) & 0x80U) != 0;
      std::size_t size = static_cast<unsigned char>(rest[1]) & 0x7fU;
      std::size_t head = 2;
      const std::size_t extended = size == 126 ? 2 : size == 127 ? 8 : 0;
      if (extended != 0) size = 0;
      for (; head < 2 + extended && head < rest.size(); ++head) {
        size = (size << 8) | static_cast<unsigned char>(rest[head]);
      }
      if (rest.size() < head + 4 + size) break;
      frame.key = rest.substr(head, 4);
      frame.payload = rest.substr(head + 4, size);
      for (std::size_t i = 0; i < size; ++i) {
        frame.payload[i] = static_cast<char>(frame.payload[i] ^ frame.key[i % 4]);
      }
      rest.remove_prefix(head + 4 + size);
      result.push_back(std::move(frame));
    }
    return result;
  }
  /// Their payloads, each behind its opcode: "1:hello", "8:" ...
  [[nodiscard]] std::vector<std::string> received() const {
    std::vector<std::string> result;
    for (const ClientFrame& frame : frames()) {
      result.push_back(std::to_string(frame.opcode) + ":" + frame.payload);
    }
    return result;
  }
  [[nodiscard]] std::string_view bytes() const noexcept { return received_; }
  [[nodiscard]] std::size_t receivedBytes() const noexcept { return received_.size(); }
  [[nodiscard]] bool hasEnded() const noexcept { return hasEnded_; }
  [[nodiscard]] bool hasFailed() const noexcept { return hasFailed_; }

 private:
  void onBytes(std::span<std::byte> bytes) override {
    received_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  void onWritable() override { send(std::exchange(waiting_, {})); }
  void onEnd() override { hasEnded_ = true; }
  void onFailed(const transport::TransportError&) override { hasFailed_ = true; }

  transport::TransportPtr transport_;
  std::string received_;
  std::string waiting_;
  bool hasEnded_ = false;
  bool hasFailed_ = false;
};

}  // namespace parley::test
