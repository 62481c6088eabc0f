#pragma once

#include "options.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// The messages that every connection of the load sends, over and over, as bytes of the wire.
class Script {
 public:
  /// @param answer of the server to the opening handshake, lower-cased: says how to compress
  Script(const LoadOptions& options, std::string_view answer);

  /// How many messages until it starts anew.
  [[nodiscard]] std::size_t size() const noexcept { return payloads_.size(); }
  [[nodiscard]] std::span<const std::byte> payload(std::size_t index) const noexcept {
    return payloads_[index % payloads_.size()];
  }
  [[nodiscard]] std::size_t frameSize(std::size_t index) const noexcept {
    return starts_[index + 1] - starts_[index];
  }
  /// The frames of `count` messages (at most the depth of the load), from `index` < size() on.
  [[nodiscard]] std::span<const std::byte> frames(std::size_t index,
                                                  std::size_t count) const noexcept {
    return std::span(wire_).subspan(starts_[index], starts_[index + count] - starts_[index]);
  }

 private:
  void addFrames(const LoadOptions& options, const std::vector<std::vector<std::byte>>& contents);

  std::vector<std::vector<std::byte>> payloads_;
  std::vector<std::byte> wire_;
  std::vector<std::size_t> starts_;
};

}  // namespace bench
