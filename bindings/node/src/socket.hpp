#pragma once

#include "environment.hpp"
#include "napi.hpp"

#include <parley/websocket.hpp>

#include <cstdint>
#include <memory>

namespace parley::node {

/// How messages are handed to JavaScript.
enum class Delivery : std::uint8_t {
  Each,    ///< one at a time; text as a string, bytes as an ArrayBuffer
  Values,  ///< the same, but small ones that arrive together in one call
  Bytes,   ///< text, too, as bytes in the pool, for the shape of npm's `ws`
};

/// A parley::WebSocket and the JavaScript object in front of it, which owns this: it goes when that
/// is collected. Events find the object by a reference that is weak, unless it is held: the
/// JavaScript side says when the standard keeps it alive (WebSockets section 3.1, garbage
/// collection).
class Socket {
 public:
  /// Without an object yet: attach() gives it one.
  Socket(std::shared_ptr<Environment> environment, WebSocket socket);
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket();

  [[nodiscard]] std::uint32_t id() const noexcept { return id_; }
  /// Precondition: not forgotten.
  [[nodiscard]] WebSocket& socket() noexcept { return *socket_; }
  [[nodiscard]] bool isForgotten() const noexcept { return !socket_; }
  void attach(napi_value object);
  void hold(bool isHeld);
  void setDelivery(Delivery delivery) noexcept;
  /// nullptr: it has been collected.
  [[nodiscard]] napi_value object() const;
  /// Do those who get messages keep the bytes in the pool?
  [[nodiscard]] bool keepsPool() const noexcept { return delivery_ == Delivery::Bytes; }
  /// Tells of Pings and Pongs from now on.
  void watchControl();
  /// Lets the WebSocket go. Nothing is delivered any more.
  void forget();

 private:
  void listen();
  void fire(Callback which);
  void deliver(const MessageData& data);
  [[nodiscard]] bool gather(const MessageData& data);
  void deliverValue(napi_value object, const MessageData& data);
  void deliverBytes(napi_value object, const MessageData& data);
  void close(const CloseEvent& event);
  void control(const MessageEvent& event);
  [[nodiscard]] napi_env napi() const noexcept { return environment_->napi(); }

  std::shared_ptr<Environment> environment_;
  std::optional<WebSocket> socket_;
  napi_ref object_ = nullptr;
  std::uint32_t id_;
  EventListener control_;
  bool isHeld_ = false;
  Delivery delivery_ = Delivery::Each;
};

}  // namespace parley::node
