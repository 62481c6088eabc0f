#pragma once

#include "loop/event_loop.hpp"

#include <atomic>
#include <cstdlib>
#include <semaphore>
#include <thread>
#include <vector>

#include <uv.h>

namespace parley::transport {

/// Occupies all threads of libuv's pool, so that no name is looked up until they are released.
class BusyResolver {
 public:
  explicit BusyResolver(loop::EventLoop& loop) : requests_(threads()) {
    for (uv_work_t& request : requests_) {
      request.data = this;
      uv_queue_work(&loop.uv(), &request, work, done);
    }
    while (working_ < requests_.size()) std::this_thread::yield();
    loop_ = &loop;
  }
  BusyResolver(const BusyResolver&) = delete;
  BusyResolver& operator=(const BusyResolver&) = delete;
  ~BusyResolver() {
    release();
    while (finished_ < requests_.size()) uv_run(&loop_->uv(), UV_RUN_ONCE);
  }

  void release() {
    if (isReleased_) return;
    isReleased_ = true;
    gate_.release(static_cast<std::ptrdiff_t>(requests_.size()));
  }

 private:
  static std::size_t threads() {
    const char* size = std::getenv("UV_THREADPOOL_SIZE");
    return size ? std::strtoul(size, nullptr, 10) : 4;
  }
  static void work(uv_work_t* request) {
    auto& self = *static_cast<BusyResolver*>(request->data);
    ++self.working_;
    self.gate_.acquire();
  }
  static void done(uv_work_t* request, int) {
    ++static_cast<BusyResolver*>(request->data)->finished_;
  }

  loop::EventLoop* loop_ = nullptr;
  std::vector<uv_work_t> requests_;
  std::atomic<std::size_t> working_{0};
  std::size_t finished_ = 0;
  std::counting_semaphore<> gate_{0};
  bool isReleased_ = false;
};

}  // namespace parley::transport
