#pragma once

#include "napi.hpp"

#include <uv.h>

namespace parley::node {

class MessageBatch;

/// What an environment has on the libuv loop beside its parley::Loop. Made by new; goes when libuv
/// is done with it, after close().
class LoopHandles {
 public:
  /// From now on, what is left in `batch` is handed over at the end of each turn: a connection that
  /// fails in the midst of what was read does not say which message was the last.
  LoopHandles(uv_loop_t* uv, MessageBatch& batch);
  LoopHandles(const LoopHandles&) = delete;
  LoopHandles& operator=(const LoopHandles&) = delete;

  /// Removes `hook`, which the end of the environment waits for, once nothing is under way on the
  /// loop any more: a name that is being looked up can't be recalled, and Node closes the loop of a
  /// worker next.
  void close(napi_async_cleanup_hook_handle hook);

 private:
  ~LoopHandles() = default;
  void closeIfIdle();
  void closed();

  uv_check_t turnEnd_{};
  uv_timer_t wait_{};
  int open_ = 2;
  napi_async_cleanup_hook_handle hook_ = nullptr;
};

}  // namespace parley::node
