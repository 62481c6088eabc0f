#pragma once

#include <parley/loop.hpp>

#include <functional>
#include <vector>

namespace parley::tool {

/// One poll loop for the library's loop, descriptors of ours and signals.
class EventPump {
 public:
  explicit EventPump(Loop& loop) noexcept : loop_(loop) {}
  EventPump(const EventPump&) = delete;
  EventPump& operator=(const EventPump&) = delete;

  /// Calls `onReadable` when `fd` is readable or at its end, while `isWanted` says so.
  void watch(int fd, std::function<bool()> isWanted, std::function<void()> onReadable);
  /// Calls `onSignal` in run() after one of `signals` came. Once per process.
  void onSignals(const std::vector<int>& signals, std::function<void(int)> onSignal);
  /// Until stop(). What leaves a handler leaves here.
  void run();
  void stop() noexcept { isStopped_ = true; }

 private:
  struct Watch {
    int fd;
    std::function<bool()> isWanted;
    std::function<void()> onReadable;
  };

  void turn();

  Loop& loop_;
  std::vector<Watch> watches_;
  bool isStopped_ = false;
};

}  // namespace parley::tool
