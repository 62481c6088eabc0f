#pragma once

#include "http/chunked_decoder.hpp"
#include "http/line_reader.hpp"
#include "http/message_head.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace parley::handshake {

/// Finds the end of a response's body, behind which the answer to the next request on the same
/// connection begins.
class HttpTunnelBody {
 public:
  enum class Status : std::uint8_t { NeedMore, Done, Failed };
  struct Progress {
    Status status;
    std::size_t consumed;  ///< never past the body
  };

  /// Bytes that are read past for the sake of a connection, the coding included: more than an error
  /// page needs. Beyond it a new connection is cheaper.
  static constexpr std::size_t kMaxBytes = std::size_t{64} * 1024;

  /// Nothing when the body only ends with the connection, or is known to be too long.
  [[nodiscard]] static std::optional<HttpTunnelBody> of(const http::ResponseHead& head);

  /// After Done and Failed it consumes nothing more.
  Progress feed(std::span<const std::byte> bytes);

 private:
  enum class Part : std::uint8_t { Plain, Chunks, Trailers };

  HttpTunnelBody(Part part, std::size_t remaining) noexcept;
  Status takeByte(char c);
  Status takeTrailerByte(char c);

  Part part_;
  std::size_t remaining_;  // of a plain body; of what is allowed, otherwise
  Status status_;
  http::ChunkedDecoder chunks_;
  http::LineReader trailers_;
};

}  // namespace parley::handshake
