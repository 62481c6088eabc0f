#pragma once

#include "http/head_error.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace parley::http {

/// What one message head may cost; see protocol::HandshakeLimits.
struct HeadLimits {
  std::size_t headBytes = std::size_t{16} * 1024;
  std::size_t lines = 128;
  std::size_t fieldBytes = std::size_t{8} * 1024;
  std::size_t startLineBytes = std::size_t{8} * 1024;
};

/// Splits a message head into its lines, however its bytes arrive: every byte is looked at once,
/// and the same bytes give the same lines or the same error in any division. Strict about line ends
/// and control characters (RFC 9112 section 2.2), which is where two readers of one message come
/// apart.
class LineReader {
 public:
  enum class Status : std::uint8_t { NeedMore, Line, Failed };
  enum class Kind : std::uint8_t { Start, Field };
  struct Step {
    Status status;
    std::size_t consumed;  ///< never past the line's end
  };

  explicit LineReader(const HeadLimits& limits) noexcept : limits_(limits) {}

  /// Reads up to the end of the next line.
  [[nodiscard]] Step read(std::string_view input, Kind kind);
  /// The line without its end, after `Line`. Ends with the next read() or the input that was read.
  [[nodiscard]] std::string_view line() const noexcept { return line_; }
  /// Why, after `Failed`.
  [[nodiscard]] HeadError error() const noexcept { return error_; }
  /// Have any bytes been read?
  [[nodiscard]] bool hasRead() const noexcept { return total_ != 0; }

 private:
  enum class Position : std::uint8_t { InLine, AfterCarriageReturn, AfterLine };

  Step readCarriageReturn(std::string_view input, Kind kind);
  Step readLineFeed(std::string_view input, std::size_t at);
  Step fail(HeadError error, std::size_t consumed) noexcept;

  HeadLimits limits_;
  Position position_ = Position::InLine;
  HeadError error_{};
  std::size_t total_ = 0;
  std::size_t length_ = 0;  // of the current line
  std::string pending_;     // the part of the current line that came with earlier reads
  std::string_view line_;
};

}  // namespace parley::http
