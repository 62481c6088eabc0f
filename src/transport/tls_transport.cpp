#include "transport/tls_transport.hpp"

#include "tls/output_buffer.hpp"
#include "tls/record_source.hpp"
#include "transport/tls_buffer.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

namespace parley::transport {

using Step = TransportError::Step;
using EngineState = tls::Engine::State;

namespace {

/// Read by the transport below at a time. Records that are read while their listener pauses have to
/// be kept, so this is less than there is room for.
constexpr std::size_t kReceiveSize = std::size_t{128} * 1024;
/// Handed to the listener at a time: stays in the nearer caches.
constexpr std::size_t kPlainSize = std::size_t{64} * 1024;
/// Answers that wait for the peer to read them, besides what was written: alerts of a few bytes. A
/// peer that provokes more is up to no good.
constexpr std::size_t kMaxUnsent = TlsBuffer::kSize + std::size_t{64} * 1024;

bool overlap(std::span<const std::byte> a, std::span<const std::byte> b) noexcept {
  const std::less<const std::byte*> isBefore;
  return isBefore(a.data(), b.data() + b.size()) && isBefore(b.data(), a.data() + a.size());
}

}  // namespace

TransportError tlsError(Step step, const tls::Error& error) {
  return {.step = step,
          .systemError = 0,
          .message = error.message,
          .tls = TlsFailure{.fault = error.kind, .alert = error.alert}};
}

/// A call of the transport below, or of the loop: a release from within waits for its end.
class TlsTransport::Call {
 public:
  explicit Call(TlsTransport& transport) noexcept : transport_(transport) { ++transport_.calls_; }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  ~Call() {
    if (--transport_.calls_ == 0 && transport_.isReleased_) delete &transport_;
  }

