#include "loop/event_loop.hpp"

#include "loop/event_loop_handles.hpp"
#include "loop/system_entropy.hpp"

#include <algorithm>
#include <cassert>
#include <stdexcept>
#include <string>

namespace parley::loop {

using protocol::Time;

EventLoop& EventLoop::create() {
  return *new EventLoop(Ownership::Own, nullptr);
}
EventLoop& EventLoop::create(uv_loop_s& foreign) {
  return *new EventLoop(Ownership::Foreign, &foreign);
}

EventLoop::EventLoop(Ownership ownership, uv_loop_s* foreign)
    : thread_(thisThread()),
      ownership_(ownership),
      deadlines_(std::make_unique<DeadlineWheel>()),
      bufferPool_(std::make_unique<protocol::BufferPool>()),
      entropy_(std::make_unique<SystemEntropy>()) {
  handles_ = new Handles(*this, foreign);
  uv_ = handles_->loop;
  if (ownership == Ownership::Foreign) return;
  // A first turn registers the async handle with epoll, so that fd() tells of posts from the start.
  uv_ref(handles_->as(handles_->async));
  uv_run(uv_, UV_RUN_NOWAIT);
  uv_unref(handles_->as(handles_->async));
}

EventLoop::~EventLoop() {
  assert(isShutDown());
}

void EventLoop::release() noexcept {
  if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
}

// ---- Tasks ----

bool EventLoop::post(Task task) {
  std::lock_guard lock(postedMutex_);
  if (!acceptsPosts_) return false;
  posted_.push_back(std::move(task));
  // The handles live at least as long as posts are accepted. One wake-up is enough for many posts.
  if (posted_.size() == 1) uv_async_send(&handles_->async);
  return true;
}

bool EventLoop::takePosted() {
  std::lock_guard lock(postedMutex_);
  if (posted_.empty()) return !arrived_.empty();
  arrived_.pushAll(posted_);
  return true;
}

void EventLoop::queueTask(Task task) {
  if (isClosing_) return;
  tasks_.push(std::move(task));
  wakeSoon();
}

void EventLoop::runBatch(TaskQueue& queue) {
  queue.runBatch([this](Task& task) {
    runTask(task);
    return uncaught_.empty();  // what is left runs after run() has thrown, in order
  });
}

void EventLoop::requestFlush(Flushable& object) noexcept {
  if (isClosing_ || object.isLinked()) return;
  flushes_.pushBack(object);
  wakeSoon();
}

void EventLoop::flush() {
  IntrusiveList<Flushable> batch;
  batch.takeAll(flushes_);
  while (Flushable* object = batch.popFront()) object->onFlush();
}

/// An active idle handle makes libuv, and whoever asks timeout(), not wait.
void EventLoop::wakeSoon() noexcept {
  uv_idle_start(&handles_->idle, [](uv_idle_t*) {});
}

void EventLoop::endTurn() {
  runBatch(tasks_);
  flush();
  if (hasWork()) {
    wakeSoon();
  } else {
    uv_idle_stop(&handles_->idle);
  }
  stopIfDone();
}

void EventLoop::reportUncaught(std::exception_ptr exception) noexcept {
  if (uncaughtHandler_ && *uncaughtHandler_) {
    try {
      (*uncaughtHandler_)(exception);
      return;
    } catch (...) {
      exception = std::current_exception();
    }
  }
  // There is no run() of ours to throw from, and libuv's frames can't be unwound.
  if (ownership_ == Ownership::Foreign) std::terminate();
  uncaught_.push_back(std::move(exception));
  if (mode_ == Mode::Running) uv_stop(uv_);
}

// ---- Time ----

Time EventLoop::now() const noexcept {
  return Time(protocol::Duration(static_cast<protocol::Duration::rep>(uv_now(uv_))));
}

Time EventLoop::updateNow() noexcept {
  uv_update_time(uv_);
  return now();
}

void EventLoop::schedule(Deadline& deadline, Time due) noexcept {
  if (isClosing_) return;
  if (auto at = deadlines_->schedule(deadline, due, now())) armDeadlines(*at);
}

void EventLoop::armDeadlines(Time at) noexcept {
  if (deadlinesArmed_ && *deadlinesArmed_ <= at) return;
  deadlinesArmed_ = at;
  const auto wait = std::max(at - now(), protocol::Duration(0));
  uv_timer_start(
      &handles_->deadlines, [](uv_timer_t* timer) { Handles::of(*timer).owner->expireDeadlines(); },
      static_cast<std::uint64_t>(wait.count()), 0);
}

void EventLoop::expireDeadlines() {
  deadlinesArmed_.reset();
  deadlines_->expire(now());
  if (auto next = deadlines_->nextExpiry()) armDeadlines(*next);
}

// ---- What keeps it going ----

void EventLoop::holdOpen() noexcept {
  // The async handle is always active; referenced, it stands for everything that is open.
  if (holds_++ == 0 && !isClosing_) uv_ref(handles_->as(handles_->async));
}

void EventLoop::letGo() noexcept {
  if (--holds_ > 0 || isClosing_) return;
  uv_unref(handles_->as(handles_->async));
  stopIfDone();
}

bool EventLoop::isAlive() const noexcept {
  return holds_ > 0 || hasWork();
}

/// Without this, run() would wait for a name that is still being resolved for nobody.
void EventLoop::stopIfDone() noexcept {
  if (mode_ == Mode::Running && !isAlive()) uv_stop(uv_);
}

std::span<std::byte> EventLoop::receiveBuffer() {
  if (!receiveBuffer_)
    receiveBuffer_ = std::make_unique_for_overwrite<std::byte[]>(kReceiveBufferSize);
  return {receiveBuffer_.get(), kReceiveBufferSize};
}

// ---- Running ----

void EventLoop::enter(Mode mode, const char* operation) {
  assert(isCurrentThread());
  if (ownership_ == Ownership::Foreign) {
    throw std::logic_error(std::string(operation) + " on a loop that someone else runs");
  }
  if (mode_ != Mode::Outside) {
    throw std::logic_error(std::string(operation) + " from within a task of the same loop");
  }
  mode_ = mode;
}

void EventLoop::leave() {
  mode_ = Mode::Outside;
  if (uncaught_.empty()) return;
  std::exception_ptr first = std::move(uncaught_.front());
  uncaught_.pop_front();
  std::rethrow_exception(std::move(first));
}

void EventLoop::run() {
  enter(Mode::Running, "run()");
  while (uncaught_.empty() && !stopRequested_.exchange(false)) {
    // With nothing open libuv makes no turn, so posts are looked after here.
    if (takePosted()) {
      uv_update_time(uv_);
      runBatch(arrived_);
    } else if (isAlive()) {
      uv_run(uv_, UV_RUN_DEFAULT);
    } else {
      break;
    }
  }
  leave();
}

bool EventLoop::poll() {
  enter(Mode::Polling, "poll()");
  {
    KeepAlive turn(*this);  // with nothing open libuv would make no turn, and leave fd() readable
    uv_run(uv_, UV_RUN_NOWAIT);
  }
  leave();
  return isAlive();
}

void EventLoop::stop() {
  std::lock_guard lock(postedMutex_);
  stopRequested_ = true;
  if (acceptsPosts_) uv_async_send(&handles_->async);
}

int EventLoop::fd() const noexcept {
  return uv_backend_fd(uv_);
}

std::optional<std::chrono::milliseconds> EventLoop::timeout() const noexcept {
  if (!arrived_.empty() || !uncaught_.empty()) return std::chrono::milliseconds(0);
  // libuv says 0 here, as its own loop would end: a program with another loop would spin.
  if (!uv_loop_alive(uv_)) return std::nullopt;
  const int timeout = uv_backend_timeout(uv_);
  if (timeout < 0) return std::nullopt;
  return std::chrono::milliseconds(timeout);
}

}  // namespace parley::loop
