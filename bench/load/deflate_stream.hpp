#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

struct z_stream_s;

namespace bench {

/// permessage-deflate's compressor (RFC 7692 section 7.2.1), by zlib's default level.
class DeflateStream {
 public:
  DeflateStream();
  DeflateStream(const DeflateStream&) = delete;
  DeflateStream& operator=(const DeflateStream&) = delete;
  ~DeflateStream();

  /// A message's payload, compressed.
  std::vector<std::byte> message(std::span<const std::byte> payload);
  /// Forgets all messages so far.
  void reset();

 private:
  std::unique_ptr<z_stream_s> stream_;
};

/// Its decompressor (section 7.2.2).
class InflateStream {
 public:
  InflateStream();
  InflateStream(const InflateStream&) = delete;
  InflateStream& operator=(const InflateStream&) = delete;
  ~InflateStream();

  /// Empty if the payload is not one.
  std::vector<std::byte> message(std::vector<std::byte> payload);

 private:
  std::unique_ptr<z_stream_s> stream_;
};

}  // namespace bench
