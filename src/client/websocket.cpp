#include "client/socket_core.hpp"

#include <parley/loop.hpp>
#include <parley/websocket.hpp>

#include <utility>

namespace parley {

Protocols::Protocols() noexcept = default;
Protocols::Protocols(const char* name) : names_{name} {}
Protocols::Protocols(std::string_view name) : names_{std::string(name)} {}
Protocols::Protocols(const std::string& name) : names_{name} {}
Protocols::Protocols(std::initializer_list<std::string_view> names)
    : names_(names.begin(), names.end()) {}
Protocols::Protocols(std::vector<std::string> names) : names_(std::move(names)) {}
Protocols::Protocols(const Protocols& other) = default;
Protocols::Protocols(Protocols&& other) noexcept = default;
Protocols& Protocols::operator=(const Protocols& other) = default;
Protocols& Protocols::operator=(Protocols&& other) noexcept = default;
Protocols::~Protocols() = default;

WebSocket::WebSocket(std::string_view url, const Protocols& protocols)
    : WebSocket(Loop::current(), url, protocols) {}

WebSocket::WebSocket(std::string_view url, const Protocols& protocols, const Options& options)
    : WebSocket(Loop::current(), url, protocols, options) {}

WebSocket::WebSocket(Loop& loop, std::string_view url, const Protocols& protocols)
    : WebSocket(loop, url, protocols, Options()) {}

WebSocket::WebSocket(Loop& loop, std::string_view url, const Protocols& protocols,
                     const Options& options)
    : WebSocket(SocketCore::connect(loop, url, protocols, options)) {}

WebSocket::WebSocket(const WebSocket& other) noexcept : onopen(other.core()) {
  if (SocketCore* const socket = core()) socket->acquireHandle();
}

WebSocket::WebSocket(WebSocket&& other) noexcept
    : onopen(std::exchange(other.onopen.core_, nullptr)) {}

WebSocket& WebSocket::operator=(const WebSocket& other) noexcept {
  WebSocket copy(other);
  std::swap(onopen.core_, copy.onopen.core_);
  return *this;
}

WebSocket& WebSocket::operator=(WebSocket&& other) noexcept {
  WebSocket moved(std::move(other));
  std::swap(onopen.core_, moved.onopen.core_);
  return *this;
}

WebSocket::~WebSocket() {
  if (SocketCore* const socket = core()) socket->releaseHandle();
}

std::string WebSocket::url() const {
  return core()->url();
}

ReadyState WebSocket::readyState() const noexcept {
  return core()->readyState();
}

std::uint64_t WebSocket::bufferedAmount() const noexcept {
  return core()->bufferedAmount();
}

std::string WebSocket::extensions() const {
  return core()->extensions();
}

std::string WebSocket::protocol() const {
  return core()->protocol();
}

BinaryType WebSocket::binaryType() const noexcept {
  return core()->binaryType();
}

void WebSocket::setBinaryType(BinaryType type) const {
  core()->setBinaryType(type);
}

void WebSocket::setBinaryType(std::string_view type) const {
  // WebIDL section 3.7.6: a value that is none of the enumeration's is ignored.
  if (type == "blob") core()->setBinaryType(BinaryType::Blob);
  if (type == "arraybuffer") core()->setBinaryType(BinaryType::ArrayBuffer);
}

void WebSocket::send(std::string_view text) const {
  core()->send(text);
}

void WebSocket::send(const char* text) const {
  send(std::string_view(text));
}

void WebSocket::send(std::u16string_view text) const {
  core()->send(text);
}

void WebSocket::send(std::span<const std::byte> bytes) const {
  core()->send(bytes);
}

void WebSocket::send(const Blob& blob) const {
  core()->send(blob);
}

void WebSocket::send(ArrayBuffer&& bytes) const {
  core()->send(std::move(bytes));
}

void WebSocket::send(const ArrayBuffer& bytes) const {
  send(bytes.bytes());
}

void WebSocket::send(std::string_view text, SendOptions options) const {
  core()->send(text, options);
}

void WebSocket::send(std::span<const std::byte> bytes, SendOptions options) const {
  core()->send(bytes, options);
}

void WebSocket::send(ArrayBuffer&& bytes, SendOptions options) const {
  core()->send(std::move(bytes), options);
}

void WebSocket::send(const PreparedMessage& message, SendOptions options) const {
  core()->send(message, options);
}

void WebSocket::close(std::optional<CloseCode> code, std::string_view reason) const {
  core()->close(code, reason);
}

void WebSocket::close(std::optional<CloseCode> code, std::u16string_view reason) const {
  core()->close(code, reason);
}

void WebSocket::addEventListener(std::string_view type, const EventListener& listener,
                                 const AddEventListenerOptions& options) const {
  core()->addEventListener(type, listener, options);
}

void WebSocket::addEventListener(std::string_view type, const EventListener& listener,
                                 bool capture) const {
  core()->addEventListener(type, listener, {.capture = capture});
}

void WebSocket::removeEventListener(std::string_view type, const EventListener& listener,
                                    bool capture) const {
  core()->removeEventListener(type, listener, capture);
}

bool WebSocket::dispatchEvent(Event& event) const {
  return core()->dispatchEvent(event);
}

std::optional<Failure> WebSocket::failure() const {
  return core()->failure();
}

void WebSocket::ping(std::span<const std::byte> data) const {
  core()->ping(data);
}

std::optional<std::chrono::milliseconds> WebSocket::latency() const noexcept {
  return core()->latency();
}

void WebSocket::closeWith(CloseCode code, std::string_view reason) const {
  core()->closeWith(code, reason);
}

void WebSocket::terminate() const {
  core()->terminate();
}

bool WebSocket::hasMessageAtHand() const noexcept {
  return core()->hasMessageAtHand();
}

void WebSocket::pause() const {
  core()->pause();
}

void WebSocket::resume() const {
  core()->resume();
}

std::string WebSocket::remoteAddress() const {
  return core()->remoteAddress();
}

Loop* WebSocket::loop() const noexcept {
  return core()->loop();
}

template <typename E, EventHandlerName Name>
void EventHandler<E, Name>::set(std::function<void(const E&)> handler) const {
  core_->setHandler(Name, EventCallback(std::move(handler)));
}

template <typename E, EventHandlerName Name>
bool EventHandler<E, Name>::isSet() const noexcept {
  return core_->hasHandler(Name);
}

template class EventHandler<Event, EventHandlerName::Open>;
template class EventHandler<MessageEvent, EventHandlerName::Message>;
template class EventHandler<Event, EventHandlerName::Error>;
template class EventHandler<CloseEvent, EventHandlerName::Close>;
template class EventHandler<Event, EventHandlerName::Drain>;
template class EventHandler<MessagePartEvent, EventHandlerName::MessagePart>;

}  // namespace parley
