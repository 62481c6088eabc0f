#include "server/http_connection.hpp"

#include "loop/event_loop.hpp"
#include "server/answer.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace parley {

using Handshake = protocol::ServerHandshake;

namespace {

/// Read at a time: what is pipelined behind a request is kept while that is answered.
constexpr std::size_t kReadSize = std::size_t{16} * 1024;
/// Kept of what a client sends before its upgrade is decided, which it should not (RFC 6455 section
/// 4.1); then it has to wait.
constexpr std::size_t kEarlySize = std::size_t{16} * 1024;
/// Read of a file at a time.
constexpr std::size_t kFilePiece = std::size_t{64} * 1024;
/// How long, and for how many bytes, a client may go on sending after the last answer. Closing a
/// socket with unread bytes resets the connection, and the answer would be lost with it (RFC 9112
/// section 9.6).
constexpr std::chrono::milliseconds kLingerTime{2000};
constexpr std::size_t kLingerSize = std::size_t{256} * 1024;

}  // namespace

HttpConnection::HttpConnection(std::shared_ptr<ServerCore> core, transport::TransportPtr transport)
    : core_(std::move(core)),
      transport_(std::move(transport)),
      handshake_(core_->handshakeLimits()) {
  transport_->setListener(this);
}

void HttpConnection::secure(std::shared_ptr<const tls::ServerContext> context) {
  state_ = State::Securing;
  wire_ = server::Wire::Tls;
  tlsHandshake_ = transport::secure(core_->eventLoop(), std::move(transport_),
                                    tls::ServerSettings{std::move(context)}, *this);
}

void HttpConnection::start(std::vector<std::byte> received) {
  arm(core_->options().handshakeTimeout);
  if (state_ != State::Reading) return;
  if (received.empty()) return read(Reading::Running);
  core_->eventLoop().queueTask([self = weak_from_this(), received = std::move(received)]() mutable {
    const auto connection = self.lock();
    if (!connection || connection->state_ != State::Reading) return;
    connection->read(Reading::Running);
    connection->onBytes(received);
  });
}

void HttpConnection::refuse() {
  isRefused_ = true;
  arm(core_->options().handshakeTimeout);
  if (state_ == State::Reading) refuseWith(server::plainAnswer(503));
}

/// The deadline of the handshake goes on: it is that of the first request, too.
void HttpConnection::onSecured(transport::TransportPtr transport, const tls::Agreement&) {
  const auto self = shared_from_this();
  tlsHandshake_.reset();
  transport_ = std::move(transport);
  transport_->setListener(this);
  state_ = State::Reading;
  if (isRefused_) return refuseWith(server::plainAnswer(503));
  read(Reading::Running);
}

void HttpConnection::onTlsFailed(const transport::TransportError&) {
  const auto self = shared_from_this();
  ++core_->counted().failedTlsHandshakes;
  drop();
}

void HttpConnection::beginShutdown() {
  switch (state_) {
    case State::Securing:
      return drop();
    case State::Reading:
      if (!handshake_.hasPartialHead()) drop();
      return;
    case State::Deciding:
      return refuseWith(server::plainAnswer(503));
    case State::Answering:
    case State::Lingering:
    case State::Closed:
      return;
  }
}

void HttpConnection::drop() {
  if (state_ == State::Closed) return;
  transport_.reset();
  tlsHandshake_.reset();
  leave();
}

/// What is left of it may still be at work, up the stack.
void HttpConnection::leave() {
  const auto self = shared_from_this();
  state_ = State::Closed;
  loop::EventLoop::cancel(*this);
  file_.reset();
  core_->remove(*this);
}

void HttpConnection::read(Reading reading) {
  if (std::exchange(reading_, reading) == reading) return;
  switch (reading) {
    case Reading::Running:
      return transport_->resumeReading();
    case Reading::Paused:
      return transport_->pauseReading();
  }
}

/// By the clock, as a handler may have run since the turn began.
void HttpConnection::arm(std::chrono::milliseconds time) {
  loop::EventLoop::cancel(*this);
  core_->eventLoop().schedule(*this, later(core_->eventLoop().updateNow(), time));
}

// ---- What comes ----

std::span<std::byte> HttpConnection::onReadBuffer() {
  return core_->eventLoop().receiveBuffer().first(kReadSize);
}

void HttpConnection::onBytes(std::span<std::byte> bytes) {
  const auto self = shared_from_this();
  switch (state_) {
    case State::Reading:
      handshake_.receive(bytes);  // takes all, and keeps what is behind the head
      return advance();
    case State::Deciding:
      return keepEarly(bytes);
    case State::Lingering:
      return discard(bytes.size());
    case State::Securing:
    case State::Answering:
    case State::Closed:
      return;
  }
}

