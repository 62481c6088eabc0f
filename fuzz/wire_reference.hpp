#pragma once

#include <parley/protocol/connection_event.hpp>
#include <parley/protocol/role.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Frames as RFC 6455 section 5 draws them, written down a second time, byte by byte, so that the
// library can disagree.

namespace parley::fuzz {

inline constexpr unsigned kRsv1 = 4;
inline constexpr unsigned kContinuation = 0;
inline constexpr unsigned kText = 1;
inline constexpr unsigned kBinary = 2;
inline constexpr unsigned kClose = 8;
inline constexpr unsigned kPing = 9;
inline constexpr unsigned kPong = 10;

[[nodiscard]] constexpr bool isControlOpcode(unsigned opcode) noexcept {
  return opcode >= 8;
}

using ReferenceKey = std::array<std::uint8_t, 4>;

/// RFC 6455 section 5.3, on bytes of a payload of which the first is the one at `phase`.
void applyKey(std::string& bytes, const ReferenceKey& key, std::uint64_t phase);

struct ReferenceHeader {
  bool fin = true;
  unsigned rsv = 0;
  unsigned opcode = kBinary;
  std::optional<ReferenceKey> key{};
  std::uint64_t length = 0;

  bool operator==(const ReferenceHeader&) const = default;
};

/// Reads one header after the other.
class ReferenceHeaderReader {
 public:
  /// @param allowedRsv RSV1 is 4, RSV2 is 2, RSV3 is 1
  explicit ReferenceHeaderReader(protocol::Role sender, unsigned allowedRsv = 0) noexcept
      : sender_(sender), allowedRsv_(allowedRsv) {}

  enum class Outcome : std::uint8_t { NeedMore, Whole, Broken };
  /// After `Whole` the next byte begins a new header; after `Broken` there is none.
  Outcome take(std::uint8_t byte);

  [[nodiscard]] const ReferenceHeader& header() const noexcept { return header_; }
  /// Why, after `Broken`.
  [[nodiscard]] protocol::FailureCause cause() const noexcept { return cause_; }
  /// Bytes of the header that is being read.
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }

 private:
  Outcome judge();
  Outcome judgeFirst(unsigned first);
  Outcome judgeSecond(unsigned second);
  Outcome judgeLength(std::size_t lengthBytes);
  Outcome broken(protocol::FailureCause cause) noexcept;

  protocol::Role sender_;
  unsigned allowedRsv_;
  std::vector<std::uint8_t> bytes_;
  ReferenceHeader header_;
  protocol::FailureCause cause_ = protocol::FailureCause::InternalError;
};

struct ReferenceFrame {
  ReferenceHeader header;
  std::string payload;  ///< unmasked

  bool operator==(const ReferenceFrame&) const = default;
};

/// Reads what one end has sent.
class ReferenceWire {
 public:
  explicit ReferenceWire(protocol::Role sender, unsigned allowedRsv = 0) noexcept
      : headers_(sender, allowedRsv) {}

  /// Stops for ever at the first broken header.
  void feed(std::string_view bytes);

  [[nodiscard]] const std::vector<ReferenceFrame>& frames() const noexcept { return frames_; }
  [[nodiscard]] std::optional<protocol::FailureCause> failure() const noexcept { return failure_; }
  /// Inside a header or a payload?
  [[nodiscard]] bool insideFrame() const noexcept {
    return current_.has_value() || headers_.size() != 0;
  }
  /// The frame whose payload has not ended.
  [[nodiscard]] const std::optional<ReferenceFrame>& current() const noexcept { return current_; }
  /// Payload bytes of text, binary and continuation frames so far.
  [[nodiscard]] std::uint64_t dataBytes() const noexcept { return dataBytes_; }

 private:
  /// Takes what belongs to the frame from the front of `bytes`.
  void takePayload(std::string_view& bytes);
  void endFrame();

  ReferenceHeaderReader headers_;
  std::optional<ReferenceFrame> current_;
  std::vector<ReferenceFrame> frames_;
  std::optional<protocol::FailureCause> failure_;
  std::uint64_t dataBytes_ = 0;
};

enum class LengthForm : std::uint8_t { Shortest, Bits16, Bits64 };

/// A frame with any first byte, masked with `key` if there is one.
std::string referenceFrame(unsigned first, std::string_view payload,
                           std::optional<ReferenceKey> key, LengthForm form = LengthForm::Shortest);

}  // namespace parley::fuzz
