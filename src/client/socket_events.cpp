#include "client/connection_failure.hpp"
#include "client/socket_core.hpp"
#include "client/socket_dispatch.hpp"
#include "loop/event_loop.hpp"

// What the session brings, and the events that come of it. Everything here runs in tasks of the
// loop (WebSockets section 4, "feedback from the protocol").

namespace parley {

EventDispatcher::Source SocketCore::source() const noexcept {
  return sourceAt(loop_.now());
}

void SocketCore::fireOpen() {
  // close() came in between.
  if (readyState() != OPEN) return;
  dispatch(EventHandlerName::Open, config_->handlers.onopen,
           EventDispatcher::plain("open", source()));
}

void SocketCore::fireClosed(bool isFailed, CloseEvent::Init&& close) {
  if (isFailed)
    dispatch(EventHandlerName::Error, config_->handlers.onerror,
             EventDispatcher::plain("error", source()));
  dispatch(EventHandlerName::Close, config_->handlers.onclose,
           EventDispatcher::close(source(), std::move(close)));
}

void SocketCore::onReadable(session::Session& session) {
  using Type = protocol::ConnectionEvent::Type;
  for (;;) {
    const protocol::ConnectionEvent received = session.nextEvent();
    switch (received.type) {
      case Type::Message:
        deliver(received);
        break;
      case Type::LargeMessage:
        largeMessageBegins(received);
        break;
      case Type::MessagePart:
        partReceived(received);
        break;
      case Type::None:
        return;
      case Type::Ping:
        deliverControl("ping", received);
        break;
      case Type::Pong:
        if (const auto latency = session.latency()) {
          latency_.store(static_cast<std::int32_t>(latency->count()), std::memory_order_relaxed);
        }
        deliverControl("pong", received);
        break;
      case Type::ClosingStarted:
        isClosing_ = true;
        state_.startClosing();
        break;
    }
  }
}

void SocketCore::deliver(const protocol::ConnectionEvent& received) {
  // WebSockets section 4, "a WebSocket message has been received", step 1.
  if (readyState() != OPEN) return;
  if (received.payload.size() > config_->limits.largeMessageSize && wantsParts()) [[unlikely]] {
    // It came in one read.
    return deliverPart(received, 0);
  }
  const auto& shared = config_->handlers.onmessage;
  if (!shared && !listensTo(EventHandlerName::Message)) return;
  const auto dispatchWith = [&](ArrayBuffer* memory) {
    dispatch(EventHandlerName::Message, shared,
             EventDispatcher::message(sourceAt(session_->readAt()), kindOf(received.kind),
                                      received.payload, memory, nullptr, originText()));
  };
  if (!received.memory) [[likely]]
    return dispatchWith(nullptr);
  // A handler may end the connection and read on: the message's memory must not go with it.
  ArrayBuffer memory = std::move(*received.memory);
  dispatchWith(&memory);
}

/// WebSockets section 4, "a WebSocket message has been received", step 2: a binary message is what
/// binaryType says now.
MessageData::Kind SocketCore::kindOf(protocol::MessageKind kind) const noexcept {
  if (kind == protocol::MessageKind::Text) return MessageData::Kind::Text;
  return binaryType() == BinaryType::Blob ? MessageData::Kind::Blob
                                          : MessageData::Kind::ArrayBuffer;
}

void SocketCore::deliverControl(std::string_view type, const protocol::ConnectionEvent& received) {
  if (!listeners_ || !mayDispatch()) return;
  listeners_->dispatch(EventDispatcher::control(type, source(), received.payload), loop_, handles_);
}

SocketCore::Drain SocketCore::onSent(std::uint64_t bytes) noexcept {
  // Between two tasks, so that within one the amount only rises (WebSockets section 3.1,
  // bufferedAmount).
  released_.store(released_.load(std::memory_order_relaxed) + bytes, std::memory_order_release);
  // Who stops sending at an amount that does not fall within the task would wait for ever if the
  // network takes all of it at once.
  return hasSeenBuffered_ ? Drain::Always : Drain::IfItWaited;
}

void SocketCore::onClosingStarted() {
  state_.startClosing();
}

void SocketCore::onDrained() {
  hasSeenBuffered_ = false;
  dispatch(EventHandlerName::Drain, config_->handlers.ondrain,
           EventDispatcher::plain("drain", source()));
}

void SocketCore::onTransportFailed(const transport::TransportError& error) {
  occasional().transportError = std::make_unique<transport::TransportError>(error);
}

void SocketCore::onClosed(const protocol::ClosedEvent& closed) {
  std::optional<Failure> failure;
  if (closed.failed) {
    const Occasional* const had = occasional_.get();
    failure =
        failureOf(closed, {.limits = config_->limits,
                           .maxBufferedAmount = config_->maxBufferedAmount,
                           .stage = isClosing_ ? Failure::Stage::Closing : Failure::Stage::Open,
                           .isTerminated = isTerminated_,
                           .transportError = had ? had->transportError.get() : nullptr,
                           .localError = had ? had->localError.get() : nullptr});
  }
  CloseEvent::Init init;
  init.wasClean = closed.wasClean;
  init.code = closed.code;
  init.reason = closed.reason;
  finish(std::move(failure), std::move(init));
}

}  // namespace parley