/// They are frames, if the upgrade is accepted; else nothing. Reading goes on as long as there is
/// room, as only who reads hears that the client has gone.
void HttpConnection::keepEarly(std::span<const std::byte> bytes) {
  early_.insert(early_.end(), bytes.begin(), bytes.end());
  if (early_.size() >= kEarlySize) read(Reading::Paused);
}

void HttpConnection::discard(std::size_t size) {
  discarded_ += size;
  // Not reset yet: the client may still be reading our answer. It just can't send on.
  if (discarded_ >= kLingerSize) read(Reading::Paused);
}

void HttpConnection::onEnd() {
  const auto self = shared_from_this();
  // Half a head will not become a whole one. A client that ends its side before the 101 can't speak
  // WebSocket any more (RFC 6455 section 7.1.1 has both sides end with Close frames). And what
  // lingers has heard our answer.
  drop();
}

void HttpConnection::onFailed(const transport::TransportError&) {
  const auto self = shared_from_this();
  drop();
}

void HttpConnection::onDeadline(protocol::Time) {
  const auto self = shared_from_this();
  switch (state_) {
    case State::Securing:
      ++core_->counted().failedTlsHandshakes;
      return drop();
    case State::Reading:
      if (!handshake_.hasPartialHead()) return drop();  // idle
      return refuseWith(server::plainAnswer(408));
    case State::Deciding:
      return refuseWith(server::plainAnswer(503));
    case State::Answering:
    case State::Lingering:
      return drop();
    case State::Closed:
      return;
  }
}

/// Answers what has been read, for as long as that needs nobody else.
void HttpConnection::advance() {
  if (std::exchange(isAdvancing_, true)) return;
  while (state_ == State::Reading && handshake_.state() != Handshake::State::NeedsMore) {
    switch (handshake_.state()) {
      case Handshake::State::HttpRequest:
        answerRequest();
        break;
      case Handshake::State::UpgradeRequest:
        answerUpgrade();
        break;
      case Handshake::State::Invalid:
        answerInvalid();
        break;
      case Handshake::State::NeedsMore:
      case Handshake::State::Accepted:
      case Handshake::State::Closed:
        assert(false && "the connection would not be reading");
        return;
    }
  }
  isAdvancing_ = false;
  if (state_ == State::Reading) read(Reading::Running);
}

// ---- What goes ----

/// Writes an answer, or its head if `file_` follows.
void HttpConnection::send(std::string bytes) {
  state_ = State::Answering;
  out_ = std::move(bytes);
  written_ = 0;
  arm(core_->options().handshakeTimeout);
  flush();
}

/// @return is everything out?
bool HttpConnection::writeOut() {
  const std::string_view rest = std::string_view(out_).substr(written_);
  const protocol::OutputPiece piece{reinterpret_cast<const std::byte*>(rest.data()), rest.size()};
  const std::size_t accepted = rest.empty() ? 0 : transport_->write({&piece, 1});
  written_ += accepted;
  return accepted == rest.size();
}

void HttpConnection::flush() {
  if (!writeOut()) return read(Reading::Paused);  // and onWritable() follows
  out_ = {};
  if (file_) return sendMoreOfFile();
  answered();
}

void HttpConnection::onWritable() {
  const auto self = shared_from_this();
  if (state_ != State::Answering) return;
  arm(core_->options().handshakeTimeout);  // it takes something, however slowly
  flush();
  advance();
}

void HttpConnection::sendMoreOfFile() {
  const std::uint64_t left = file_->size() - fileOffset_;
  if (left == 0) {
    file_.reset();
    return answered();
  }
  read(Reading::Paused);
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left, kFilePiece));
  server::readFile(core_->eventLoop(), file_, fileOffset_, size,
                   [self = weak_from_this()](std::optional<std::string> bytes) {
                     if (const auto connection = self.lock()) {
                       connection->onFileRead(std::move(bytes));
                     }
                   });
}

void HttpConnection::onFileRead(std::optional<std::string> bytes) {
  if (state_ != State::Answering) return;
  // It has become shorter: the length that we announced can only be belied by cutting.
  if (!bytes || bytes->empty()) return drop();
  fileOffset_ += bytes->size();
  send(std::move(*bytes));
  advance();
}

void HttpConnection::answered() {
  if (handshake_.state() == Handshake::State::Closed) return linger();
  // Until a head is complete there is nothing to say about it, and nobody to wait for.
  const bool isIdle =
      handshake_.state() == Handshake::State::NeedsMore && !handshake_.hasPartialHead();
  if (isIdle && core_->isShuttingDown()) return linger();
  state_ = State::Reading;
  arm(core_->options().handshakeTimeout);
}

void HttpConnection::linger() {
  state_ = State::Lingering;
  early_ = {};
  transport_->finish();
  arm(kLingerTime);
  read(Reading::Running);
}

}  // namespace parley
