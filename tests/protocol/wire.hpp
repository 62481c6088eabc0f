#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Bytes of the wire as tests write them down: made here by hand and not by the library's encoder,
// so that the two can disagree.

namespace parley::protocol::wire {

inline constexpr std::array<std::uint8_t, 4> kMask{0x37, 0xfa, 0x21, 0x3d};

enum class Masked : std::uint8_t { No, Yes };

/// A frame with any first byte; the length in its shortest form.
std::string frame(unsigned first, std::string_view payload, Masked masked);

inline std::string fromClient(unsigned first, std::string_view payload) {
  return frame(first, payload, Masked::Yes);
}
inline std::string fromServer(unsigned first, std::string_view payload) {
  return frame(first, payload, Masked::No);
}

// First bytes (RFC 6455 section 5.2).
inline constexpr unsigned kText = 0x81;
inline constexpr unsigned kBinary = 0x82;
inline constexpr unsigned kClose = 0x88;
inline constexpr unsigned kPing = 0x89;
inline constexpr unsigned kPong = 0x8A;
inline constexpr unsigned kTextPart = 0x01;
inline constexpr unsigned kBinaryPart = 0x02;
inline constexpr unsigned kMiddle = 0x00;
inline constexpr unsigned kLast = 0x80;
// With RSV1 (RFC 7692 section 6).
inline constexpr unsigned kTextDeflated = 0xC1;
inline constexpr unsigned kBinaryDeflated = 0xC2;
inline constexpr unsigned kTextPartDeflated = 0x41;
inline constexpr unsigned kBinaryPartDeflated = 0x42;

std::string bytes(std::initializer_list<unsigned> values);
std::string closeBody(std::uint16_t code, std::string_view reason = {});

/// A frame as it was found on the wire, unmasked.
struct Frame {
  unsigned first;
  std::string payload;
  Masked masked;

  bool operator==(const Frame&) const = default;
};

/// The whole frames at the start of `bytes`; what is behind them is left out.
std::vector<Frame> framesIn(std::string_view bytes);

}  // namespace parley::protocol::wire
