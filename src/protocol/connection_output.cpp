#include "bytes/utf8.hpp"
#include "frame/frame_header.hpp"
#include "protocol/closing.hpp"
#include "protocol/connection_state.hpp"
#include "protocol/frame_writer.hpp"
#include "protocol/large_message.hpp"
#include "protocol/message_compression.hpp"
#include "protocol/output_queue.hpp"
#include "protocol/prepared_frames.hpp"

#include <parley/protocol/connection.hpp>

#include <algorithm>
#include <memory>
#include <utility>

// The output side: from commands to frames, and from frames to what the transport takes.

namespace parley::protocol {

namespace {

// From here on a message is sent from where it lies instead of being copied.
constexpr std::size_t kLargeMessage = std::size_t{16} * 1024;
constexpr std::uint32_t kLeastFragment = 4096;

}  // namespace

// What every frame passes through is inline: a member of an exported class may be replaced from
// outside of a shared library, so that the compiler would call it even from here.

inline MaskKeys Connection::maskKeys() const noexcept {
  return MaskKeys(role_, *entropy_);
}

// Invariant: if nothing waits the next frame goes to the cork, with a queue it goes to the queue. A
// shared frame stands alone: before anything else is sent, it is moved to the queue.
inline std::byte* Connection::roomFor(std::size_t size) {
  if (!waiting_) [[likely]] {
    if (memory_->cork().claim(this, size)) [[likely]]
      return memory_->cork().tail();
  }
  return queue().room(size);
}

inline void Connection::commit(std::size_t size, std::size_t payload) noexcept {
  if (waiting_) [[unlikely]]
    return waiting_.queue()->commit(size, payload);
  Cork& cork = memory_->cork();
  cork.end += size;
  cork.payload += payload;
}

void Connection::rollBack() noexcept {
  if (!waiting_) return;
  waiting_.queue()->rollBack();
  releaseQueueIfEmpty();
}

OutputQueue& Connection::queue() {
  if (waiting_.frame() != nullptr) unshareFrame();
  if (!waiting_) waiting_ = WaitingOutput(memory_->takeQueue().release());
  return *waiting_.queue();
}

void Connection::unshareFrame() {
  SharedFrame& frame = *waiting_.frame();
  std::unique_ptr<OutputQueue> queue = memory_->takeQueue();
  std::ranges::copy(frame.bytes(), queue->room(frame.bytes().size()));
  queue->commit(frame.bytes().size(), frame.payload());
  waiting_ = WaitingOutput(queue.release());
  memory_->sharedFrames().give(frame);
}

/// Of what waits, all that the transport has not begun to take. Needs no memory, which may be what
/// is missing.
std::uint64_t Connection::dropUnbegun() noexcept {
  if (const SharedFrame* const frame = waiting_.frame()) {
    const std::uint64_t payload = frame->payload();
    dropWaiting();
    return payload;
  }
  if (!waiting_) return 0;
  const std::uint64_t payload = waiting_.queue()->dropUnbegun();
  releaseQueueIfEmpty();
  return payload;
}

void Connection::dropWaiting() noexcept {
  const WaitingOutput dropped = std::exchange(waiting_, WaitingOutput());
  if (SharedFrame* const frame = dropped.frame()) return memory_->sharedFrames().give(*frame);
  if (OutputQueue* const queue = dropped.queue()) {
    memory_->giveQueue(std::unique_ptr<OutputQueue>(queue));
  }
}

void Connection::releaseQueueIfEmpty() noexcept {
  if (const OutputQueue* const queue = waiting_.queue(); queue != nullptr && queue->empty()) {
    dropWaiting();
  }
}

inline void Connection::messageSent() noexcept {
  if (turnTime_ == TurnTime::Unknown) untimedSend_ = Activity::Seen;
}

inline bool Connection::mayDeflate(std::size_t size, const SendOptions& options) const noexcept {
  return compression_ && compression_->takes(size, options);
}

/// False if the message is better sent as it is.
bool Connection::sendDeflated(frame::Opcode opcode, std::span<const std::byte> message) {
  auto deflated = compression_->deflate(message, lastReceived_);
  if (!deflated) return false;
  const std::span<const std::byte> payload = deflated->payload;
  if (payload.size() < kLargeMessage) {
    std::byte* const room = roomFor(frameRoom(payload.size()));
    commit(writeFrame(room, opcode, payload, maskKeys().next(), frame::kRsv1), message.size());
    messageSent();
    return true;
  }
  if (deflated->memory.byteLength() == 0) deflated->memory = ArrayBuffer::copyOf(payload);
  sendLarge(LargeMessage(opcode, message.size(), std::move(deflated->memory), fragmentSize()));
  return true;
}

bool Connection::sendText(std::string_view text, const SendOptions& options) {
  if (state_ != ConnectionState::Open) return true;
  const std::span<const std::byte> payload = std::as_bytes(std::span(text));
  if (mayDeflate(payload.size(), options)) [[unlikely]] {
    if (!bytes::isValidUtf8(payload)) return false;
    if (sendDeflated(frame::Opcode::Text, payload)) return true;
  }
  if (payload.size() >= kLargeMessage) {
    if (!bytes::isValidUtf8(payload)) return false;
    sendLarge(LargeMessage(frame::Opcode::Text, payload, fragmentSize()));
    return true;
  }
  std::byte* const room = roomFor(frameRoom(payload.size()));
  const std::optional<std::size_t> size = writeTextFrame(room, payload, maskKeys().next());
  if (!size) {
    rollBack();
    return false;
  }
  commit(*size, payload.size());
  messageSent();
  return true;
}

bool Connection::sendText(ArrayBuffer&& text, const SendOptions& options) {
  if (state_ != ConnectionState::Open) return true;
  if (text.byteLength() < kLargeMessage) return sendText(text.text(), options);
  if (!bytes::isValidUtf8(text.bytes())) return false;
  if (mayDeflate(text.byteLength(), options) &&
      sendDeflated(frame::Opcode::Text, std::as_const(text).bytes())) {
    text.reset();
    return true;
  }
  sendLarge(LargeMessage(frame::Opcode::Text, std::move(text), fragmentSize()));
  return true;
}

void Connection::sendBinary(std::span<const std::byte> bytes, const SendOptions& options) {
  if (state_ != ConnectionState::Open) return;
  if (mayDeflate(bytes.size(), options)) [[unlikely]] {
    if (sendDeflated(frame::Opcode::Binary, bytes)) return;
  }
  if (bytes.size() >= kLargeMessage) {
    return sendLarge(LargeMessage(frame::Opcode::Binary, bytes, fragmentSize()));
  }
  std::byte* const room = roomFor(frameRoom(bytes.size()));
  commit(writeFrame(room, frame::Opcode::Binary, bytes, maskKeys().next()), bytes.size());
  messageSent();
}

void Connection::sendBinary(ArrayBuffer&& bytes, const SendOptions& options) {
  if (state_ != ConnectionState::Open) return;
  if (bytes.byteLength() < kLargeMessage) return sendBinary(std::as_const(bytes).bytes(), options);
  if (mayDeflate(bytes.byteLength(), options) &&
      sendDeflated(frame::Opcode::Binary, std::as_const(bytes).bytes())) {
    return bytes.reset();
  }
  sendLarge(LargeMessage(frame::Opcode::Binary, std::move(bytes), fragmentSize()));
}

void Connection::sendBinary(std::span<const std::byte> bytes, std::shared_ptr<const void> owner,
                            const SendOptions& options) {
  const bool isLarge = bytes.size() >= kLargeMessage;
  if (state_ != ConnectionState::Open || !isLarge || mayDeflate(bytes.size(), options)) {
    return sendBinary(bytes, options);
  }
  sendLarge(LargeMessage(frame::Opcode::Binary, bytes, std::move(owner), fragmentSize()));
}

void Connection::send(const PreparedMessage& message, const SendOptions& options) {
  if (state_ != ConnectionState::Open) return;
  const PreparedFrames& frames = *message.frames();
  const PreparedFrames::Variant* variant = nullptr;
  if (mayDeflate(frames.message().size(), options)) {
    variant = compression_->deflatedOf(frames, lastReceived_);
  }
  if (variant == nullptr) variant = &frames.plain();
  const std::span<const std::byte> payload = variant->payload.bytes();
  if (payload.size() >= kLargeMessage) {
    return sendLarge(LargeMessage(frames.opcode(), frames.message().size(), variant->rsv, payload,
                                  message.frames(), fragmentSize()));
  }
  // RFC 6455 section 5.1: a client masks each frame anew, so that it has nothing to share.
  if (role_ == Role::Server && !waiting_ && !memory_->cork().holdsFramesOf(this)) {
    waiting_ = WaitingOutput(&memory_->sharedFrames().take(message.frames(), *variant));
  } else {
    std::byte* const room = roomFor(frameRoom(payload.size()));
    commit(writeFrame(room, frames.opcode(), payload, maskKeys().next(), variant->rsv),
           frames.message().size());
  }
  messageSent();
}

void Connection::startBinary(std::uint64_t size) {
  if (state_ != ConnectionState::Open) return;
  if (size == 0) return sendBinary(std::span<const std::byte>());
  sendLarge(LargeMessage(frame::Opcode::Binary, size, fragmentSize()));
}

bool Connection::wantsPayload() const noexcept {
  const OutputQueue* const queue = waiting_.queue();
  return queue != nullptr && queue->wantsPayload() && !memory_->cork().holdsFramesOf(this);
}

void Connection::providePayload(ArrayBuffer&& piece) {
  if (piece.empty()) return;
  waiting_.queue()->provide(std::move(piece));
  messageSent();
  if (closing_) closing_->output = Closing::Output::Waits;
}

std::uint32_t Connection::fragmentSize() const noexcept {
  return std::max(limits_->fragmentSize, kLeastFragment);
}

void Connection::sendLarge(LargeMessage&& message) {
  queue().appendLarge(std::move(message));
  messageSent();
}

void Connection::sendControl(frame::Opcode opcode, std::span<const std::byte> data) {
  const bool isPing = opcode == frame::Opcode::Ping;
  const std::size_t most = frameRoom(frame::kMaxControlPayload);
  if (!waiting_ && memory_->cork().claim(this, most)) {
    commit(writeFrame(memory_->cork().tail(), opcode, data, maskKeys().next()), 0);
    if (isPing) memory_->cork().holdsPing = true;
  } else if (isPing) {
    queue().setPing(data);
  } else {
    // However many Pings come while output waits, one Pong waits with it.
    queue().setPong(data);
  }
}

void Connection::ping(std::span<const std::byte> data, Time now) {
  if (state_ != ConnectionState::Open) return;
  const auto body = data.first(std::min(data.size(), frame::kMaxControlPayload));
  expectPong(body, now);
  sendControl(frame::Opcode::Ping, body);
}

void Connection::queueCloseFrame(std::span<const std::byte> body) {
  const std::size_t most = frameRoom(body.size());
  std::byte* const room = waiting_ ? queue().roomForClose(most) : roomFor(most);
  commit(writeFrame(room, frame::Opcode::Close, body, maskKeys().next()), 0);
}

std::size_t Connection::output(std::span<OutputPiece> pieces) {
  turnTime_ = TurnTime::Unknown;
  if (pieces.empty()) return 0;
  const Cork& cork = memory_->cork();
  std::size_t count = 0;
  if (cork.holdsFramesOf(this)) {
    pieces[count++] = {cork.memory.get() + cork.begin, cork.end - cork.begin};
  }
  if (!waiting_) [[likely]]
    return count;
  if (const SharedFrame* const frame = waiting_.frame()) {
    pieces[count++] = {frame->bytes().data(), frame->bytes().size()};
    return count;
  }
  return count + waiting_.queue()->output(pieces.subspan(count), maskKeys());
}

std::uint64_t Connection::outputTaken(std::size_t size) {
  if (size == 0) return 0;
  outputTaken_ = Activity::Seen;
  std::uint64_t released = 0;
  Cork& cork = memory_->cork();
  if (cork.holdsFramesOf(this)) {
    const std::size_t part = std::min(size, cork.end - cork.begin);
    cork.begin += part;
    size -= part;
    if (cork.empty()) {
      if (cork.holdsPing) pingTaken();
      released = cork.payload;
      cork.clear();
    }
  }
  if (waiting_) [[unlikely]]
    released += waitingTaken(size);
  if (closing_ && closing_->input == Closing::Input::Ended && !hasOutput()) end();
  return released;
}

std::uint64_t Connection::waitingTaken(std::size_t size) {
  if (const SharedFrame* const frame = waiting_.frame();
      frame != nullptr && size == frame->bytes().size()) {
    const std::uint64_t released = frame->payload();
    dropWaiting();
    return released;
  }
  OutputQueue& waiting = queue();
  const std::uint64_t before = waiting.unsentPayload();
  waiting.markMoved();
  if (waiting.take(size) == OutputQueue::Taken::Ping) pingTaken();
  const std::uint64_t released = before - waiting.unsentPayload();
  releaseQueueIfEmpty();
  return released;
}

void Connection::retainOutput() {
  Cork& cork = memory_->cork();
  if (cork.holdsFramesOf(this)) {
    queue().prepend(cork);
    cork.clear();
  }
  if (!waiting_) return;
  queue().retain();
  if (pingStage_ == PingStage::Queued) pingStage_ = PingStage::Delayed;
}

void Connection::outputBlocked(Time now) {
  retainOutput();
  if (waiting_) queue().markStalled(now);
  if (closing_) closing_->output = Closing::Output::Waits;
}

bool Connection::hasOutput() const noexcept {
  return waiting_ || memory_->cork().holdsFramesOf(this);
}

std::size_t Connection::outputSize() const noexcept {
  const Cork& cork = memory_->cork();
  const std::size_t corked = cork.holdsFramesOf(this) ? cork.end - cork.begin : 0;
  if (const SharedFrame* const frame = waiting_.frame()) return corked + frame->bytes().size();
  const OutputQueue* const queue = waiting_.queue();
  return corked + (queue != nullptr ? queue->size() : 0);
}

bool Connection::borrowsPayload() const noexcept {
  const OutputQueue* const queue = waiting_.queue();
  return queue != nullptr && queue->borrows();
}

std::uint64_t Connection::unprovidedPayload() const noexcept {
  const OutputQueue* const queue = waiting_.queue();
  return queue != nullptr ? queue->unprovided() : 0;
}

std::uint64_t Connection::unsentPayload() const noexcept {
  const Cork& cork = memory_->cork();
  const std::uint64_t corked = cork.holdsFramesOf(this) ? cork.payload : 0;
  const std::uint64_t lost = closing_ ? closing_->lostPayload : 0;
  if (const SharedFrame* const frame = waiting_.frame()) return corked + lost + frame->payload();
  const OutputQueue* const queue = waiting_.queue();
  return corked + lost + (queue != nullptr ? queue->unsentPayload() : 0);
}

}  // namespace parley::protocol
