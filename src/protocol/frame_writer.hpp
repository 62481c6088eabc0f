#pragma once

#include "frame/frame_header.hpp"
#include "frame/mask.hpp"

#include <parley/protocol/entropy.hpp>
#include <parley/protocol/role.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace parley::protocol {

/// Gives each outgoing frame its masking key.
class MaskKeys {
 public:
  MaskKeys(Role role, Entropy& entropy) noexcept : entropy_(entropy), role_(role) {}

  /// RFC 6455 sections 5.1 and 5.3: a client masks every frame with a fresh key, a server none.
  [[nodiscard]] std::optional<frame::MaskKey> next() const {
    if (role_ == Role::Server) return std::nullopt;
    return std::bit_cast<frame::MaskKey>(entropy_.word());
  }

 private:
  Entropy& entropy_;
  Role role_;
};

/// Room that every frame with `payload` bytes fits into, whatever its header.
[[nodiscard]] constexpr std::size_t frameRoom(std::size_t payload) noexcept {
  return payload + frame::kMaxHeaderSize;
}

/// Writes a final frame with a payload that needs no check; answers its size. `to` has frameRoom().
/// RFC 7692 section 6: `rsv` is kRsv1 for a compressed message.
inline std::size_t writeFrame(std::byte* to, frame::Opcode opcode,
                              std::span<const std::byte> payload, std::optional<frame::MaskKey> key,
                              std::uint8_t rsv = 0) noexcept {
  const std::size_t header = frame::encodeFrameHeader(
      to, {.rsv = rsv, .opcode = opcode, .maskKey = key, .payloadLength = payload.size()});
  frame::maskCopy(to + header, payload, key.value_or(frame::MaskKey{}));
  return header + payload.size();
}

/// Writes a final Text frame and validates on the way; answers its size, or nothing if the text is
/// not UTF-8. `to` has frameRoom().
[[nodiscard]] inline std::optional<std::size_t> writeTextFrame(
    std::byte* to, std::span<const std::byte> text, std::optional<frame::MaskKey> key) noexcept {
  const std::size_t header = frame::encodeFrameHeader(
      to, {.opcode = frame::Opcode::Text, .maskKey = key, .payloadLength = text.size()});
  if (!frame::maskCopyText(to + header, text, key.value_or(frame::MaskKey{}))) return std::nullopt;
  return header + text.size();
}

}  // namespace parley::protocol
