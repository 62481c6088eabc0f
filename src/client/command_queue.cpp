#include "client/command_queue.hpp"

#include <utility>

namespace parley {

CommandQueue::Wake CommandQueue::push(Command&& command) {
  const std::lock_guard lock(mutex_);
  commands_.push_back(std::move(command));
  return hasAny_.exchange(true, std::memory_order_acq_rel) ? Wake::NotNeeded : Wake::Needed;
}

std::vector<Command> CommandQueue::takeAll() {
  const std::lock_guard lock(mutex_);
  hasAny_.store(false, std::memory_order_release);
  return std::exchange(commands_, {});
}

}  // namespace parley
