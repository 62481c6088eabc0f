#pragma once

namespace parley {

class SocketCore;

/// The server that holds a socket. All calls come on the loop's thread, from a task of the loop or
/// from within send().
class SocketObserver {
 public:
  /// The socket is CLOSED and its `close` event has been dispatched: the last call. The socket is
  /// out of its SocketList already.
  virtual void onSocketClosed(SocketCore& socket) = 0;
  /// WhenFull::DropNewest dropped a message.
  virtual void onMessageDropped(SocketCore& socket) = 0;
  /// WhenFull::Close is failing the connection.
  virtual void onClosedSlow(SocketCore& socket) = 0;

 protected:
  ~SocketObserver() = default;
};

}  // namespace parley
