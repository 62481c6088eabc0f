#include "bytes/utf8.hpp"
#include "client/blob_content.hpp"
#include "client/socket_arguments.hpp"
#include "client/socket_core.hpp"
#include "client/socket_reference.hpp"
#include "loop/event_loop.hpp"

#include <parley/dom_exception.hpp>

#include <new>
#include <type_traits>
#include <variant>

// What the application wants: on the loop's thread it goes straight down, from any other it waits
// in a queue for the loop. Arguments are judged, and bytes counted, at the call.

namespace parley {

namespace {

constexpr std::size_t kMaxPing = 125;

}  // namespace

bool SocketCore::isForeign() const noexcept {
  return !loop_.isCurrentThread();
}

std::uint64_t SocketCore::bufferedAmount() const noexcept {
  // In this order: what was released was counted as sent before.
  const std::uint64_t released = released_.load(std::memory_order_acquire);
  const std::uint64_t amount = sentHere_.load(std::memory_order_relaxed) +
                               sentElsewhere_.load(std::memory_order_relaxed) - released;
  if (amount != 0 && !isForeign()) hasSeenBuffered_ = true;
  return amount;
}

void SocketCore::countSent(std::uint64_t size) noexcept {
  if (isForeign()) {
    sentElsewhere_.fetch_add(size, std::memory_order_relaxed);
  } else {
    countSentHere(size);
  }
}

/// May another `size` bytes wait? If not, the message has met with what the configuration says.
inline SocketCore::Room SocketCore::roomFor(std::uint64_t size) {
  if (!session_) [[unlikely]]
    return Room::Full;
  // Nothing waits: the path of nearly every message.
  const std::uint64_t most = config_->maxBufferedAmount;
  if (session_->isFlowing() && most >= session::Session::kEarlyDrain &&
      size <= most - session::Session::kEarlyDrain) [[likely]] {
    return Room::Free;
  }
  return roomInQueue(size);
}

/// `send` answers whether the message was well-formed.
template <typename F>
bool SocketCore::transmit(F&& send) {
  try {
    return send();
  } catch (const std::bad_alloc&) {
    // WebSockets section 3.1, send(): what can't be buffered fails the connection, not the call.
    session_->fail(protocol::FailureCause::OutgoingBufferFull);
    return true;
  }
}

// ---- send() ----

inline SocketCore::MessageFate SocketCore::messageFate() const {
  switch (readyState()) {
    case CONNECTING:
      // WebSockets section 3.1, send(), step 1.
      throw DOMException(DOMException::Name::InvalidStateError,
                         "send() while CONNECTING: wait for the open event");
    case OPEN:
      return MessageFate::Send;
    case CLOSING:
    case CLOSED:
      break;
  }
  return MessageFate::OnlyCount;
}

void SocketCore::send(std::string_view text, SendOptions options) {
  if (messageFate() == MessageFate::OnlyCount) return countSent(text.size());
  if (isForeign()) {
    if (bytes::isValidUtf8(std::as_bytes(std::span(text)))) {
      return sendWellFormed(std::string(text), options);
    }
    if (config_->invalidText == InvalidText::Throw) throwNotUtf8(text, "the text");
    return sendWellFormed(bytes::replaceInvalidUtf8(text), options);
  }
  runCommands();
  transmitText(text, options);
}

void SocketCore::send(std::u16string_view text) {
  if (messageFate() == MessageFate::OnlyCount) {
    return countSent(bytes::utf16ToUtf8Replacing(text).size());
  }
  sendWellFormed(toUtf8(text, config_->invalidText), {});
}

void SocketCore::sendWellFormed(std::string&& text, SendOptions options) {
  if (isForeign()) {
    countSent(text.size());
    return enqueue(SendTextCommand{std::move(text), options});
  }
  runCommands();
  transmitText(text, options);
}

void SocketCore::send(std::span<const std::byte> bytes, SendOptions options) {
  if (messageFate() == MessageFate::OnlyCount) return countSent(bytes.size());
  if (isForeign()) {
    countSent(bytes.size());
    return enqueue(SendBinaryCommand{ArrayBuffer::copyOf(bytes), options});
  }
  runCommands();
  transmitBinary(bytes, bytes.size(), options);
}

void SocketCore::send(ArrayBuffer&& bytes, SendOptions options) {
  const std::size_t size = bytes.byteLength();
  if (messageFate() == MessageFate::OnlyCount) return countSent(size);
  if (isForeign()) {
    countSent(size);
    return enqueue(SendBinaryCommand{std::move(bytes), options});
  }
  runCommands();
  transmitBinary(std::move(bytes), size, options);
}

void SocketCore::send(const Blob& blob) {
  if (messageFate() == MessageFate::OnlyCount) return countSent(blob.size());
  if (isForeign()) {
    countSent(blob.size());
    return enqueue(SendBlobCommand{blob});
  }
  runCommands();
  transmitBlob(blob);
}

void SocketCore::send(const PreparedMessage& message, SendOptions options) {
  const std::size_t size = message.bytes().size();
  if (messageFate() == MessageFate::OnlyCount) return countSent(size);
  if (isForeign()) {
    countSent(size);
    return enqueue(SendPreparedCommand{message, options});
  }
  runCommands();
  const Room room = roomFor(size);
  if (room == Room::Dropped) return;
  if (room == Room::Free) {
    transmit([&] {
      session_->send(message, options);
      return true;
    });
  }
  countSentHere(size);
}

void SocketCore::transmitBlob(const Blob& blob) {
  if (!blob.isInFile()) {
    return transmitBinary(blob.bytes(), blob.size(), {}, BlobAccess::runOf(blob).content);
  }
  if (session_) sendFromFile(blob);
  countSentHere(blob.size());
}

void SocketCore::transmitText(std::string_view text, SendOptions options) {
  const Room room = roomFor(text.size());
  if (room == Room::Dropped) return;
  if (room == Room::Full || transmit([&] { return session_->sendText(text, options); })) {
    return countSentHere(text.size());
  }
  if (config_->invalidText == InvalidText::Throw) throwNotUtf8(text, "the text");
  transmitText(bytes::replaceInvalidUtf8(text), options);
}

/// `owner`, if there is one, keeps the bytes.
template <typename Bytes, typename... Owner>
void SocketCore::transmitBinary(Bytes&& bytes, std::uint64_t size, SendOptions options,
                                Owner&&... owner) {
  const Room room = roomFor(size);
  if (room == Room::Dropped) return;
  if (room == Room::Free) {
    transmit([&] {
      session_->sendBinary(std::forward<Bytes>(bytes), std::forward<Owner>(owner)..., options);
      return true;
    });
  }
  countSentHere(size);
}

SocketCore::Room SocketCore::roomInQueue(std::uint64_t size) {
  if (config_->whenFull == WhenFull::Wait || fits(size)) return Room::Free;
  // What was only gathered for the end of the turn does not count.
  session_->write();
  if (fits(size)) return Room::Free;
  if (config_->whenFull == WhenFull::DropNewest) {
    if (observer_) observer_->onMessageDropped(*this);
    return Room::Dropped;
  }
  if (session_->canSend()) {
    session_->fail(protocol::FailureCause::OutgoingBufferFull);
    state_.startClosing();
    if (observer_) observer_->onClosedSlow(*this);
  }
  return Room::Full;
}

bool SocketCore::fits(std::uint64_t size) const noexcept {
  const std::uint64_t most = config_->maxBufferedAmount;
  return size <= most && session_->unsentInMemory() <= most - size;
}

// ---- close(), ping(), terminate() ----

void SocketCore::close(std::optional<CloseCode> code, std::string_view reason) {
  checkCloseCode(code);
  startClosing(code, checkedReason(reason, config_->invalidText));
}

void SocketCore::close(std::optional<CloseCode> code, std::u16string_view reason) {
  checkCloseCode(code);
  startClosing(code, checkedReason(reason, config_->invalidText));
}

void SocketCore::closeWith(CloseCode code, std::string_view reason) {
  if (!code.isAllowedOnWire()) {
    throw DOMException(DOMException::Name::InvalidAccessError,
                       "close code " + std::to_string(code.value()) + " can't stand in a frame");
  }
  startClosing(code, checkedReason(reason, config_->invalidText));
}

void SocketCore::startClosing(std::optional<CloseCode> code, std::string&& reason) {
  if (!isForeign()) {
    runCommands();
    if (readyState() < CLOSING) closeNow(code, reason);
  } else if (state_.startClosing() < CLOSING) {
    enqueue(CloseCommand{code, std::move(reason)});
  }
}

void SocketCore::closeNow(std::optional<CloseCode> code, std::string_view reason) {
  state_.startClosing();
  if (session_) {
    isClosing_ = true;
    session_->close(code, reason);
  } else if (isConnecting()) {
    // WebSockets section 3.1, close(): not established yet, so the connection is failed.
    failConnecting({.stage = Failure::Stage::Handshake,
                    .message = "close() was called before the connection was open"});
  }
}

void SocketCore::ping(std::span<const std::byte> data) {
  if (data.size() > kMaxPing) {
    throw DOMException(DOMException::Name::SyntaxError,
                       "a Ping of " + std::to_string(data.size()) + " bytes; at most 125 fit");
  }
  if (readyState() != OPEN) return;
  if (isForeign()) return enqueue(PingCommand{ArrayBuffer::copyOf(data)});
  runCommands();
  if (session_) session_->ping(data);
}

void SocketCore::terminate() {
  if (readyState() == CLOSED) return;
  if (isForeign()) {
    state_.startClosing();
    return enqueue(TerminateCommand{});
  }
  runCommands();
  terminateNow();
}

void SocketCore::terminateNow() {
  state_.startClosing();
  if (session_) {
    isTerminated_ = true;
    session_->cut();
  } else if (isConnecting()) {
    failConnecting({.stage = Failure::Stage::Handshake, .message = "ended by terminate()"});
  }
}

void SocketCore::pause() {
  if (!mayChangeListeners()) return;
  isPaused_ = true;
  followPause();
}

void SocketCore::resume() {
  if (!mayChangeListeners()) return;
  isPaused_ = false;
  followPause();
}

// ---- From other threads ----

void SocketCore::enqueue(Command&& command) {
  CommandQueue* queue = commands_.load(std::memory_order_acquire);
  if (!queue) {
    auto made = std::make_unique<CommandQueue>();
    if (commands_.compare_exchange_strong(queue, made.get(), std::memory_order_acq_rel)) {
      queue = made.release();
    }
  }
  if (queue->push(std::move(command)) == CommandQueue::Wake::NotNeeded) return;
  // A loop that is gone drops it: the socket is CLOSED then.
  loop_.post([self = Reference(*this)] { self->runCommands(); });
}

void SocketCore::runCommandsOf(CommandQueue& queue) {
  if (queue.empty()) return;
  for (Command& command : queue.takeAll()) {
    std::visit([this](auto& special) { run(special); }, command);
  }
}

/// The bytes are counted already: at the call.
template <typename F>
void SocketCore::runSend(std::uint64_t size, F&& send) {
  switch (roomFor(size)) {
    case Room::Free:
      transmit(std::forward<F>(send));
      return;
    case Room::Dropped:
      onSent(size);
      return;
    case Room::Full:
      return;
  }
}

void SocketCore::run(SendTextCommand& command) {
  runSend(command.text.size(), [&] { return session_->sendText(command.text, command.options); });
}

void SocketCore::run(SendBinaryCommand& command) {
  runSend(command.bytes.byteLength(), [&] {
    session_->sendBinary(std::move(command.bytes), command.options);
    return true;
  });
}

void SocketCore::run(SendBlobCommand& command) {
  if (!command.blob.isInFile()) {
    runSend(command.blob.size(), [&] {
      session_->sendBinary(command.blob.bytes(), BlobAccess::runOf(command.blob).content);
      return true;
    });
  } else if (session_) {
    sendFromFile(command.blob);
  }
}

void SocketCore::run(SendPreparedCommand& command) {
  runSend(command.message.bytes().size(), [&] {
    session_->send(command.message, command.options);
    return true;
  });
}

void SocketCore::run(PingCommand& command) {
  if (session_) session_->ping(command.data.bytes());
}

void SocketCore::run(CloseCommand& command) {
  closeNow(command.code, command.reason);
}

void SocketCore::run(TerminateCommand&) {
  terminateNow();
}

}  // namespace parley
