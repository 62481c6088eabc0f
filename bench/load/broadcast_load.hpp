#pragma once

#include "frames.hpp"
#include "options.hpp"
#include "readiness.hpp"
#include "wire.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace bench {

/// Subscribers of a server that sends each message it gets to all of them. One of them publishes,
/// again when everyone has what it published last.
class BroadcastLoad {
 public:
  explicit BroadcastLoad(const LoadOptions& options);
  BroadcastLoad(const BroadcastLoad&) = delete;
  BroadcastLoad& operator=(const BroadcastLoad&) = delete;
  ~BroadcastLoad();

  /// @return deliveries in `window`
  std::uint64_t run(std::chrono::milliseconds window);
  /// Was all that was looked into as published?
  [[nodiscard]] bool isIntact() const noexcept { return isIntact_; }

 private:
  struct Subscriber;

  void receive(Subscriber& subscriber);

  LoadOptions options_;
  std::vector<std::byte> payload_;
  std::vector<std::byte> frame_;
  std::vector<std::byte> buffer_;
  Readiness readiness_;
  std::vector<std::unique_ptr<Subscriber>> subscribers_;
  std::size_t delivered_ = 0;  // of the message that is under way
  bool isIntact_ = true;
};

}  // namespace bench
