#pragma once

#include "loop/deadline_wheel.hpp"
#include "loop/loop_object.hpp"
#include "loop/task.hpp"
#include "loop/task_queue.hpp"

#include <parley/protocol/buffer_pool.hpp>
#include <parley/protocol/entropy.hpp>
#include <parley/protocol/time.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

struct uv_loop_s;

namespace parley::loop {

/// What a parley::Loop is made of, and what the layers above run on: a libuv loop, tasks,
/// deadlines, and what the connections of one thread share. Counted, because handles of sockets
/// outlive the loop.
///
/// Everything is for the loop's own thread, except what says otherwise. A turn is: timers; tasks;
/// the flush; waiting for readiness; what is ready; tasks; the flush.
class EventLoop {
 public:
  /// Where a loop's uv_loop_t comes from.
  enum class Ownership : std::uint8_t { Own, Foreign };
  using UncaughtHandler = std::function<void(std::exception_ptr)>;

  static constexpr std::size_t kReceiveBufferSize = 512 * 1024;

  /// A loop on a uv_loop_t of its own; the caller holds the first reference.
  static EventLoop& create();
  /// A loop on `foreign`, which must outlive it.
  static EventLoop& create(uv_loop_s& foreign);
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // ---- Counted: any thread ----

  void retain() noexcept { references_.fetch_add(1, std::memory_order_relaxed); }
  void release() noexcept;

  /// True on the loop's thread, and never again once the loop is shut down. Any thread.
  [[nodiscard]] bool isCurrentThread() const noexcept {
    return thread_.load(std::memory_order_relaxed) == thisThread();
  }
  /// True once shutDown() is done. Any thread.
  [[nodiscard]] bool isShutDown() const noexcept {
    return thread_.load(std::memory_order_relaxed) == nullptr;
  }

  // ---- Tasks ----

  /// Runs `task` on the loop's thread, in order of posting, never inside this call. Any thread.
  /// @return false if the loop is shut down; `task` is then dropped
  bool post(Task task);
  /// Runs `task` in this or the next turn before the loop waits, in order of queueing, never inside
  /// this call: for events that must not run inside a call of the application. Keeps the loop
  /// going. Dropped if the loop is shut down.
  void queueTask(Task task);
  /// The one place where code of the application is called: an exception that leaves `callback`
  /// goes to the uncaught handler, or is kept for run() and poll() to throw.
  template <typename F>
  void runTask(F&& callback) noexcept {
    try {
      std::forward<F>(callback)();
    } catch (...) {
      reportUncaught(std::current_exception());
    }
  }
  /// Calls object.onFlush() at the end of this turn, once however often it is requested. Taken back
  /// by object.unlink() or its destruction. Ignored if the loop is shut down.
  void requestFlush(Flushable& object) noexcept;

  // ---- Time ----

  /// The time at which this turn began, or at the last updateNow(): monotonic, milliseconds.
  [[nodiscard]] protocol::Time now() const noexcept;
  /// Reads the clock. Use when control comes from the application, which may have computed for
  /// long.
  protocol::Time updateNow() noexcept;
  /// Lets `deadline` fire up to 32 ms after `due`, instead of when it was scheduled for before.
  /// Deadlines don't keep the loop going; what they belong to does. Ignored if the loop is shut
  /// down.
  void schedule(Deadline& deadline, protocol::Time due) noexcept;
  /// Nothing happens if it is not scheduled.
  static void cancel(Deadline& deadline) noexcept { DeadlineWheel::cancel(deadline); }

  /// Timers of the application, which keep the loop going. Ids are never 0.
  std::uint64_t startTimer(Task task, std::chrono::milliseconds first,
                           std::optional<std::chrono::milliseconds> repeat);
  /// Unknown ids are ignored.
  void stopTimer(std::uint64_t id) noexcept;

  // ---- What keeps it going ----

  /// run() goes on until each holdOpen() has its letGo(): see KeepAlive.
  void holdOpen() noexcept;
  void letGo() noexcept;
  /// Registers something open for shutDown(). Taken back by object.unlink() or its destruction.
  void add(LoopObject& object) noexcept { objects_.pushBack(object); }

  // ---- What connections share ----

