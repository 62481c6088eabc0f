#pragma once

#include <parley/protocol/entropy.hpp>

#include <cstddef>
#include <span>

namespace parley::loop {

/// The operating system's generator (getrandom on Linux).
class SystemEntropy final : public protocol::Entropy {
 public:
  /// Ends the program if the system has no randomness to give: predictable masks and nonces would
  /// be worse (RFC 6455 section 10.3).
  void fill(std::span<std::byte> to) override;
};

}  // namespace parley::loop
