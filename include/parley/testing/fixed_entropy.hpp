#pragma once

#include <parley/export.hpp>
#include <parley/protocol/entropy.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

namespace parley::testing {

/// Entropy that every run repeats, so that a test can expect exact bytes of a client or of a
/// handshake. Never for production: masks and nonces become predictable.
///
/// @code
/// parley::testing::FixedEntropy entropy({0x37, 0xfa, 0x21, 0x3d});   // every mask is this one
/// parley::protocol::Connection client(Role::Client, limits, entropy, pool, now);
/// @endcode
class PARLEY_EXPORT FixedEntropy : public protocol::Entropy {
 public:
  /// Gives `pattern` again and again; with four bytes every masking key is the pattern.
  explicit FixedEntropy(std::initializer_list<std::uint8_t> pattern);
  /// Gives bytes without an evident pattern, the same for the same seed.
  explicit FixedEntropy(std::uint64_t seed) noexcept;

  void fill(std::span<std::byte> to) override;

 private:
  std::vector<std::byte> pattern_;  // empty: bytes from the counter
  std::size_t next_ = 0;
  std::uint64_t counter_ = 0;
};

}  // namespace parley::testing
