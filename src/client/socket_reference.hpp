#pragma once

#include "client/socket_core.hpp"

#include <utility>

namespace parley {

/// Keeps a socket alive: for the time of a call, or in a task. No handle.
class SocketCore::Reference {
 public:
  explicit Reference(SocketCore& core) noexcept : core_(&core) { core.retain(); }
  Reference(Reference&& other) noexcept : core_(std::exchange(other.core_, nullptr)) {}
  Reference& operator=(Reference&&) = delete;
  ~Reference() {
    if (core_) core_->release();
  }
  /// Takes over a reference that is counted already.
  [[nodiscard]] static Reference takeOver(SocketCore& core) noexcept { return Reference(&core); }
  SocketCore* operator->() const noexcept { return core_; }

 private:
  explicit Reference(SocketCore* counted) noexcept : core_(counted) {}

  SocketCore* core_;
};

}  // namespace parley