  /// Memory to receive into, 512 KiB, made at the first call. Only for the time of one read and of
  /// what is called with its bytes.
  [[nodiscard]] std::span<std::byte> receiveBuffer();
  [[nodiscard]] protocol::BufferPool& bufferPool() noexcept { return *bufferPool_; }
  [[nodiscard]] protocol::Entropy& entropy() noexcept { return *entropy_; }
  /// Precondition: not shut down.
  [[nodiscard]] uv_loop_s& uv() noexcept { return *uv_; }

  // ---- For parley::Loop ----

  [[nodiscard]] Ownership ownership() const noexcept { return ownership_; }
  /// The handler must outlive the loop or be replaced; an empty function counts as none.
  void setUncaughtHandler(const UncaughtHandler* handler) noexcept { uncaughtHandler_ = handler; }
  /// Throws std::logic_error from within a task, or on a foreign loop; rethrows what handlers
  /// threw.
  void run();
  bool poll();
  /// Any thread.
  void stop();
  [[nodiscard]] int fd() const noexcept;
  [[nodiscard]] std::optional<std::chrono::milliseconds> timeout() const noexcept;
  /// Ends what is registered, drops tasks, timers and deadlines, and closes all handles: at once on
  /// an own loop, with the next turns of a foreign one. Never waits. Once.
  void shutDown();

 private:
  struct Handles;
  struct Timer;
  /// What of the loop is on the stack.
  enum class Mode : std::uint8_t { Outside, Running, Polling };

  EventLoop(Ownership ownership, uv_loop_s* foreign);
  ~EventLoop();

  static const void* thisThread() noexcept {
    static thread_local char mark;
    return &mark;
  }
  [[nodiscard]] bool isAlive() const noexcept;
  [[nodiscard]] bool hasWork() const noexcept { return !tasks_.empty() || !flushes_.empty(); }
  void wakeSoon() noexcept;
  void endTurn();
  void runBatch(TaskQueue& queue);
  bool takePosted();
  void flush();
  void expireDeadlines();
  void armDeadlines(protocol::Time at) noexcept;
  void stopIfDone() noexcept;
  void enter(Mode mode, const char* operation);
  void leave();
  void reportUncaught(std::exception_ptr exception) noexcept;
  void dropTimers() noexcept;
  void dropTasks();

  std::atomic<std::uint32_t> references_{1};
  std::atomic<const void*> thread_;
  const Ownership ownership_;
  Mode mode_ = Mode::Outside;
  bool isClosing_ = false;
  std::atomic<bool> stopRequested_{false};
  Handles* handles_ = nullptr;
  uv_loop_s* uv_ = nullptr;

  std::size_t holds_ = 0;
  TaskQueue tasks_;
  IntrusiveList<Flushable> flushes_;
  IntrusiveList<LoopObject> objects_;

  std::mutex postedMutex_;
  std::vector<Task> posted_;  // guarded by postedMutex_
  bool acceptsPosts_ = true;  // guarded by postedMutex_
  TaskQueue arrived_;         // posted before, next to run

  std::unique_ptr<DeadlineWheel> deadlines_;
  std::optional<protocol::Time> deadlinesArmed_;
  std::unordered_map<std::uint64_t, Timer*> timers_;
  std::uint64_t lastTimer_ = 0;

  std::unique_ptr<std::byte[]> receiveBuffer_;
  std::unique_ptr<protocol::BufferPool> bufferPool_;
  std::unique_ptr<protocol::Entropy> entropy_;

  const UncaughtHandler* uncaughtHandler_ = nullptr;
  std::deque<std::exception_ptr> uncaught_;
};

/// Keeps a loop going while it exists: one for each open socket, server or transport. Loop thread
/// only.
class KeepAlive {
 public:
  KeepAlive() noexcept = default;
  explicit KeepAlive(EventLoop& loop) noexcept : loop_(&loop) { loop.holdOpen(); }
  KeepAlive(KeepAlive&& other) noexcept : loop_(std::exchange(other.loop_, nullptr)) {}
  KeepAlive& operator=(KeepAlive&& other) noexcept {
    std::swap(loop_, other.loop_);
    return *this;
  }
  ~KeepAlive() { reset(); }

  void reset() noexcept {
    if (EventLoop* loop = std::exchange(loop_, nullptr)) loop->letGo();
  }

 private:
  EventLoop* loop_ = nullptr;
};

}  // namespace parley::loop
