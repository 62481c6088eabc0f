#include "loop_handles.hpp"

#include "message_batch.hpp"

namespace parley::node {

namespace {

/// Between two looks at the requests that are under way.
constexpr std::uint64_t kPatience = 2;

template <typename T>
uv_handle_t* as(T& handle) {
  return reinterpret_cast<uv_handle_t*>(&handle);
}

}  // namespace

LoopHandles::LoopHandles(uv_loop_t* uv, MessageBatch& batch) {
  uv_check_init(uv, &turnEnd_);
  uv_timer_init(uv, &wait_);
  wait_.data = this;
  turnEnd_.data = &batch;
  uv_unref(as(turnEnd_));
  uv_check_start(&turnEnd_,
                 [](uv_check_t* check) { static_cast<MessageBatch*>(check->data)->flush(); });
}

void LoopHandles::close(napi_async_cleanup_hook_handle hook) {
  hook_ = hook;
  uv_check_stop(&turnEnd_);
  turnEnd_.data = this;
  uv_timer_start(
      &wait_, [](uv_timer_t* timer) { static_cast<LoopHandles*>(timer->data)->closeIfIdle(); }, 0,
      kPatience);
}

void LoopHandles::closeIfIdle() {
  if (turnEnd_.loop->active_reqs.count != 0) return;
  uv_timer_stop(&wait_);
  for (uv_handle_t* const handle : {as(turnEnd_), as(wait_)}) {
    uv_close(handle, [](uv_handle_t* done) { static_cast<LoopHandles*>(done->data)->closed(); });
  }
}

void LoopHandles::closed() {
  if (--open_ > 0) return;
  napi_remove_async_cleanup_hook(hook_);
  delete this;
}

}  // namespace parley::node
