#pragma once

#include "deflate/deflater.hpp"
#include "deflate/isal_scratch.hpp"

#include <cstdint>
#include <memory>

struct isal_zstream;

namespace parley::deflate {

/// ISA-L as the compressor: 80 KiB whatever the window, and 24 KiB more from the first message of
/// 1 KiB on. Small messages are written with the static codes of DEFLATE, the others with codes of
/// their own.
class IsalDeflater final : public Deflater {
 public:
  /// @param windowBits 9..15
  /// @param scratch must outlive it
  IsalDeflater(std::uint8_t windowBits, DeflaterUse use, IsalScratch& scratch);
  ~IsalDeflater() override;

  void begin(std::size_t size) override;
  Status deflate(std::span<const std::byte>& input, std::span<std::byte>& output,
                 Part part) override;
  void reset() override;

 private:
  /// Whose memory the current message's level works in.
  enum class LevelMemory : std::uint8_t { None, Own, Lent, Shared };

  void chooseLevelMemory(std::size_t size);
  void finishMessage() noexcept;

  const std::unique_ptr<isal_zstream> stream_;
  std::unique_ptr<std::byte[]> own_;  // NOLINT: zeroed by hand
  IsalScratch& scratch_;
  const std::uint8_t windowBits_;
  const DeflaterUse use_;
  LevelMemory memory_ = LevelMemory::None;
};

}  // namespace parley::deflate
