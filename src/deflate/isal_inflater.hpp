#pragma once

#include "deflate/context_memory.hpp"
#include "deflate/inflater.hpp"

#include <memory>

struct inflate_state;

namespace parley::deflate {

/// ISA-L as the decompressor: 87 KiB, and faster than zlib from some hundred bytes on. It knows no
/// smaller window than that of 15 bits. How far it came before a fault it does not tell: the output
/// of the call that finds one is given up.
class IsalInflater final : public Inflater {
 public:
  /// nullptr if memory ends. `memory` must outlive it.
  [[nodiscard]] static std::unique_ptr<IsalInflater> make(ContextMemory& memory) noexcept;

  InflateStatus inflate(std::span<const std::byte>& input,
                        std::span<std::byte>& output) noexcept override;
  [[nodiscard]] bool isBetweenBlocks() const noexcept override;
  [[nodiscard]] bool reset(std::uint8_t windowBits,
                           std::span<const std::byte> history) noexcept override;

 private:
  explicit IsalInflater(ContextMemory::Block memory) noexcept;
  void startStream(std::span<const std::byte> produced) noexcept;

  ContextMemory::Block memory_;
  inflate_state* const state_;  // in it
  bool isCorrupt_ = false;
};

}  // namespace parley::deflate
