#include "loop/event_loop.hpp"

#include <parley/loop.hpp>

#include <atomic>
#include <future>
#include <thread>
#include <utility>

namespace parley {

namespace {

thread_local Loop* runningLoop = nullptr;

/// Names the loop that runs on this thread for as long as it does.
class Running {
 public:
  explicit Running(Loop& loop) : outer_(std::exchange(runningLoop, &loop)) {}
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() { runningLoop = outer_; }

 private:
  Loop* outer_;
};

std::uint64_t number(TimerId id) {
  return static_cast<std::uint64_t>(id);
}

}  // namespace

Loop::Loop() : eventLoop_(&loop::EventLoop::create()) {
  eventLoop_->setUncaughtHandler(&onuncaught);
}

Loop::Loop(uv_loop_s* foreign) : eventLoop_(&loop::EventLoop::create(*foreign)) {
  eventLoop_->setUncaughtHandler(&onuncaught);
}

Loop::~Loop() {
  eventLoop_->shutDown();
  eventLoop_->release();
}

Loop& Loop::current() {
  if (runningLoop) return *runningLoop;
  static thread_local Loop own;
  return own;
}

void Loop::run() {
  Running running(*this);
  eventLoop_->run();
}

void Loop::stop() {
  eventLoop_->stop();
}

bool Loop::poll() {
  Running running(*this);
  return eventLoop_->poll();
}

int Loop::fd() const noexcept {
  return eventLoop_->fd();
}

std::optional<std::chrono::milliseconds> Loop::timeout() const noexcept {
  return eventLoop_->timeout();
}

bool Loop::post(std::function<void()> task) {
  return eventLoop_->post(std::move(task));
}

TimerId Loop::setTimeout(std::function<void()> task, std::chrono::milliseconds delay) {
  return TimerId{eventLoop_->startTimer(std::move(task), delay, std::nullopt)};
}

TimerId Loop::setInterval(std::function<void()> task, std::chrono::milliseconds interval) {
  return TimerId{eventLoop_->startTimer(std::move(task), interval, interval)};
}

void Loop::clearTimeout(TimerId timer) {
  eventLoop_->stopTimer(number(timer));
}

bool Loop::isCurrentThread() const noexcept {
  return eventLoop_->isCurrentThread();
}

void run() {
  Loop::current().run();
}

struct LoopThread::State {
  std::thread thread;
  Loop* loop = nullptr;
  std::atomic<bool> isEnding{false};
};

LoopThread::LoopThread() : state_(std::make_shared<State>()) {
  std::promise<Loop*> started;
  std::future<Loop*> loop = started.get_future();
  state_->thread = std::thread([state = state_, started = std::move(started)]() mutable {
    Loop* own = nullptr;
    try {
      own = &Loop::current();
      own->eventLoop().retain();  // for ~LoopThread, which stops it and may be slower than its end
    } catch (...) {
      started.set_exception(std::current_exception());
      return;
    }
    loop::KeepAlive untilStopped(own->eventLoop());
    started.set_value(own);
    while (!state->isEnding) own->run();
  });
  try {
    state_->loop = loop.get();
  } catch (...) {
    state_->thread.join();
    throw;
  }
}

LoopThread::~LoopThread() {
  loop::EventLoop& eventLoop = state_->loop->eventLoop();
  const bool isOwnThread = eventLoop.isCurrentThread();
  state_->isEnding = true;
  eventLoop.stop();
  if (isOwnThread) {
    state_->thread.detach();
  } else {
    state_->thread.join();
  }
  eventLoop.release();
}

Loop& LoopThread::loop() noexcept {
  return *state_->loop;
}

}  // namespace parley