 private:
  TlsTransport& transport_;
};

TransportPtr TlsTransport::adopt(loop::EventLoop& loop, TransportPtr inner, tls::Engine engine,
                                 Rest rest) {
  return TransportPtr(new TlsTransport(loop, std::move(inner), std::move(engine), std::move(rest)));
}

TlsTransport::TlsTransport(loop::EventLoop& loop, TransportPtr inner, tls::Engine engine, Rest rest)
    : loop_(loop),
      inner_(std::move(inner)),
      engine_(std::move(engine)),
      received_(std::move(rest.received)),
      unsent_(std::move(rest.unsent)) {
  inner_->setListener(this);
}

// ---- Reading ----

/// Is there anything that can be told without the transport below?
bool TlsTransport::hasSomethingToTell() const noexcept {
  return !received_.empty() || engine_.state() != EngineState::Open || engine_.hasPlaintext();
}

void TlsTransport::resumeReading() {
  wantsBytes_ = true;
  if (!isReading() || isDecrypting_) return;
  if (hasSomethingToTell()) {
    loop_.requestFlush(*this);  // never from within this call
  } else {
    inner_->resumeReading();
  }
}

void TlsTransport::pauseReading() {
  wantsBytes_ = false;
  if (!isClosed_) inner_->pauseReading();
}

std::span<std::byte> TlsTransport::onReadBuffer() {
  return loop_.receiveBuffer().first(kReceiveSize);
}

void TlsTransport::onBytes(std::span<std::byte> bytes) {
  const Call call(*this);
  if (!received_.empty()) {
    received_.append(bytes);
    return deliverReceived();
  }
  std::span<const std::byte> input = bytes;
  decrypt(input);
  if (!isClosed_ && !hasEnded_) received_.append(input);
}

void TlsTransport::deliverReceived() {
  std::span<const std::byte> input = received_.all();
  decrypt(input);
  if (isClosed_) return;
  received_.take(received_.size() - input.size());
}

void TlsTransport::onFlush() {
  const Call call(*this);
  if (isReading()) deliverReceived();
  if (engine_.state() == EngineState::Failed) fail(Step::Write, engine_.error());
}

/// Hands on what the front of `input` holds, for as long as the listener wants it.
void TlsTransport::decrypt(std::span<const std::byte>& input) {
  const TlsBuffer shared;
  isDecrypting_ = true;
  while (isReading()) {
    std::array<std::byte, tls::Engine::kAnswerRoom> answers;  // NOLINT: filled as far as it is used
    tls::OutputBuffer output(answers);
    const std::span<std::byte> into = readBuffer(shared);
    const std::size_t size = engine_.read(input, into, output);
    transmit(output.bytes());
    if (unsent_.size() > kMaxUnsent) {
      fail(Step::Read, {.kind = tls::Error::Kind::Protocol,
                        .message = "the peer provokes more TLS alerts than it reads"});
    } else if (size > 0) {
      listener_->onBytes(into.first(size));
    } else if (engine_.state() == EngineState::Failed) {
      fail(Step::Read, engine_.error());
    } else if (engine_.state() == EngineState::Ended) {
      hasEnded_ = true;
      received_.clear();  // RFC 8446 section 6.1: what follows is ignored
      input = {};
      inner_->pauseReading();
      listener_->onEnd();
    } else if (output.empty()) {
      break;
    }
  }
  isDecrypting_ = false;
  if (isReading()) inner_->resumeReading();  // the listener may have paused for a moment
}

/// Memory of the loop that the listener may have chosen is where the records lie.
std::span<std::byte> TlsTransport::readBuffer(const TlsBuffer& shared) const {
  const std::span<std::byte> wanted = listener_->onReadBuffer();
  if (wanted.empty()) return shared.bytes().first(kPlainSize);
  if (!overlap(wanted, loop_.receiveBuffer())) return wanted;
  return shared.bytes().first(std::min(wanted.size(), kPlainSize));
}

void TlsTransport::onEnd() {
  const Call call(*this);
  if (hasEnded_ || isClosed_) return;
  engine_.endOfInput();
  fail(Step::Read, engine_.error());
}

// ---- Writing ----

std::size_t TlsTransport::write(std::span<const protocol::OutputPiece> pieces) {
  if (isClosed_ || finish_ != Finish::NotYet) return 0;
  tls::RecordSource source(pieces);
  const TlsBuffer shared;
  std::size_t accepted = 0;
  while (!source.empty() && unsent_.empty()) {
    tls::OutputBuffer output(shared.bytes());
    const std::size_t encrypted = engine_.write(source, output);
    transmit(output.bytes());
    accepted += encrypted;
    if (encrypted > 0) continue;
    loop_.requestFlush(*this);  // it failed, which is told there
    return accepted;
  }
  if (!source.empty()) wantsWritable_ = true;
  return accepted;
}

void TlsTransport::transmit(std::span<const std::byte> records) {
  if (records.empty()) return;
  std::size_t taken = 0;
  if (unsent_.empty()) {
    const protocol::OutputPiece piece{records.data(), records.size()};
    taken = inner_->write({&piece, 1});
  }
  unsent_.append(records.subspan(taken));
}

void TlsTransport::onWritable() {
  const Call call(*this);
  const protocol::OutputPiece piece{unsent_.all().data(), unsent_.size()};
  if (!unsent_.empty()) unsent_.take(inner_->write({&piece, 1}));
  if (!unsent_.empty()) return;
  finishInner();
  if (!std::exchange(wantsWritable_, false)) return;
  listener_->onWritable();
}

// ---- The end ----

void TlsTransport::finish() {
  if (isClosed_ || finish_ != Finish::NotYet) return;
  finish_ = Finish::Wanted;
  sayEnd();
  finishInner();
}

void TlsTransport::sayEnd() {
  std::array<std::byte, tls::Engine::kAnswerRoom> answers;  // NOLINT: filled as far as it is used
  tls::OutputBuffer output(answers);
  engine_.close(output);
  transmit(output.bytes());
}

/// Not before all that was accepted is on its way.
void TlsTransport::finishInner() {
  if (finish_ != Finish::Wanted || !unsent_.empty()) return;
  finish_ = Finish::Done;
  inner_->finish();
}

void TlsTransport::onFailed(const TransportError& error) {
  const Call call(*this);
  // The peer's last words may be among what waits, as with a socket.
  if (isReading() && hasSomethingToTell()) deliverReceived();
  if (isClosed_) return;
  close();
  listener_->onFailed(error);
}

void TlsTransport::fail(Step step, const tls::Error& error) {
  if (isClosed_) return;
  const TransportError told = tlsError(step, error);
  close();
  inner_->abort();
  listener_->onFailed(told);
}

void TlsTransport::abort() {
  close();
  inner_->abort();
}

void TlsTransport::close() noexcept {
  isClosed_ = true;
  unlink();
  received_.clear();
  unsent_.clear();
}

void TlsTransport::release() noexcept {
  // RFC 8446 section 6.1: whoever closes says so, unless the connection has failed.
  if (!isClosed_ && finish_ == Finish::NotYet && unsent_.empty()) sayEnd();
  close();
  inner_.reset();
  listener_ = nullptr;
  isReleased_ = true;
  if (calls_ == 0) delete this;
}

}  // namespace parley::transport
