#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace bench {

enum class Opcode : std::uint8_t { Text = 1, Binary = 2, Close = 8, Ping = 9 };
enum class Masking : std::uint8_t { None, Masked };
enum class Coding : std::uint8_t { Plain, Deflated };

/// The payload that every end of a benchmark sends: letters, so it is text, too, and holds no '?'.
std::vector<std::byte> pattern(std::size_t size);

/// Appends a whole frame (RFC 6455 section 5.2); the mask is always the same.
void appendFrame(std::vector<std::byte>& wire, Opcode opcode, std::span<const std::byte> payload,
                 Masking masking, Coding coding = Coding::Plain);

/// Part of a frame's payload, as it lies in the buffer.
struct FramePiece {
  std::uint8_t firstByte = 0;  ///< FIN, RSV1..3 and the opcode
  std::uint64_t offset = 0;    ///< of the piece in its payload
  std::span<const std::byte> bytes{};
  const std::array<std::byte, 4>* mask = nullptr;  ///< nullptr: not masked
  bool endsFrame = false;

  [[nodiscard]] bool isFinal() const noexcept { return (firstByte & 0x80U) != 0; }
  [[nodiscard]] bool isDeflated() const noexcept { return (firstByte & 0x40U) != 0; }
  [[nodiscard]] bool isControl() const noexcept { return (firstByte & 0x08U) != 0; }
  [[nodiscard]] bool isClose() const noexcept { return (firstByte & 0x0fU) == 8; }
  [[nodiscard]] bool endsMessage() const noexcept { return endsFrame && isFinal() && !isControl(); }
  /// Appends the bytes without their mask.
  void appendTo(std::vector<std::byte>& payload) const;
};

/// Cuts a stream into the payloads of its frames and believes all that a header says.
class FrameScanner {
 public:
  /// Calls `onPiece(const FramePiece&)` for each piece in `bytes`; a frame without payload is one
  /// empty piece.
  template <typename OnPiece>
  void scan(std::span<const std::byte> bytes, OnPiece&& onPiece) {
    while (!bytes.empty()) {
      if (headerSize_ < headerNeeded_) {
        takeHeaderByte(bytes.front());
        bytes = bytes.subspan(1);
        if (headerSize_ < headerNeeded_ || left_ > 0) continue;
        deliver({}, onPiece);
        continue;
      }
      const auto size = bytes.size() < left_ ? bytes.size() : static_cast<std::size_t>(left_);
      deliver(bytes.first(size), onPiece);
      bytes = bytes.subspan(size);
    }
  }

 private:
  template <typename OnPiece>
  void deliver(std::span<const std::byte> bytes, OnPiece& onPiece) {
    left_ -= bytes.size();
    const FramePiece piece{firstByte(), offset_, bytes, isMasked() ? &mask_ : nullptr, left_ == 0};
    offset_ += bytes.size();
    if (left_ == 0) {
      headerSize_ = 0;
      headerNeeded_ = 2;
    }
    onPiece(piece);
  }
  void takeHeaderByte(std::byte byte) {
    header_[headerSize_++] = byte;
    if (headerSize_ == 2) {
      const auto length = std::to_integer<unsigned>(header_[1]) & 0x7fU;
      headerNeeded_ = (length < 126 ? 2U : length == 126 ? 4U : 10U) + (isMasked() ? 4U : 0U);
    }
    if (headerSize_ == headerNeeded_) headerComplete();
  }
  void headerComplete();
  [[nodiscard]] std::uint8_t firstByte() const {
    return std::to_integer<std::uint8_t>(header_.front());
  }
  [[nodiscard]] bool isMasked() const { return (header_[1] & std::byte{0x80}) != std::byte{}; }

  std::array<std::byte, 14> header_{};
  std::size_t headerSize_ = 0;
  std::size_t headerNeeded_ = 2;
  std::array<std::byte, 4> mask_{};
  std::uint64_t left_ = 0;
  std::uint64_t offset_ = 0;
};

}  // namespace bench
