#pragma once

#include <parley/export.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace parley::protocol {

/// Where masking keys and handshake nonces come from (RFC 6455 sections 5.3 and 10.3: unpredictable
/// to the application). The base class hands out words from a pool, so that the source is asked
/// once in 256 frames; derive from it and fill() from a cryptographically secure generator. Not
/// thread-safe: one for each loop.
class PARLEY_EXPORT Entropy {
 public:
  Entropy() = default;
  Entropy(const Entropy&) = delete;
  Entropy& operator=(const Entropy&) = delete;
  virtual ~Entropy();

  /// Four fresh bytes.
  std::uint32_t word() {
    if (next_ == pool_.size()) refill();
    return pool_[next_++];
  }
  /// Fills `to` with fresh bytes.
  virtual void fill(std::span<std::byte> to) = 0;

 private:
  void refill();

  std::array<std::uint32_t, 256> pool_{};
  std::size_t next_ = 256;
};

}  // namespace parley::protocol
