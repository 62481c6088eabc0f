#include "transport/memory_pipe.hpp"

#include "loop/event_loop.hpp"
#include "transport/system_error.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace parley::transport {

namespace {

constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

std::size_t indexOf(MemoryPipe::Direction direction) {
  return static_cast<std::size_t>(direction);
}

}  // namespace

/// Both directions. Direction i has end i as its writer and the other one as its reader.
struct MemoryPipe::State : std::enable_shared_from_this<MemoryPipe::State> {
  struct Flow {
    [[nodiscard]] std::size_t held() const noexcept { return bytes.size() - taken; }
    void take(std::size_t size) {
      taken += size;
      // Moved up seldom, so that delivery byte by byte stays linear.
      if (taken < bytes.size() / 2) return;
      bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken));
      taken = 0;
    }
    void drop() {
      bytes.clear();
      taken = 0;
    }

    std::vector<std::byte> bytes;
    std::size_t taken = 0;  // of `bytes`, from the front
    std::size_t capacity = kCapacity;
    std::size_t chunkSize = kNoLimit;
    bool isStalled = false;
    bool hasTask = false;
    bool isFinished = false;  // the writer sends no more
    bool isEndTold = false;
    bool wantsWritable = false;
  };
  struct End {
    TransportListener* listener = nullptr;
    bool isReading = false;
    bool isGone = false;  // aborted, released or failed: nothing is told any more
  };

  explicit State(loop::EventLoop& eventLoop) : loop(eventLoop) {}

  /// Each step is a task of its own, so that whatever an up-call does lies between two steps.
  void plan(std::size_t flow);
  void step(std::size_t flow);
  void deliver(Flow& flow, End& reader);
  void lose(std::size_t end);
  void failEnd(std::size_t end, int systemError);
  [[nodiscard]] bool hasBytesToDeliver(std::size_t flow) const;
  [[nodiscard]] bool hasEndToTell(std::size_t flow) const;
  [[nodiscard]] bool hasRoomToTell(std::size_t flow) const;

  loop::EventLoop& loop;
  std::array<Flow, 2> flows;
  std::array<End, 2> ends;
};

bool MemoryPipe::State::hasBytesToDeliver(std::size_t index) const {
  const Flow& flow = flows[index];
  return flow.held() > 0 && !flow.isStalled && ends[1 - index].isReading;
}

bool MemoryPipe::State::hasEndToTell(std::size_t index) const {
  const Flow& flow = flows[index];
  return flow.held() == 0 && flow.isFinished && !flow.isEndTold && !flow.isStalled &&
         ends[1 - index].isReading;
}

bool MemoryPipe::State::hasRoomToTell(std::size_t index) const {
  const Flow& flow = flows[index];
  return flow.wantsWritable && flow.held() < flow.capacity;
}

void MemoryPipe::State::plan(std::size_t index) {
  if (flows[index].hasTask) return;
  if (!hasBytesToDeliver(index) && !hasEndToTell(index) && !hasRoomToTell(index)) return;
  flows[index].hasTask = true;
  loop.queueTask([self = shared_from_this(), index] {
    self->flows[index].hasTask = false;
    self->step(index);
    self->plan(index);
  });
}

void MemoryPipe::State::step(std::size_t index) {
  Flow& flow = flows[index];
  End& reader = ends[1 - index];
  End& writer = ends[index];
  if (hasBytesToDeliver(index)) {
    deliver(flow, reader);
  } else if (hasEndToTell(index)) {
    flow.isEndTold = true;
    if (!reader.isGone) reader.listener->onEnd();
  }
  if (hasRoomToTell(index)) {
    flow.wantsWritable = false;
    if (!writer.isGone) writer.listener->onWritable();
  }
}

void MemoryPipe::State::deliver(Flow& flow, End& reader) {
  std::span<std::byte> to;
  if (!reader.isGone) to = reader.listener->onReadBuffer();
  if (to.empty()) to = loop.receiveBuffer();
  const std::size_t size = std::min({flow.held(), flow.chunkSize, to.size()});
  std::memcpy(to.data(), flow.bytes.data() + flow.taken, size);
  flow.take(size);
  if (!reader.isGone) reader.listener->onBytes(to.first(size));
}

