#include "socket.hpp"

#include "value.hpp"

#include <utility>

namespace parley::node {

namespace {

/// From here on a message that has memory of its own keeps it; a smaller one is copied into memory
/// that the runtime can count and collect more cheaply.
constexpr std::size_t kTakenOver = 64 * 1024;

}  // namespace

Socket::Socket(std::shared_ptr<Environment> environment, WebSocket socket)
    : environment_(std::move(environment)),
      socket_(std::move(socket)),
      id_(environment_->sockets.add(*this)) {
  listen();
}

Socket::~Socket() {
  environment_->sockets.remove(id_);
  environment_->batch.forget(*this);
  // A server's sockets are held by the server, too, which would keep them open.
  if (socket_ && !environment_->isEnded() && socket_->readyState() == OPEN) socket_->close();
  forget();
  if (object_) napi_delete_reference(napi(), object_);
}

void Socket::forget() {
  if (!socket_) return;
  if (!environment_->isEnded()) {
    socket_->onopen = nullptr;
    socket_->onmessage = nullptr;
    socket_->onerror = nullptr;
    socket_->onclose = nullptr;
    socket_->ondrain = nullptr;
    socket_->removeEventListener("ping", control_);
    socket_->removeEventListener("pong", control_);
  }
  socket_.reset();
}

void Socket::attach(napi_value object) {
  napi_create_reference(napi(), object, 0, &object_);
  napi_add_finalizer(
      napi(), object, this, [](napi_env, void* data, void*) { delete static_cast<Socket*>(data); },
      nullptr, nullptr);
}

void Socket::hold(bool isHeld) {
  if (isHeld == isHeld_ || !object_) return;
  isHeld_ = isHeld;
  if (isHeld) {
    napi_reference_ref(napi(), object_, nullptr);
  } else {
    napi_reference_unref(napi(), object_, nullptr);
  }
}

void Socket::setDelivery(Delivery delivery) noexcept {
  delivery_ = delivery;
  if (keepsPool()) environment_->batch.keepPool();
}

napi_value Socket::object() const {
  napi_value object = nullptr;
  if (object_) napi_get_reference_value(napi(), object_, &object);
  return object;
}

// ---- Events ----

void Socket::listen() {
  // Always: JavaScript makes Blobs of its own. A large message would come by way of a file.
  socket_->setBinaryType(BinaryType::ArrayBuffer);
  socket_->onopen = [this](const Event&) { fire(Callback::Open); };
  socket_->onmessage = [this](const MessageEvent& event) { deliver(event.data()); };
  socket_->onerror = [this](const Event&) { fire(Callback::Error); };
  socket_->onclose = [this](const CloseEvent& event) { close(event); };
  socket_->ondrain = [this](const Event&) { fire(Callback::Drain); };
}

void Socket::watchControl() {
  if (!control_) control_ = [this](const MessageEvent& event) { control(event); };
  socket_->addEventListener("ping", control_);
  socket_->addEventListener("pong", control_);
}

void Socket::control(const MessageEvent& event) {
  environment_->batch.flush();
  HandleScope scope(napi());
  const napi_value target = object();
  if (!target) return;
  const napi_value data = arrayBuffer(napi(), event.data().bytes());
  environment_->call(Callback::Control, {target, text(napi(), event.type()), data});
}

void Socket::fire(Callback which) {
  environment_->batch.flush();
  HandleScope scope(napi());
  if (const napi_value target = object()) environment_->call(which, {target});
}

void Socket::close(const CloseEvent& event) {
  environment_->batch.flush();
  HandleScope scope(napi());
  const napi_value target = object();
  if (!target) return;
  environment_->call(Callback::Close,
                     {target, index(napi(), event.code()), text(napi(), event.reason()),
                      boolean(napi(), event.wasClean())});
}

void Socket::deliver(const MessageData& data) {
  if (gather(data)) return;
  HandleScope scope(napi());
  const napi_value target = object();
  if (!target) return;
  switch (delivery_) {
    case Delivery::Each:
    case Delivery::Values:
      return deliverValue(target, data);
    case Delivery::Bytes:
      return deliverBytes(target, data);
  }
}

/// @return is it in the batch, which may have gone with it?
bool Socket::gather(const MessageData& data) {
  MessageBatch& batch = environment_->batch;
  const bool isFollowed = delivery_ != Delivery::Each && socket_->hasMessageAtHand();
  const bool isSmall = data.size() <= Environment::kMostPooled;
  if (!isSmall || (batch.isEmpty() && !isFollowed)) {
    batch.flush();
    return false;
  }
  const auto kind = !data.isText()         ? MessageBatch::Kind::Binary
                    : isAscii(data.text()) ? MessageBatch::Kind::Ascii
                                           : MessageBatch::Kind::Text;
  batch.add(*this, data.bytes(), kind);
  if (!isFollowed) batch.flush();
  return true;
}

void Socket::deliverValue(napi_value target, const MessageData& data) {
  napi_value value = nullptr;
  if (data.isText()) {
    value = text(napi(), data.text());
  } else if (data.size() >= kTakenOver) {
    value = arrayBuffer(napi(), data.take());
  } else {
    value = arrayBuffer(napi(), data.bytes());
  }
  if (value) {
    environment_->call(Callback::Message, {target, value});
    return;
  }
  // Longer than a string or a buffer of this runtime can be.
  napi_get_and_clear_last_exception(napi(), &value);
  socket_->terminate();
}

void Socket::deliverBytes(napi_value target, const MessageData& data) {
  const std::span<const std::byte> bytes = data.bytes();
  const auto size = static_cast<std::uint32_t>(bytes.size());
  if (bytes.size() <= Environment::kMostPooled) {
    const auto offset = environment_->copyToPool(bytes);
    if (!offset) return;
    environment_->call(Callback::MessageBytes, {target, index(napi(), *offset), index(napi(), size),
                                                boolean(napi(), !data.isText())});
    return;
  }
  const bool isBinary = !data.isText();
  const napi_value value =
      bytes.size() >= kTakenOver ? arrayBuffer(napi(), data.take()) : arrayBuffer(napi(), bytes);
  if (!value) return socket_->terminate();
  environment_->call(Callback::LargeBytes, {target, value, boolean(napi(), isBinary)});
}

}  // namespace parley::node
