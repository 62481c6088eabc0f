#pragma once

#include <parley/event.hpp>
#include <parley/event_target.hpp>
#include <parley/websocket.hpp>

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace parley {

/// Makes the library's own events, and does to events and listeners what an application cannot.
class EventDispatcher {
 public:
  using Callback = EventListener::Callback;
  using Source = Event::Source;

  [[nodiscard]] static Event plain(std::string_view type, const Source& source) noexcept {
    return Event(Event::Kind::Plain, type, source);
  }
  [[nodiscard]] static MessageEvent message(const Source& source, MessageData::Kind kind,
                                            std::span<const std::byte> bytes, ArrayBuffer* memory,
                                            const Blob* file, std::string_view origin) noexcept {
    return MessageEvent("message", source, kind, bytes, memory, file, origin);
  }
  /// Of a Ping or Pong; `type` is for ever valid.
  [[nodiscard]] static MessageEvent control(std::string_view type, const Source& source,
                                            std::span<const std::byte> bytes) noexcept {
    return MessageEvent(type, source, MessageData::Kind::ArrayBuffer, bytes, nullptr, nullptr, {});
  }
  using Part = MessagePartEvent::Init;
  [[nodiscard]] static MessagePartEvent part(const Source& source, const Part& part) noexcept {
    return MessagePartEvent(source, part);
  }
  [[nodiscard]] static CloseEvent close(const Source& source, CloseEvent::Init&& init) noexcept {
    return CloseEvent(source, std::move(init));
  }

  [[nodiscard]] static bool isStopped(const Event& event) noexcept { return event.stopped_; }
  static void setPassive(const Event& event, bool isPassive) noexcept {
    event.inPassiveListener_ = isPassive;
  }
  [[nodiscard]] static const MessageEvent* asMessage(const Event& event) noexcept {
    return event.kind_ == Event::Kind::Message ? static_cast<const MessageEvent*>(&event) : nullptr;
  }
  [[nodiscard]] static const MessagePartEvent* asPart(const Event& event) noexcept {
    return event.kind_ == Event::Kind::MessagePart ? static_cast<const MessagePartEvent*>(&event)
                                                   : nullptr;
  }
  [[nodiscard]] static const CloseEvent* asClose(const Event& event) noexcept {
    return event.kind_ == Event::Kind::Close ? static_cast<const CloseEvent*>(&event) : nullptr;
  }

  /// DOM section 2.7, dispatchEvent(): the event becomes untrusted and is on its way.
  /// @return false if it is already
  [[nodiscard]] static bool begin(Event& event, const WebSocket& target) noexcept {
    if (event.isDispatching_) return false;
    event.isDispatching_ = true;
    event.isTrusted_ = false;
    event.target_ = &target;
    return true;
  }
  static void end(Event& event) noexcept {
    event.isDispatching_ = false;
    event.stopped_ = false;
  }

  [[nodiscard]] static const std::shared_ptr<Callback>& callbackOf(
      const EventListener& listener) noexcept {
    return listener.callback_;
  }
};

}  // namespace parley