/// An end has gone: as with a socket, its peer reads what is under way and then the end, and a
/// writer hears that nobody listens.
void MemoryPipe::State::lose(std::size_t end) {
  if (ends[end].isGone) return;
  ends[end].isGone = true;
  ends[end].isReading = false;
  flows[end].isFinished = true;
  flows[end].wantsWritable = false;
  flows[1 - end].drop();
  plan(0);
  plan(1);
}

void MemoryPipe::State::failEnd(std::size_t end, int systemError) {
  if (ends[end].isGone) return;
  ends[end].isGone = true;
  if (!ends[end].listener) return;
  ends[end].listener->onFailed(makeError(TransportError::Step::Read, systemError, "memory pipe"));
}

class MemoryPipe::Side final : public Transport {
 public:
  Side(std::shared_ptr<State> state, std::size_t index)
      : state_(std::move(state)), index_(index), untilReleased_(state_->loop) {}

  void setListener(TransportListener* listener) override { end().listener = listener; }
  void resumeReading() override {
    if (end().isGone) return;
    end().isReading = true;
    state_->plan(1 - index_);
  }
  void pauseReading() override { end().isReading = false; }
  [[nodiscard]] std::size_t write(std::span<const protocol::OutputPiece> pieces) override;
  void finish() override {
    flow().isFinished = true;
    state_->plan(index_);
  }
  void abort() override { state_->lose(index_); }
  [[nodiscard]] std::string description() const override { return "memory pipe"; }

 private:
  ~Side() override = default;
  void release() noexcept override {
    state_->lose(index_);
    end().listener = nullptr;
    delete this;
  }
  State::End& end() { return state_->ends[index_]; }
  State::Flow& flow() { return state_->flows[index_]; }

  std::shared_ptr<State> state_;
  std::size_t index_;
  loop::KeepAlive untilReleased_;
};

std::size_t MemoryPipe::Side::write(std::span<const protocol::OutputPiece> pieces) {
  State::Flow& to = flow();
  if (end().isGone || to.isFinished) return 0;
  std::size_t accepted = 0;
  for (const protocol::OutputPiece& piece : pieces) {
    const std::size_t room = to.capacity > to.held() ? to.capacity - to.held() : 0;
    const std::size_t size = std::min(piece.size, room);
    // To a peer that is gone, bytes go nowhere, like those that a socket sends before the reset
    // comes.
    if (!state_->ends[1 - index_].isGone)
      to.bytes.insert(to.bytes.end(), piece.data, piece.data + size);
    accepted += size;
    if (size < piece.size) {
      to.wantsWritable = true;
      break;
    }
  }
  state_->plan(index_);
  return accepted;
}

MemoryPipe::MemoryPipe(loop::EventLoop& loop) : state_(std::make_shared<State>(loop)) {}
MemoryPipe::~MemoryPipe() = default;

TransportPtr MemoryPipe::takeFirst() {
  return TransportPtr(new Side(state_, 0));
}
TransportPtr MemoryPipe::takeSecond() {
  return TransportPtr(new Side(state_, 1));
}

void MemoryPipe::setChunkSize(Direction direction, std::size_t size) {
  state_->flows[indexOf(direction)].chunkSize = std::max<std::size_t>(size, 1);
}

void MemoryPipe::stall(Direction direction, std::size_t accepted) {
  State::Flow& flow = state_->flows[indexOf(direction)];
  flow.isStalled = true;
  flow.capacity = flow.held() + accepted;
}

void MemoryPipe::unstall(Direction direction) {
  State::Flow& flow = state_->flows[indexOf(direction)];
  flow.isStalled = false;
  flow.capacity = kCapacity;
  state_->plan(indexOf(direction));
}

std::size_t MemoryPipe::held(Direction direction) const noexcept {
  return state_->flows[indexOf(direction)].held();
}

void MemoryPipe::end(Direction direction) {
  state_->flows[indexOf(direction)].isFinished = true;
  state_->plan(indexOf(direction));
}

void MemoryPipe::cut(int systemError) {
  for (State::Flow& flow : state_->flows) {
    flow = State::Flow{};
    flow.isFinished = flow.isEndTold = true;
  }
  for (State::End& end : state_->ends) end.isReading = false;
  state_->loop.queueTask([state = state_, systemError] {
    state->failEnd(0, systemError);
    state->failEnd(1, systemError);
  });
}

}  // namespace parley::transport
