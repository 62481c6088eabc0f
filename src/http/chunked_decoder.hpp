#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace parley::http {

/// Takes the chunked coding (RFC 9112 section 7.1) off a body that is only shown, never trusted: it
/// ends with the last chunk's size line and does not read trailers, since the connection is closed
/// anyway.
class ChunkedDecoder {
 public:
  enum class Status : std::uint8_t { NeedMore, Done, Failed };

  /// Appends what it decodes to `out`, which never grows beyond `limit`; the rest is dropped.
  Status decode(std::string_view input, std::string& out, std::size_t limit);

 private:
  enum class Part : std::uint8_t { Size, Extension, SizeEnd, Data, DataEnd, DataEndLine };

  Status takeByte(char c) noexcept;
  Status takeSizeByte(char c) noexcept;
  Status endSizeLine() noexcept;

  Part part_ = Part::Size;
  Status status_ = Status::NeedMore;
  std::uint64_t remaining_ = 0;  // of the size that is read, then of the chunk
  unsigned digits_ = 0;
};

}  // namespace parley::http
