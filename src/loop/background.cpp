#include "loop/background.hpp"

#include "loop/event_loop.hpp"

#include <memory>
#include <utility>

#include <uv.h>

namespace parley::loop {
namespace {

struct Job {
  Job(EventLoop& eventLoop, std::function<void()> atWork, std::function<void()> afterwards)
      : loop(eventLoop), work(std::move(atWork)), done(std::move(afterwards)) {
    request.data = this;
    loop.retain();
  }
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
  ~Job() { loop.release(); }

  uv_work_t request{};
  EventLoop& loop;
  std::function<void()> work;
  std::function<void()> done;
};

}  // namespace

void runInBackground(EventLoop& loop, std::function<void()> work, std::function<void()> done) {
  if (loop.isShutDown()) return;
  auto* const job = new Job(loop, std::move(work), std::move(done));
  uv_queue_work(
      &loop.uv(), &job->request,
      [](uv_work_t* request) { static_cast<Job*>(request->data)->work(); },
      [](uv_work_t* request, int) {
        const std::unique_ptr<Job> finished(static_cast<Job*>(request->data));
        if (!finished->loop.isShutDown()) finished->done();
      });
}

}  // namespace parley::loop
