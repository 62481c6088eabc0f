#pragma once

#include "deflate/inflater.hpp"
#include "deflate/zlib_memory.hpp"

#include <cstdint>
#include <memory>

struct z_stream_s;

namespace parley::deflate {

/// zlib as the decompressor: 7 KiB, and the window from the first output on. A reference that goes
/// farther back than the window is found at the latest when it reaches twice as far.
class ZlibInflater final : public Inflater {
 public:
  /// nullptr if memory ends. `memory` must outlive it.
  [[nodiscard]] static std::unique_ptr<ZlibInflater> make(std::uint8_t windowBits,
                                                          ContextMemory& memory) noexcept;
  ~ZlibInflater() override;

  InflateStatus inflate(std::span<const std::byte>& input,
                        std::span<std::byte>& output) noexcept override;
  [[nodiscard]] bool isBetweenBlocks() const noexcept override { return isBetweenBlocks_; }
  [[nodiscard]] bool reset(std::uint8_t windowBits,
                           std::span<const std::byte> history) noexcept override;

  // ---- Between two messages ----

  /// As if it had inflated `bytes`. False if memory ends.
  [[nodiscard]] bool addHistory(std::span<const std::byte> bytes) noexcept;
  /// What a message may still refer to: copied to the front of `to`; answers how much it is.
  [[nodiscard]] std::size_t copyHistory(std::span<std::byte, kMaxHistory> to) noexcept;

 private:
  /// What one call of zlib came to.
  enum class Step : std::uint8_t { Moved, Idle, Corrupt, OutOfMemory };

  ZlibInflater(std::unique_ptr<z_stream_s> stream, std::uint8_t windowBits,
               ContextMemory& memory) noexcept;
  [[nodiscard]] Step step(std::span<const std::byte>& input, std::span<std::byte>& output) noexcept;

  ZlibMemory memory_;
  const std::unique_ptr<z_stream_s> stream_;
  std::uint8_t windowBits_;
  bool isBetweenBlocks_ = true;
};

}  // namespace parley::deflate
