#pragma once

#include <parley/compression.hpp>
#include <parley/event.hpp>
#include <parley/options.hpp>
#include <parley/protocol/limits.hpp>
#include <parley/websocket.hpp>

#include <cstdint>
#include <functional>
#include <limits>

namespace parley {

class Loop;

/// Handlers that all sockets of a route share. They run before those of the socket itself.
struct SharedHandlers {
  std::function<void(const Event&)> onopen;
  std::function<void(const MessageEvent&)> onmessage;
  std::function<void(const Event&)> onerror;
  std::function<void(const CloseEvent&)> onclose;
  std::function<void(const Event&)> ondrain;
  std::function<void(const MessagePartEvent&)> onmessagepart;
};

/// What send() does at SocketConfig::maxBufferedAmount.
enum class WhenFull : std::uint8_t {
  Close,       ///< fail the connection with 1013
  DropNewest,  ///< drop this message and tell SocketObserver::onMessageDropped()
  Wait,        ///< queue on
};

/// What is the same for many sockets. Immutable once a socket has it, so that they share it without
/// a lock; a client has one of its own.
struct SocketConfig {
  protocol::ConnectionLimits limits;
  Compression compression;
  SharedHandlers handlers;
  BinaryType binaryType = BinaryType::Blob;
  InvalidText invalidText = InvalidText::Throw;
  /// Bytes of messages that may wait for the peer; control frames are not counted and never
  /// dropped.
  std::uint64_t maxBufferedAmount = std::numeric_limits<std::uint64_t>::max();
  WhenFull whenFull = WhenFull::Wait;
  /// What WebSocket::loop() answers; may be nullptr.
  Loop* loop = nullptr;
};

}  // namespace parley
