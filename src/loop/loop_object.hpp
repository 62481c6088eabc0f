#pragma once

#include "loop/intrusive_list.hpp"

namespace parley::loop {

/// Something open that must hear when its loop is destroyed (EventLoop::add). 24 bytes.
class LoopObject : public ListNode {
 public:
  /// The loop is going: say goodbye without waiting, release transports, become closed. Called
  /// once, on the loop's thread; no handler of the application may run. The object is no longer
  /// registered.
  virtual void onLoopDestroyed() = 0;

 protected:
  ~LoopObject() = default;
};

/// Something that gathers work during a turn of the loop and does it at its end
/// (EventLoop::requestFlush), so that ten messages sent in one turn make one write. 24 bytes.
class Flushable : public ListNode {
 public:
  /// The turn ends. No longer queued; a request made from here is for the next turn.
  virtual void onFlush() = 0;

 protected:
  ~Flushable() = default;
};

}  // namespace parley::loop
