#include "readiness.hpp"

#include <unistd.h>

namespace bench {

Readiness::Readiness() : epoll_(epoll_create1(0)) {}

Readiness::~Readiness() {
  close(epoll_);
}

void Readiness::add(int socket, void* name, std::uint32_t events) {
  epoll_event interest{};
  interest.events = events;
  interest.data.ptr = name;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &interest);
}

void Readiness::change(int socket, void* name, std::uint32_t events) {
  epoll_event interest{};
  interest.events = events;
  interest.data.ptr = name;
  epoll_ctl(epoll_, EPOLL_CTL_MOD, socket, &interest);
}

std::span<const epoll_event> Readiness::wait(std::chrono::milliseconds patience) {
  const int count = epoll_wait(epoll_, ready_.data(), static_cast<int>(ready_.size()),
                               static_cast<int>(patience.count()));
  return std::span(ready_).first(count < 0 ? 0 : static_cast<std::size_t>(count));
}

}  // namespace bench
