#include "protocol/output_queue.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

namespace parley::protocol {

namespace {

// Once this much waits the transport is slow, and larger segments cost less.
constexpr std::size_t kLongQueue = std::size_t{16} * 1024;

}  // namespace

void OutputQueue::LatestControl::set(std::span<const std::byte> from) noexcept {
  size = static_cast<std::uint8_t>(std::min(from.size(), data.size()));
  std::copy_n(from.begin(), size, data.begin());
  state = State::Waiting;
}

void OutputQueue::append(OutputSegment* segment) noexcept {
  (back_ == nullptr ? front_ : back_->next) = segment;
  back_ = segment;
}

std::byte* OutputQueue::room(std::size_t size) {
  if (back_ != nullptr && !back_->large && back_->capacity - back_->end >= size) {
    return back_->memory() + back_->end;
  }
  return newSegment(size_ >= kLongQueue ? std::max(size, kLongQueue) : size);
}

std::byte* OutputQueue::roomForClose(std::size_t size) {
  // A segment is left whole before a control frame gets its turn, so Close needs one of its own.
  const bool controlWaits = hasControl() || ping_.waits() || pong_.waits();
  return controlWaits ? newSegment(size) : room(size);
}

std::byte* OutputQueue::newSegment(std::size_t size) {
  append(memory_.takeSegment(size));
  return back_->memory();
}

void OutputQueue::commit(std::size_t size, std::size_t payload) noexcept {
  back_->end += static_cast<std::uint32_t>(size);
  back_->payload += static_cast<std::uint32_t>(payload);
  size_ += size;
  unsentPayload_ += payload;
}

void OutputQueue::rollBack() noexcept {
  if (back_->end != 0) return;
  if (front_ == back_) return popFront();
  OutputSegment* last = front_;
  while (last->next != back_) last = last->next;
  memory_.giveSegment(back_);
  last->next = nullptr;
  back_ = last;
}

void OutputQueue::appendLarge(LargeMessage&& message) {
  OutputSegment* const segment = memory_.takeSegment(0);
  segment->large.emplace(std::move(message));
  append(segment);
  size_ += segment->large->rest();
  unsentPayload_ += segment->large->messageRest();
  unprovided_ += segment->large->unprovided();
  if (segment->large->isBorrowed()) ++borrowed_;
}

void OutputQueue::provide(ArrayBuffer&& piece) noexcept {
  assert(wantsPayload());
  const std::size_t size = piece.byteLength();
  front_->large->provide(std::move(piece));
  size_ += size;
  unprovided_ -= size;
}

void OutputQueue::prepend(const Cork& cork) {
  const std::size_t size = cork.end - cork.begin;
  OutputSegment* const segment = memory_.takeSegment(size);
  std::memcpy(segment->memory(), cork.memory.get() + cork.begin, size);
  segment->end = static_cast<std::uint32_t>(size);
  segment->payload = static_cast<std::uint32_t>(cork.payload);
  segment->holdsPing = cork.holdsPing;
  segment->startsInsideFrame = cork.begin != 0;
  segment->next = std::exchange(front_, segment);
  if (back_ == nullptr) back_ = segment;
  size_ += size;
  unsentPayload_ += cork.payload;
}

bool OutputQueue::frontIsInsideFrame() const noexcept {
  if (front_ == nullptr) return false;
  // Where in a segment its frames end is not recorded, so all of it counts as one.
  if (front_->large) return front_->large->isInsideFrame();
  return front_->begin != 0 || front_->startsInsideFrame;
}

std::size_t OutputQueue::encodeLatest(std::size_t at, frame::Opcode opcode, LatestControl& control,
                                      const MaskKeys& keys) noexcept {
  if (control.state == LatestControl::State::None) return at;
  control.state = LatestControl::State::Encoded;
  return at +
         writeFrame(control_.data() + at, opcode, {control.data.data(), control.size}, keys.next());
}

void OutputQueue::encodeControl(const MaskKeys& keys) noexcept {
  if (controlBegin_ != 0 || (!ping_.waits() && !pong_.waits())) return;
  const std::size_t end = encodeLatest(0, frame::Opcode::Pong, pong_, keys);
  controlEnd_ = static_cast<std::uint16_t>(encodeLatest(end, frame::Opcode::Ping, ping_, keys));
}

std::size_t OutputQueue::output(std::span<OutputPiece> pieces, const MaskKeys& keys) {
  encodeControl(keys);
  std::size_t count = 0;
  bool controlIsDue = hasControl();
  const auto offerControl = [&] {
    if (!controlIsDue || count == pieces.size()) return;
    pieces[count++] = {control_.data() + controlBegin_,
                       static_cast<std::size_t>(controlEnd_ - controlBegin_)};
    controlIsDue = false;
  };
  if (!frontIsInsideFrame()) offerControl();
  // A control frame that waits for the end of these comes next, and so not behind a Close frame.
  if (ping_.waits() || pong_.waits()) return count;
  for (OutputSegment* at = front_; at != nullptr && count < pieces.size(); at = at->next) {
    // One fragment at a time: the next one's header does not exist yet.
    if (at->large) return count + at->large->output(pieces.subspan(count), keys, memory_);
    pieces[count++] = {at->memory() + at->begin, at->end - at->begin};
    offerControl();
  }
  return count;
}

std::size_t OutputQueue::takeControl(std::size_t size, Taken& taken) noexcept {
  const std::size_t part = std::min<std::size_t>(size, controlEnd_ - controlBegin_);
  controlBegin_ = static_cast<std::uint16_t>(controlBegin_ + part);
  if (hasControl()) return part;
  controlBegin_ = 0;
  controlEnd_ = 0;
  if (ping_.state == LatestControl::State::Encoded) taken = Taken::Ping;
  ping_.sent();
  pong_.sent();
  return part;
}

std::size_t OutputQueue::takeFront(std::size_t size, Taken& taken) noexcept {
  if (front_->large) {
    const LargeMessage::Taken part = front_->large->take(size);
    size_ -= part.payload;
    unsentPayload_ -= part.message;
    if (front_->large->isFinished()) popFront();
    return part.bytes;
  }
  const std::size_t part = std::min<std::size_t>(size, front_->end - front_->begin);
  front_->begin += static_cast<std::uint32_t>(part);
  size_ -= part;
  if (front_->begin == front_->end) {
    if (front_->holdsPing) taken = Taken::Ping;
    unsentPayload_ -= front_->payload;
    popFront();
  }
  return part;
}

OutputQueue::Taken OutputQueue::take(std::size_t size) noexcept {
  Taken taken = Taken::Other;
  while (size != 0) {
    const bool controlIsNext = hasControl() && !frontIsInsideFrame();
    assert(controlIsNext || front_ != nullptr);
    size -= controlIsNext ? takeControl(size, taken) : takeFront(size, taken);
  }
  return taken;
}

void OutputQueue::popFront() noexcept {
  if (front_->large && front_->large->isBorrowed()) --borrowed_;
  memory_.giveSegment(std::exchange(front_, front_->next));
  if (front_ == nullptr) back_ = nullptr;
}

void OutputQueue::retain() {
  for (OutputSegment* at = front_; at != nullptr && borrowed_ != 0; at = at->next) {
    if (!at->large || !at->large->isBorrowed()) continue;
    at->large->retain();
    --borrowed_;
  }
}

std::uint64_t OutputQueue::dropUnbegun() noexcept {
  std::uint64_t dropped = 0;
  OutputSegment* const kept = frontIsInsideFrame() ? front_ : nullptr;
  if (kept != nullptr && kept->large) {
    size_ -= kept->large->rest();
    dropped = kept->large->messageRest();
    kept->large->cutAfterFrame();
    size_ += kept->large->rest();
    dropped -= kept->large->messageRest();
    unsentPayload_ -= dropped;
  }
  OutputSegment* const keptNext = kept != nullptr ? std::exchange(kept->next, nullptr) : nullptr;
  OutputSegment* at = kept != nullptr ? keptNext : std::exchange(front_, nullptr);
  back_ = kept;
  unprovided_ = 0;
  while (at != nullptr) {
    if (at->large && at->large->isBorrowed()) --borrowed_;
    const std::uint64_t payload = at->large ? at->large->messageRest() : at->payload;
    dropped += payload;
    unsentPayload_ -= payload;
    size_ -= at->large ? at->large->rest() : at->end - at->begin;
    memory_.giveSegment(std::exchange(at, at->next));
  }
  return dropped;
}

void OutputQueue::clear() noexcept {
  while (front_ != nullptr) popFront();
  unsentPayload_ = 0;
  unprovided_ = 0;
  size_ = 0;
  borrowed_ = 0;
  stalledSince_.reset();
  pong_.state = LatestControl::State::None;
  ping_.state = LatestControl::State::None;
  controlBegin_ = 0;
  controlEnd_ = 0;
}

}  // namespace parley::protocol
