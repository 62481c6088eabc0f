#include "session/session.hpp"

#include "loop/event_loop.hpp"

#include <array>
#include <utility>

namespace parley::session {

namespace {

constexpr std::size_t kPieces = 16;
// Behind a large message another one is likely. What is read with its header has to be copied; the
// rest is read to where it belongs.
constexpr std::size_t kReadBehindLarge = std::size_t{16} * 1024;

}  // namespace

/// A call of the loop: keeps the owner, and with it the session, alive; settles at its end. Nothing
/// may touch the session behind it.
class Session::Work {
 public:
  explicit Work(Session& session) noexcept : session_(session), owner_(session.owner_) {
    owner_.retain();
    session_.isWorking_ = true;
  }
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;
  ~Work() {
    session_.settle();
    owner_.release();
  }

 private:
  Session& session_;
  SessionOwner& owner_;
};

Session::Session(SessionOwner& owner, loop::EventLoop& loop, transport::TransportPtr transport,
                 protocol::Role role, const protocol::ConnectionLimits& limits,
                 const std::optional<protocol::ConnectionCompression>& compression)
    : owner_(owner),
      loop_(loop),
      transport_(std::move(transport)),
      connection_(role, limits, loop.entropy(), loop.bufferPool(), loop.now(), compression) {
  transport_->setListener(this);
}

Session::~Session() = default;

void Session::start(std::vector<std::byte> leftover) {
  if (isOver()) return;
  const Work work(*this);
  if (!leftover.empty()) {
    held_ = std::make_unique<std::vector<std::byte>>(std::move(leftover));
  }
  // pause() may have been called before: then resume() begins.
  if (reading_ == Reading::Paused || reading_ == Reading::Resuming) return;
  deliverHeld();
}

// ---- In ----

std::span<std::byte> Session::onReadBuffer() {
  const std::span<std::byte> direct = connection_.directBuffer();
  direct_ = direct.data();
  if (!direct.empty() || !hasReadDirectly_) return direct;
  return loop_.receiveBuffer().first(kReadBehindLarge);
}

inline void Session::deliver(std::span<std::byte> bytes, std::size_t directly) {
  Read read{.input = bytes, .directly = directly, .at = loop_.now()};
  read_ = &read;
  owner_.onReadable(*this);
  read_ = nullptr;
  connection_.eventHandled();
  if (read.input.empty() || isOver()) [[likely]]
    return;
  // Paused in the midst of a read: the rest waits.
  held_ = std::make_unique<std::vector<std::byte>>(read.input.begin(), read.input.end());
}

void Session::onBytes(std::span<std::byte> bytes) {
  const Work work(*this);
  hasReadDirectly_ = bytes.data() == std::exchange(direct_, nullptr);
  const std::size_t directly = hasReadDirectly_ ? bytes.size() : 0;
  deliver(bytes.subspan(directly), directly);
}

protocol::ConnectionEvent Session::nextEvent() {
  using protocol::ConnectionEvent;
  Read& read = *read_;
  if (read.directly != 0) {
    const ConnectionEvent event =
        connection_.receivedDirectly(std::exchange(read.directly, 0), read.at);
    if (event.type != ConnectionEvent::Type::None) return event;
  }
  const bool hasMore = !read.input.empty() || connection_.hasMore();
  if (!hasMore || reading_ != Reading::Running) return {};
  return connection_.receive(read.input, read.at);
}

void Session::onWritable() {
  const Work work(*this);
  isBlocked_ = false;
}

void Session::onEnd() {
  const Work work(*this);
  connection_.endOfInput(loop_.now());
}

void Session::onFailed(const transport::TransportError& error) {
  const Work work(*this);
  owner_.onTransportFailed(error);
  connection_.transportLost(loop_.now());
}

void Session::onFlush() {
  const Work work(*this);
  if (reading_ == Reading::Resuming) deliverHeld();
}

void Session::onDeadline(protocol::Time now) {
  const Work work(*this);
  connection_.deadlinePassed(now);
}

// ---- Pausing ----

void Session::pause() {
  if (isOver() || !canSend()) return;
  reading_ = Reading::Paused;
  connection_.pauseReading();
  if (transport_) transport_->pauseReading();
}

void Session::resume() {
  if (reading_ != Reading::Paused) return;
  reading_ = Reading::Resuming;
  // In a turn of the loop, as always: never inside the application's call.
  if (!Flushable::isLinked()) loop_.requestFlush(*this);
}

void Session::deliverHeld() {
  reading_ = Reading::Running;
  connection_.resumeReading(loop_.now());
  if (const auto held = std::move(held_)) {
    deliver(*held);
  } else if (connection_.hasMore()) {
    deliver({});
  }
  if (reading_ == Reading::Running && transport_) transport_->resumeReading();
}

// ---- What the application wants ----

bool Session::sendText(std::string_view text, const SendOptions& options) {
  if (!connection_.sendText(text, options)) return false;
  sent();
  return true;
}

void Session::sendBinary(std::span<const std::byte> bytes, const SendOptions& options) {
  connection_.sendBinary(bytes, options);
  sent();
}

void Session::sendBinary(ArrayBuffer&& bytes, const SendOptions& options) {
  connection_.sendBinary(std::move(bytes), options);
  sent();
}

void Session::sendBinary(std::span<const std::byte> bytes, std::shared_ptr<const void> owner,
                         const SendOptions& options) {
  connection_.sendBinary(bytes, std::move(owner), options);
  sent();
}

void Session::send(const PreparedMessage& message, const SendOptions& options) {
  connection_.send(message, options);
  sent();
}

void Session::startBinary(std::uint64_t size) {
  connection_.startBinary(size);
  wantFlush();
}

/// More has been gathered than the shared buffer holds, or something is borrowed.
void Session::drainEarly() {
  if (connection_.outputSize() >= kEarlyDrain) write();
  if (!connection_.borrowsPayload()) return;
  write();
  connection_.retainOutput();
}

void Session::ping(std::span<const std::byte> data) {
  connection_.ping(data, loop_.updateNow());
  wantFlush();
}

void Session::close(std::optional<CloseCode> code, std::string_view reason) {
  connection_.close(code, reason, loop_.updateNow());
  // The peer's Close frame may be among what a pause keeps back.
  resume();
  wantFlush();
}

void Session::fail(protocol::FailureCause cause) {
  connection_.fail(cause, loop_.updateNow());
  resume();
  wantFlush();
}

void Session::cut() {
  connection_.transportLost(loop_.updateNow());
  if (transport_) transport_->abort();
  reading_ = Reading::Ended;
  wantFlush();
}

void Session::leave() {
  connection_.close(CloseCode::kGoingAway, {}, loop_.now());
  if (transport_) transport_->setListener(nullptr);
  write();
  abandon();
}

void Session::abandon() {
  reading_ = Reading::Abandoned;
  Flushable::unlink();
  loop::EventLoop::cancel(*this);
  transport_.reset();
}

// ---- Out ----

void Session::wantFlush() {
  if (!isWorking_ && !Flushable::isLinked()) loop_.requestFlush(*this);
}

void Session::write() {
  std::array<protocol::OutputPiece, kPieces> pieces;
  while (transport_ && !isBlocked_) {
    const std::size_t count = connection_.output(pieces);
    if (count == 0) return;
    std::size_t offered = 0;
    for (std::size_t i = 0; i < count; ++i) offered += pieces[i].size;
    const std::size_t taken = transport_->write({pieces.data(), count});
    released_ += connection_.outputTaken(taken);
    if (taken < offered) {
      connection_.outputBlocked(loop_.now());
      isBlocked_ = hadToWait_ = true;
    }
  }
}

/// The rest of the law. The session may be gone when it returns.
void Session::settle() {
  if (reading_ != Reading::Abandoned) settleOutput();
  if (reading_ != Reading::Abandoned) {
    follow(connection_.disposition());
    arm();
  }
  isWorking_ = false;
  if (reading_ == Reading::Abandoned) return;
  if (const auto closed = connection_.closed()) [[unlikely]] {
    abandon();
    owner_.onClosed(*closed);
  }
}

/// What there is, and what the owner has of a message that it brings piece by piece.
void Session::writeAll() {
  write();
  while (connection_.wantsPayload() && !isBlocked_) {
    ArrayBuffer piece = owner_.nextPayload();
    if (piece.empty()) return;
    connection_.providePayload(std::move(piece));
    write();
  }
}

void Session::settleOutput() {
  writeAll();
  if (released_ != 0 && owner_.onSent(std::exchange(released_, 0)) == SessionOwner::Drain::Always) {
    hadToWait_ = true;
  }
  if (!connection_.canSend() && !hasToldClosing_) [[unlikely]] {
    hasToldClosing_ = true;
    owner_.onClosingStarted();
  }
  if (hadToWait_ && connection_.canSend() && !connection_.hasOutput()) [[unlikely]] {
    hadToWait_ = false;
    owner_.onDrained();
    // What its handlers have sent; the owner hears of it in a task of its own.
    write();
    if (released_ != 0 && reading_ != Reading::Abandoned) loop_.requestFlush(*this);
  }
}

void Session::follow(protocol::Disposition disposition) {
  using protocol::Disposition;
  switch (disposition) {
    case Disposition::Keep:
    case Disposition::WaitForEnd:
      return;
    case Disposition::FinishThenWait:
      if (isFinished_ || connection_.hasOutput() || !transport_) return;
      isFinished_ = true;
      transport_->finish();
      return;
    case Disposition::Drop:
      reading_ = Reading::Ended;
      transport_.reset();
      return;
  }
}

void Session::arm() {
  const auto deadline = connection_.deadline();
  if (!deadline) {
    loop::EventLoop::cancel(*this);
  } else if (!isScheduled() || *deadline < due()) {
    // One that has moved away, as it does with every message, fires where it was: then it is set
    // again.
    loop_.schedule(*this, *deadline);
  }
}

}  // namespace parley::session
