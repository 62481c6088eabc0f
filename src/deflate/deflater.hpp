#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace parley::deflate {

/// What every message ends with, and what is left out on the wire (RFC 7692 section 7.2.1): the
/// lengths of an empty stored block.
inline constexpr std::size_t kTailSize = 4;

/// Whose messages a compressor is for.
enum class DeflaterUse : std::uint8_t {
  OneConnection,
  Shared,  ///< of many: reset() comes before each
};

/// A compressor of an engine: turns messages into DEFLATE, each flushed to a byte boundary. Throws
/// std::bad_alloc when memory ends.
class Deflater {
 public:
  enum class Status : std::uint8_t {
    Done,         ///< all input is taken, and of a last part all output is written
    NeedsOutput,  ///< the output is full, and there may be more
  };
  enum class Part : std::uint8_t { Inner, Last };

  Deflater() = default;
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;
  virtual ~Deflater() = default;

  /// A message of `size` bytes begins.
  virtual void begin(std::size_t size) = 0;
  /// Compresses from the front of `input` to the front of `output`; advances both. After Done with
  /// a last part the message is complete and its output ends with the tail.
  virtual Status deflate(std::span<const std::byte>& input, std::span<std::byte>& output,
                         Part part) = 0;
  /// Forgets all messages so far, also one that is not complete.
  virtual void reset() = 0;
};

}  // namespace parley::deflate
