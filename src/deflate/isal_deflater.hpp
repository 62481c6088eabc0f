#pragma once

#include "deflate/context_memory.hpp"
#include "deflate/deflater.hpp"
#include "deflate/isal_scratch.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

struct isal_zstream;

namespace parley::deflate {

/// ISA-L as the compressor: 80 KiB whatever the window, and 72 KiB more from the first message of
/// 512 bytes on. Small messages are written with the static codes of DEFLATE, the others with codes
/// of their own.
class IsalDeflater final : public Deflater {
 public:
  /// @param windowBits 9..15
  /// @param memory, scratch must outlive it
  IsalDeflater(std::uint8_t windowBits, DeflaterUse use, ContextMemory& memory,
               IsalScratch& scratch);

  void begin(std::size_t size) override;
  Status deflate(std::span<const std::byte>& input, std::span<std::byte>& output,
                 Part part) override;
  void reset() override;

 private:
  /// Whose memory the current message's level works in.
  enum class LevelMemory : std::uint8_t { None, Own, Lent, Shared };

  /// What the hash table of a level refers to: to this stream, or to whatever was before.
  enum class Table : std::uint8_t { Current, Stale };

  void chooseLevelMemory(std::size_t size);
  void freshen(Table& table, std::span<std::byte> memory) const noexcept;
  void finishMessage() noexcept;

  ContextMemory::Block contextMemory_;
  isal_zstream* stream_ = nullptr;    // in it
  std::span<std::byte> own_{};        // likewise: what a level with codes of its own keeps
  Table staticTable_ = Table::Stale;  // of the level with static codes
  Table ownTable_ = Table::Stale;     // in own_
  IsalScratch& scratch_;
  const std::uint8_t windowBits_;
  const DeflaterUse use_;
  LevelMemory memory_ = LevelMemory::None;
};

}  // namespace parley::deflate
