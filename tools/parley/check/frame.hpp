#pragma once

#include "payload.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::tool::check {

/// The end of the connection that the suite plays.
enum class Role : std::uint8_t { Client, Server };

/// RFC 6455 section 5.2. Other values of four bits are reserved, and sent by cases all the same.
enum class Opcode : std::uint8_t {
  Continuation = 0,
  Text = 1,
  Binary = 2,
  Close = 8,
  Ping = 9,
  Pong = 10
};
[[nodiscard]] constexpr bool isControl(Opcode opcode) noexcept {
  return (static_cast<std::uint8_t>(opcode) & 8U) != 0;
}

/// How the payload length is written (RFC 6455 section 5.2).
enum class LengthForm : std::uint8_t { Shortest, Bits16, Bits64 };
/// RFC 6455 section 5.1: a client masks, a server does not.
enum class MaskUse : std::uint8_t { AsRoleDemands, Wrong };

[[nodiscard]] bool isMasked(Role sender, MaskUse use) noexcept;

using MaskKey = std::array<unsigned char, 4>;

constexpr std::uint8_t kRsv1 = 4;
constexpr std::uint8_t kRsv2 = 2;
constexpr std::uint8_t kRsv3 = 1;

/// A frame to be sent, right or wrong.
struct Frame {
  Opcode opcode = Opcode::Text;
  Payload payload = {};
  bool isFinal = true;
  std::uint8_t reserved = 0;
  LengthForm lengthForm = LengthForm::Shortest;
  MaskUse masking = MaskUse::AsRoleDemands;
  std::optional<MaskKey> maskKey = {};
  /// Announced in the header instead of the payload's own length.
  std::optional<std::uint64_t> announcedLength = {};
};

/// The body of a Close frame (RFC 6455 section 5.5.1).
[[nodiscard]] std::string closeBody(std::uint16_t code, std::string_view reason = {});

/// The suite's own writer of frames: it writes what a case says, not what is allowed.
class FrameWriter {
 public:
  explicit FrameWriter(Role role) noexcept : role_(role) {}
  [[nodiscard]] std::string write(const Frame& frame);

 private:
  [[nodiscard]] MaskKey nextKey() noexcept;

  Role role_;
  std::uint32_t keys_ = 0x2545F491;  // a sequence; secrecy is of no use to a test
};

/// A frame that was received, whatever is wrong with it.
struct ReceivedFrame {
  Opcode opcode = Opcode::Text;
  bool isFinal = true;
  std::uint8_t reserved = 0;
  std::optional<MaskKey> maskKey = {};
  bool isLengthShortest = true;
  bool isLengthTopBitSet = false;
  std::string payload = {};
};

/// The suite's own reader of frames. It judges nothing.
class FrameReader {
 public:
  void feed(std::string_view bytes) { buffer_.append(bytes); }
  /// nullopt: more bytes are needed.
  [[nodiscard]] std::optional<ReceivedFrame> next();
  /// Bytes of a frame that is not complete.
  [[nodiscard]] std::size_t pending() const noexcept { return buffer_.size() - begin_; }
  /// The frame that is begun is larger than any that a case may cause; it is not read.
  [[nodiscard]] bool isOversized() const noexcept { return isOversized_; }

 private:
  [[nodiscard]] unsigned char at(std::size_t index) const {
    return static_cast<unsigned char>(buffer_[begin_ + index]);
  }

  std::string buffer_;
  std::size_t begin_ = 0;
  bool isOversized_ = false;
};

}  // namespace parley::tool::check
