#pragma once

#include "tls/engine.hpp"

#include <cstddef>
#include <memory>
#include <span>

namespace parley::transport {

/// Memory for records or for what is in them, for the time of one call. The TLS transports of a
/// thread share it, so that an idle one has none; a call within a call has memory of its own.
class TlsBuffer {
 public:
  /// Records that one write of the transport below carries: past a few, a system call more is lost
  /// among the cost of encryption, and the memory is not in the nearest cache any more.
  static constexpr std::size_t kRecords = 8;
  static constexpr std::size_t kSize =
      (kRecords - 1) * (tls::Engine::kRecordSize + 256) + tls::Engine::kRecordRoom;

  TlsBuffer();
  TlsBuffer(const TlsBuffer&) = delete;
  TlsBuffer& operator=(const TlsBuffer&) = delete;
  ~TlsBuffer();

  [[nodiscard]] std::span<std::byte> bytes() const noexcept { return {memory_.get(), kSize}; }

 private:
  std::unique_ptr<std::byte[]> memory_;
};

}  // namespace parley::transport
