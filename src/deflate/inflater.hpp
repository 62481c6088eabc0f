#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace parley::deflate {

/// The farthest that DEFLATE refers back.
inline constexpr std::size_t kMaxHistory = std::size_t{32} * 1024;

enum class InflateStatus : std::uint8_t {
  NeedsInput,   ///< all input is taken; between two blocks, all that it is good for is written
  NeedsOutput,  ///< the output is full, and there may be more
  Corrupt,      ///< this is no DEFLATE, or it refers to what there is not; of no use until reset()
  OutOfMemory,  ///< likewise
};

/// A decompressor of an engine. Never throws, whatever it is fed.
class Inflater {
 public:
  Inflater() = default;
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  virtual ~Inflater() = default;

  /// Decompresses from the front of `input` to the front of `output`; advances both. Behind a block
  /// with BFINAL it goes on with a new stream (RFC 7692 section 7.2.3.4) that may still refer back.
  virtual InflateStatus inflate(std::span<const std::byte>& input,
                                std::span<std::byte>& output) noexcept = 0;
  /// Does the input end on a byte boundary between two blocks?
  [[nodiscard]] virtual bool isBetweenBlocks() const noexcept = 0;
  /// Starts anew with a window of 2^windowBits bytes, as if `history` had been inflated before.
  /// False if memory ends.
  [[nodiscard]] virtual bool reset(std::uint8_t windowBits,
                                   std::span<const std::byte> history) noexcept = 0;
};

}  // namespace parley::deflate
