#include "client/socket_list.hpp"

#include "client/socket_core.hpp"

namespace parley {

SocketList::~SocketList() {
  for (const WebSocket& socket : sockets()) SocketCore::of(socket).abandon();
}

void SocketList::add(SocketCore& socket) noexcept {
  socket.links = {.list = this, .previous = last_};
  (last_ ? last_->links.next : first_) = &socket;
  last_ = &socket;
  ++size_;
}

void SocketList::remove(SocketCore& socket) noexcept {
  const SocketListLinks links = socket.links;
  (links.previous ? links.previous->links.next : first_) = links.next;
  (links.next ? links.next->links.previous : last_) = links.previous;
  socket.links = {};
  --size_;
}

std::vector<WebSocket> SocketList::sockets() const {
  std::vector<WebSocket> result;
  result.reserve(size_);
  for (SocketCore* socket = first_; socket; socket = socket->links.next) {
    result.push_back(socket->handle());
  }
  return result;
}

}  // namespace parley
