#pragma once

#include "protocol/prepared_frames.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace parley::protocol {

/// The frame of a prepared message as it leaves, for connections of one thread that have nothing
/// else to send: a message published to a thousand of them is copied once, and read by the system
/// from memory that the last write left in the cache.
class SharedFrame {
 public:
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return bytes_; }
  /// Bytes of the message, before compression.
  [[nodiscard]] std::size_t payload() const noexcept { return frames_->message().size(); }

 private:
  friend class SharedFrames;

  std::vector<std::byte> bytes_;
  std::shared_ptr<const PreparedFrames> frames_;  // so that `variant_` is no other's address
  const PreparedFrames::Variant* variant_ = nullptr;
  std::size_t users_ = 0;
};

/// Those of one thread.
class SharedFrames {
 public:
  SharedFrames() = default;
  SharedFrames(const SharedFrames&) = delete;
  SharedFrames& operator=(const SharedFrames&) = delete;

  /// That of `variant`, which is one of `frames`, for one more user.
  [[nodiscard]] SharedFrame& take(const std::shared_ptr<const PreparedFrames>& frames,
                                  const PreparedFrames::Variant& variant);
  /// One user less.
  void give(SharedFrame& frame) noexcept;

 private:
  SharedFrame* latest_ = nullptr;       // the last one made, while it is in use
  std::unique_ptr<SharedFrame> spare_;  // one that is not in use, for its memory
};

}  // namespace parley::protocol
