#include "client/connection_failure.hpp"
#include "client/event_dispatcher.hpp"
#include "client/socket_core.hpp"
#include "loop/event_loop.hpp"

// What the session brings, and the events that come of it. Everything here runs in tasks of the
// loop (WebSockets section 4, "feedback from the protocol").

namespace parley {

EventDispatcher::Source SocketCore::source() const noexcept {
  return {.target = &self_.socket,
          .timeStamp = static_cast<double>(loop_.now().time_since_epoch().count())};
}

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
  const auto& shared = config_->handlers.onmessage;
  if (!shared && !(listeners_ && listeners_->listensTo(EventHandlerName::Message))) return;
  // A handler may end the connection and read on: the message's memory must not go with it.
  ArrayBuffer memory;
  if (received.memory) memory = std::move(*received.memory);
  // Step 2: a binary message is what binaryType says now.
  const auto kind = received.kind == protocol::MessageKind::Text ? MessageData::Kind::Text
                    : binaryType() == BinaryType::Blob           ? MessageData::Kind::Blob
                                                                 : MessageData::Kind::ArrayBuffer;
  dispatch(EventHandlerName::Message, shared,
           EventDispatcher::message(source(), kind, received.payload,
                                    received.memory ? &memory : nullptr,
                                    origin_ ? std::string_view(*origin_) : std::string_view()));
}

void SocketCore::deliverControl(std::string_view type, const protocol::ConnectionEvent& received) {
  if (!listeners_ || !mayDispatch()) return;
  listeners_->dispatch(EventDispatcher::control(type, source(), received.payload), loop_, handles_);
}

void SocketCore::onSent(std::uint64_t bytes) noexcept {
  // Between two tasks, so that within one the amount only rises (WebSockets section 3.1,
  // bufferedAmount).
  released_.store(released_.load(std::memory_order_relaxed) + bytes, std::memory_order_release);
}

void SocketCore::onClosingStarted() {
  state_.startClosing();
}

void SocketCore::onDrained() {
  dispatch(EventHandlerName::Drain, config_->handlers.ondrain,
           EventDispatcher::plain("drain", source()));
}

void SocketCore::onTransportFailed(const transport::TransportError& error) {
  transportError_ = std::make_unique<transport::TransportError>(error);
}

void SocketCore::onClosed(const protocol::ClosedEvent& closed) {
  std::optional<Failure> failure;
  if (closed.failed) {
    failure =
        failureOf(closed, {.limits = config_->limits,
                           .maxBufferedAmount = config_->maxBufferedAmount,
                           .stage = isClosing_ ? Failure::Stage::Closing : Failure::Stage::Open,
                           .isTerminated = isTerminated_,
                           .transportError = transportError_.get()});
  }
  CloseEvent::Init init;
  init.wasClean = closed.wasClean;
  init.code = closed.code;
  init.reason = closed.reason;
  finish(std::move(failure), std::move(init));
}

}  // namespace parley
