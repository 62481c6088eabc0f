#pragma once

#include <parley/websocket.hpp>

#include <cstddef>
#include <vector>

namespace parley {

class SocketCore;

/// The sockets of one route, linked through SocketCore itself, so that a registry allocates nothing
/// for a socket. Does not own them: an adopted socket with an observer holds itself until it is
/// CLOSED, and leaves its list then. Loop's thread only.
class SocketList {
 public:
  SocketList() = default;
  SocketList(const SocketList&) = delete;
  SocketList& operator=(const SocketList&) = delete;
  /// The sockets in it are abandoned (SocketCore::abandon()).
  ~SocketList();

  /// Precondition: `socket` is in no list.
  void add(SocketCore& socket) noexcept;
  void remove(SocketCore& socket) noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  /// Handles to all of them, the oldest first: what to work through, as sockets may leave the list
  /// at any call on one of them.
  [[nodiscard]] std::vector<WebSocket> sockets() const;

 private:
  SocketCore* first_ = nullptr;
  SocketCore* last_ = nullptr;
  std::size_t size_ = 0;
};

/// The place of a socket in its SocketList.
struct SocketListLinks {
  SocketList* list = nullptr;
  SocketCore* previous = nullptr;
  SocketCore* next = nullptr;
};

}  // namespace parley
