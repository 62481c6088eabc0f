#pragma once

#include "client/event_dispatcher.hpp"
#include "client/socket_core.hpp"
#include "loop/event_loop.hpp"

namespace parley {

/// Shared handlers first; each handler and listener is a callback of its own, so that what one
/// throws does not keep the next one from its call.
template <typename E>
void SocketCore::dispatch(EventHandlerName name, const std::function<void(const E&)>& shared,
                          const E& event) {
  if (!mayDispatch()) return;
  if (shared) {
    loop_.runTask([&] { shared(event); });
    if (EventDispatcher::isStopped(event) || !mayDispatch()) return;
  }
  if (listeners_) listeners_->dispatch(name, event, loop_, handles_);
}

}  // namespace parley
