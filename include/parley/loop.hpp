#pragma once

#include <parley/export.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>

struct uv_loop_s;

namespace parley {

namespace loop {
class EventLoop;
}

/// A timer of a loop, as setTimeout() returns it. 0 names none.
enum class TimerId : std::uint64_t {};

/// An event loop: what runs the handlers of the sockets and servers made on it. A loop belongs to
/// the thread that made it; run(), poll(), timers and destruction are for that thread only, post()
/// and stop() for any.
///
/// Most programs never make one: sockets use the calling thread's own loop, and parley::run() runs
/// it.
///
/// After fork() all loops, sockets and servers are the parent's: the child makes a Loop of its own
/// if it needs one, and leaves with exec or _exit(), so that it destroys nothing of the parent's.
///
/// @code
/// parley::Loop loop;
/// parley::WebSocket socket(loop, "ws://localhost:9000/");
/// loop.run();                              // until no socket, server or timer is left
/// @endcode
class PARLEY_EXPORT Loop {
 public:
  /// A loop of its own (an epoll instance and little else; receive memory comes with the first
  /// connection). Throws std::system_error if the system has no descriptors left.
  Loop();
  /// A loop on a libuv loop that someone else runs; `foreign` must outlive it. run() and poll() are
  /// then not for use: it makes progress whenever `foreign` does. Its open sockets keep `foreign`
  /// alive like any active handle. Set `onuncaught`: without it an exception that leaves a handler
  /// ends the program, as there is no run() to throw it.
  explicit Loop(uv_loop_s* foreign);
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  /// Sockets that are still open are sent Close 1001 without waiting, and become CLOSED; no handler
  /// runs any more. Tasks and timers are dropped. Not from within a task or handler of the loop
  /// itself.
  ~Loop();

  /// The loop that runs on the calling thread (within run() and poll()), else the thread's own one;
  /// that is made at the first call and destroyed with the thread.
  static Loop& current();

  /// Runs until no socket, server or timer is left, or stop() is called. An exception that left a
  /// handler is thrown from here after the task that it came from is complete (other listeners have
  /// run), unless `onuncaught` is set; run() can be called again. Throws std::logic_error if called
  /// from within a task of the same loop.
  void run();
  /// Makes run() return after the current turn; if it is not running, the next run() returns at
  /// once. From any thread.
  void stop();
  /// Does what is ready and returns at once: for programs that have a loop already. See fd() and
  /// timeout(). Throws as run() does.
  /// @return true while a socket, server or timer is left
  bool poll();
  /// Becomes readable when poll() should be called; for select, poll, epoll. Lives as long as the
  /// loop. -1 where the platform has none.
  [[nodiscard]] int fd() const noexcept;
  /// How long to wait for fd() at most before poll() is due; nullopt: as long as you like. Ask anew
  /// in every turn.
  [[nodiscard]] std::optional<std::chrono::milliseconds> timeout() const noexcept;

  /// Runs `task` on the loop's thread, in order of posting, never inside this call. From any
  /// thread. A posted task does not keep run() going, but what is posted before run() returns is
  /// run.
  /// @return false if the loop is gone or going; `task` is then dropped
  bool post(std::function<void()> task);

  /// Runs `task` once after `delay` (milliseconds resolution, at least 0). Keeps run() going.
  TimerId setTimeout(std::function<void()> task, std::chrono::milliseconds delay);
  /// Runs `task` every `interval` (at least 1 ms) until clearTimeout().
  TimerId setInterval(std::function<void()> task, std::chrono::milliseconds interval);
  /// Forgets a timer; also from within its own task. Unknown ids are ignored.
  void clearTimeout(TimerId timer);

  /// Receives exceptions that leave handlers and tasks, instead of run() throwing them. Default:
  /// empty.
  std::function<void(std::exception_ptr)> onuncaught;

  /// True on the thread that the loop belongs to.
  [[nodiscard]] bool isCurrentThread() const noexcept;

  /// For this library's own layers.
  [[nodiscard]] loop::EventLoop& eventLoop() const noexcept { return *eventLoop_; }

 private:
  loop::EventLoop* eventLoop_;  // counted: sockets may outlive the loop as dead handles
};

/// Runs the calling thread's own loop: `Loop::current().run()`.
PARLEY_EXPORT void run();

/// A thread with a loop, for programs that have no loop at all. Handlers of its sockets run on that
/// thread. An exception that leaves one ends the program, unless the loop's `onuncaught` is set
/// (from a task that is posted to it).
///
/// @code
/// parley::LoopThread network;
/// network.loop().post([&] {                                              // on the network thread
///   parley::WebSocket socket(network.loop(), "ws://localhost:9000/");
///   socket.onmessage = [socket](const parley::MessageEvent& event) { use(event.data().text()); };
/// });
/// @endcode
class PARLEY_EXPORT LoopThread {
 public:
  /// Starts the thread; returns when its loop can be used.
  LoopThread();
  LoopThread(const LoopThread&) = delete;
  LoopThread& operator=(const LoopThread&) = delete;
  /// Stops the loop and joins, except on its own thread, where it detaches.
  ~LoopThread();

  /// It runs until the LoopThread is destroyed, whatever stop() is called.
  [[nodiscard]] Loop& loop() noexcept PARLEY_LIFETIMEBOUND;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace parley
