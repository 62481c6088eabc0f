#pragma once

#include "loop/event_loop.hpp"

#include <uv.h>

namespace parley::loop {

/// The libuv handles of a loop. They live apart from it, because a foreign loop frees them in a
/// later turn, and sockets keep an EventLoop for much longer than its handles.
struct EventLoop::Handles {
  Handles(EventLoop& eventLoop, uv_loop_t* foreign);

  template <typename Handle>
  static Handles& of(Handle& handle) {
    return *static_cast<Handles*>(handle.data);
  }
  template <typename Handle>
  static uv_handle_t* as(Handle& handle) {
    return reinterpret_cast<uv_handle_t*>(&handle);
  }

  void closeAll();
  /// Lets the closed handles of an own loop finish, then frees them and the loop.
  static void finish(Handles* handles);

  EventLoop* owner;
  uv_loop_t ownLoop;
  uv_loop_t* loop;
  uv_async_t async;
  uv_prepare_t prepare;
  uv_check_t check;
  uv_idle_t idle;
  uv_timer_t deadlines;
  int open = 5;
};

/// A timer of the application.
struct EventLoop::Timer {
  void fire();
  void close();

  uv_timer_t handle;
  EventLoop* owner;
  std::uint64_t id;
  Task task;
};

}  // namespace parley::loop
