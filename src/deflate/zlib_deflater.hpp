#pragma once

#include "deflate/deflater.hpp"
#include "deflate/zlib_memory.hpp"

#include <cstdint>
#include <memory>

struct z_stream_s;

namespace parley::deflate {

/// zlib as the compressor.
class ZlibDeflater final : public Deflater {
 public:
  /// @param level 1..9
  /// @param windowBits 9..15; memory goes with it, from 4 KiB to 262 KiB
  /// @param memory must outlive it
  ZlibDeflater(int level, std::uint8_t windowBits, ContextMemory& memory);
  ~ZlibDeflater() override;

  void begin(std::size_t size) override;
  Status deflate(std::span<const std::byte>& input, std::span<std::byte>& output,
                 Part part) override;
  void reset() override;

 private:
  ZlibMemory memory_;
  const std::unique_ptr<z_stream_s> stream_;
};

}  // namespace parley::deflate
