#pragma once

#include <functional>

namespace parley::loop {

class EventLoop;

/// Runs `work` on a thread of the pool, for what would block, and then `done` on the loop, never
/// from within this call. Does not keep the loop going; what it is done for does.
///
/// If the loop is shut down meanwhile `done` is not called, and both are destroyed on another
/// thread: neither may keep alive what belongs to the loop.
void runInBackground(EventLoop& loop, std::function<void()> work, std::function<void()> done);

}  // namespace parley::loop
