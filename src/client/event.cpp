#include <parley/dom_exception.hpp>
#include <parley/event.hpp>

#include <chrono>
#include <memory>
#include <utility>

namespace parley {

namespace {

double millisecondsNow() {
  using Milliseconds = std::chrono::duration<double, std::milli>;
  return Milliseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::span<const std::byte> bytesOf(
    const std::variant<std::string_view, std::span<const std::byte>>& data) noexcept {
  if (const auto* text = std::get_if<std::string_view>(&data)) {
    return std::as_bytes(std::span(*text));
  }
  return *std::get_if<std::span<const std::byte>>(&data);
}

}  // namespace

Event::Event(std::string_view type) : Event(Kind::Plain, type, Init()) {}
Event::Event(std::string_view type, Init init) : Event(Kind::Plain, type, init) {}
Event::Event(Kind kind, std::string_view type, Init init)
    : ownedType_(type),
      type_(ownedType_),
      timeStamp_(millisecondsNow()),
      init_(init),
      kind_(kind) {}
Event::~Event() = default;

void Event::preventDefault() const noexcept {
  // DOM section 2.9: only a cancelable event, and not from a passive listener.
  if (init_.cancelable && !inPassiveListener_) defaultPrevented_ = true;
}

std::string_view MessageData::text() const {
  if (!isText()) {
    throw DOMException(DOMException::Name::InvalidStateError,
                       "the message is binary: use bytes(), take() or blob()");
  }
  return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
}

ArrayBuffer MessageData::take() const {
  const std::span<const std::byte> bytes = std::exchange(bytes_, {});
  // The message's own memory can be moved out if it holds this and nothing else.
  if (memory_ && memory_->data() == bytes.data() && memory_->byteLength() == bytes.size()) {
    return std::move(*memory_);
  }
  return ArrayBuffer::copyOf(bytes);
}

Blob MessageData::blob() const {
  if (!file_) return Blob(take());
  bytes_ = {};
  return *std::exchange(file_, nullptr);
}

MessageEvent::MessageEvent(std::string_view type) : MessageEvent(type, Init()) {}
MessageEvent::MessageEvent(std::string_view type, const Init& init)
    : Event(Kind::Message, type, {.bubbles = init.bubbles, .cancelable = init.cancelable}),
      data_(std::holds_alternative<std::string_view>(init.data) ? MessageData::Kind::Text
                                                                : MessageData::Kind::ArrayBuffer,
            bytesOf(init.data), nullptr, nullptr),
      origin_(init.origin),
      lastEventId_(init.lastEventId) {}

CloseEvent::CloseEvent(std::string_view type) : CloseEvent(type, Init()) {}
CloseEvent::CloseEvent(std::string_view type, Init init)
    : Event(Kind::Close, type, {.bubbles = init.bubbles, .cancelable = init.cancelable}),
      reason_(std::move(init.reason)),
      code_(init.code),
      wasClean_(init.wasClean) {}

}  // namespace parley
