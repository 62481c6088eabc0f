#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <span>

#include <sys/epoll.h>

namespace bench {

/// An epoll instance; what is watched is named by a pointer.
class Readiness {
 public:
  Readiness();
  Readiness(const Readiness&) = delete;
  Readiness& operator=(const Readiness&) = delete;
  ~Readiness();

  void add(int socket, void* name, std::uint32_t events = EPOLLIN);
  void change(int socket, void* name, std::uint32_t events);
  /// The events are good until the next call.
  std::span<const epoll_event> wait(std::chrono::milliseconds patience);

 private:
  int epoll_;
  std::array<epoll_event, 128> ready_{};
};

}  // namespace bench
