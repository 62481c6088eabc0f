#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct z_stream_s;

namespace parley::tool::check {

/// Does the window slide on from message to message (RFC 7692 section 7.1.1)?
enum class Takeover : std::uint8_t { Kept, None };

/// Compresses messages (RFC 7692 section 7.2.1).
class Deflater {
 public:
  /// @param windowBits 8..15; with 8, zlib's smallest window (9) is never looked further back into
  ///   than one byte
  Deflater(int windowBits, Takeover takeover);
  [[nodiscard]] std::string compress(std::string_view message);

 private:
  struct End {
    void operator()(z_stream_s* stream) const noexcept;
  };
  std::unique_ptr<z_stream_s, End> stream_;
  Takeover takeover_;
};

/// Decompresses messages (RFC 7692 section 7.2.2). Strict about the window: a reference further
/// back than the negotiated size, or into a message before where there is no takeover, is an error.
class Inflater {
 public:
  Inflater(int windowBits, Takeover takeover);
  /// nullopt: no DEFLATE data, or more than `most` bytes.
  [[nodiscard]] std::optional<std::string> decompress(std::string payload, std::size_t most);

 private:
  struct End {
    void operator()(z_stream_s* stream) const noexcept;
  };
  std::unique_ptr<z_stream_s, End> stream_;
  Takeover takeover_;
  std::size_t piece_;
};

}  // namespace parley::tool::check
