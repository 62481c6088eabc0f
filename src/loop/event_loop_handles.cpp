#include "loop/event_loop_handles.hpp"

#include <algorithm>
#include <cassert>
#include <system_error>
#include <thread>

namespace parley::loop {

namespace {

void require(int status, const char* what) {
  if (status != 0) throw std::system_error(-status, std::generic_category(), what);
}

}  // namespace

EventLoop::Handles::Handles(EventLoop& eventLoop, uv_loop_t* foreign)
    : owner(&eventLoop), loop(foreign ? foreign : &ownLoop) {
  if (!foreign) require(uv_loop_init(loop), "no event loop");
  const int status = uv_async_init(loop, &async, [](uv_async_t* handle) {
    EventLoop& self = *of(*handle).owner;
    if (self.mode_ == Mode::Running && self.stopRequested_) uv_stop(self.uv_);
    if (self.takePosted()) self.runBatch(self.arrived_);
  });
  if (status != 0 && !foreign) uv_loop_close(loop);
  require(status, "no event loop");
  // These can't fail.
  uv_prepare_init(loop, &prepare);
  uv_check_init(loop, &check);
  uv_idle_init(loop, &idle);
  uv_timer_init(loop, &deadlines);
  async.data = prepare.data = check.data = idle.data = deadlines.data = this;
  // After the timers, and again after what was ready: nothing waits for the next turn.
  uv_prepare_start(&prepare, [](uv_prepare_t* handle) { of(*handle).owner->endTurn(); });
  uv_check_start(&check, [](uv_check_t* handle) { of(*handle).owner->endTurn(); });
  // An idle handle is only active while there are tasks; these may keep the loop going.
  uv_unref(as(async));
  uv_unref(as(prepare));
  uv_unref(as(check));
  uv_unref(as(deadlines));
}

void EventLoop::Handles::closeAll() {
  owner = nullptr;
  const auto closed = [](uv_handle_t* handle) {
    auto* self = static_cast<Handles*>(handle->data);
    if (--self->open == 0 && self->loop != &self->ownLoop) delete self;
  };
  for (uv_handle_t* handle : {as(async), as(prepare), as(check), as(idle), as(deadlines)}) {
    uv_close(handle, closed);
  }
}

void EventLoop::Handles::finish(Handles* handles) {
  uv_loop_t* loop = handles->loop;
  uv_run(loop, UV_RUN_NOWAIT);
  if (uv_loop_close(loop) == 0) {
    delete handles;
    return;
  }
  // What is left is a name that is being resolved on another thread and can't be recalled.
  // Destruction does not wait for it: a thread does.
  assert(uv_loop_alive(loop) && "a transport, connector or listener was not released");
  std::thread([handles] {
    uv_run(handles->loop, UV_RUN_DEFAULT);
    if (uv_loop_close(handles->loop) == 0) delete handles;
  }).detach();
}

// ---- Timers of the application ----

void EventLoop::Timer::close() {
  uv_close(reinterpret_cast<uv_handle_t*>(&handle),
           [](uv_handle_t* closed) { delete static_cast<Timer*>(closed->data); });
}

void EventLoop::Timer::fire() {
  EventLoop& loop = *owner;
  KeepAlive untilDone(loop);
  // The task may clear its own timer. This memory lives on until the handle is closed; what the
  // task has captured need not.
  Task running = std::move(task);
  if (uv_timer_get_repeat(&handle) == 0) loop.stopTimer(id);
  loop.runTask(running);
  if (loop.timers_.contains(id)) task = std::move(running);
}

std::uint64_t EventLoop::startTimer(Task task, std::chrono::milliseconds first,
                                    std::optional<std::chrono::milliseconds> repeat) {
  const std::uint64_t id = ++lastTimer_;
  if (isClosing_) return id;
  auto* timer = new Timer{{}, this, id, std::move(task)};
  uv_timer_init(uv_, &timer->handle);
  uv_unref(reinterpret_cast<uv_handle_t*>(&timer->handle));
  timer->handle.data = timer;
  timers_.emplace(id, timer);
  holdOpen();
  const auto count = [](std::chrono::milliseconds time, std::int64_t least) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(time.count(), least));
  };
  uv_update_time(uv_);  // the delay counts from this call, not from the beginning of the turn
  uv_timer_start(
      &timer->handle, [](uv_timer_t* handle) { static_cast<Timer*>(handle->data)->fire(); },
      count(first, 0), repeat ? count(*repeat, 1) : 0);
  return id;
}

void EventLoop::stopTimer(std::uint64_t id) noexcept {
  const auto found = timers_.find(id);
  if (found == timers_.end()) return;
  Task dropped = std::move(found->second->task);
  found->second->close();
  timers_.erase(found);
  letGo();
}

// ---- The end ----

void EventLoop::dropTimers() noexcept {
  while (!timers_.empty()) stopTimer(timers_.begin()->first);
}

void EventLoop::dropTasks() {
  // Destroying captures may release sockets, which may do anything but queue more.
  const auto drop = [](Task& task) {
    task = Task();
    return true;
  };
  takePosted();
  arrived_.runBatch(drop);
  arrived_.runBatch(drop);
  tasks_.runBatch(drop);
  tasks_.runBatch(drop);
}

void EventLoop::shutDown() {
  assert(isCurrentThread() && mode_ == Mode::Outside);
  {
    std::lock_guard lock(postedMutex_);
    acceptsPosts_ = false;
  }
  while (LoopObject* object = objects_.popFront()) object->onLoopDestroyed();
  flush();
  isClosing_ = true;
  dropTimers();
  dropTasks();
  deadlines_.reset();
  while (flushes_.popFront()) {
  }
  uncaughtHandler_ = nullptr;
  uncaught_.clear();
  receiveBuffer_.reset();
  handles_->closeAll();
  if (ownership_ == Ownership::Own) Handles::finish(handles_);
  handles_ = nullptr;
  uv_ = nullptr;
  thread_.store(nullptr, std::memory_order_relaxed);
}

}  // namespace parley::loop
