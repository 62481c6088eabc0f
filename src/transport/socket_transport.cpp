#include "transport/socket_transport.hpp"

#include "transport/system_error.hpp"

#include <algorithm>
#include <cerrno>

#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace parley::transport {

namespace {

/// Reads of one socket in one turn at most, as long as each fills its buffer: others wait.
constexpr int kReadsPerTurn = 8;
/// Pieces of one write; connections offer about eight.
constexpr std::size_t kPieces = 64;

#ifdef MSG_NOSIGNAL
constexpr int kSendFlags = MSG_NOSIGNAL;
#else
constexpr int kSendFlags = 0;  // SO_NOSIGPIPE is set on the socket instead
#endif

bool wouldBlock(int error) {
  return error == EAGAIN || error == EWOULDBLOCK;
}

}  // namespace

// ---- Making one ----

Result<SocketTransport*, Socket::Error> SocketTransport::make(loop::EventLoop& loop,
                                                              Socket socket) {
  auto* self = new SocketTransport(loop);
  if (const int status = uv_poll_init(&loop.uv(), &self->poll_, socket.fd())) {
    delete self;
    return Socket::Error{-status};
  }
  self->poll_.data = self;
  self->fd_ = socket.detach();
  uv_unref(reinterpret_cast<uv_handle_t*>(&self->poll_));
  loop.holdOpen();
  return self;
}

Result<TransportPtr, Socket::Error> SocketTransport::adopt(loop::EventLoop& loop, Socket socket) {
  auto made = make(loop, std::move(socket));
  if (!made) return made.error();
  return TransportPtr(*made);
}

Result<TransportPtr, Socket::Error> SocketTransport::connect(loop::EventLoop& loop,
                                                             const SocketAddress& address) {
  auto socket = Socket::make(address.family());
  if (!socket) return socket.error();
  if (address.family() != AF_UNIX) socket->sendAtOnce();
  // EINTR: the connection goes on being made, as with EINPROGRESS.
  if (::connect(socket->fd(), address.data(), address.size()) != 0 && errno != EINPROGRESS &&
      errno != EINTR) {
    return Socket::Error{errno};
  }
  auto made = make(loop, std::move(*socket));
  if (!made) return made.error();
  (*made)->isConnecting_ = true;
  loop.requestFlush(**made);
  return TransportPtr(*made);
}

/// Within one machine connect() has done all by now: then nothing needs to be watched.
void SocketTransport::lookWhetherConnected() {
  if (SocketAddress::peerOf(fd_)) {
    isConnecting_ = false;
    listener_->onWritable();
  } else {
    wantsWritable_ = true;
    watch();
  }
}

// ---- What is watched ----

/// Pauses are short, mostly: one that is over before anything arrives costs no system call, because
/// until then the socket goes on being watched.
void SocketTransport::watch() noexcept {
  if (isClosed_) return;
  const bool isPaused = !wantsBytes_ && !hasEnded_;
  const int events = (isReading() ? UV_READABLE : 0) | (isPaused ? watched_ & UV_READABLE : 0) |
                     (wantsWritable_ ? UV_WRITABLE : 0);
  if (events != watched_) watchFor(events);
}

void SocketTransport::watchFor(int events) noexcept {
  watched_ = static_cast<std::uint8_t>(events & (UV_READABLE | UV_WRITABLE));
  if (events == 0) {
    uv_poll_stop(&poll_);
    return;
  }
  uv_poll_start(&poll_, events, [](uv_poll_t* poll, int status, int ready) {
    static_cast<SocketTransport*>(poll->data)->onReady(status, ready);
  });
}

void SocketTransport::resumeReading() {
  wantsBytes_ = true;
  watch();
}

void SocketTransport::pauseReading() {
  wantsBytes_ = false;
}

void SocketTransport::onReady(int status, int events) {
  if (status == 0 && events == UV_READABLE && isReading()) [[likely]] {
    read(ReadUntil::Fair);
    if (!isReading() || wantsWritable_) watch();
    return;
  }
  if (status != 0) watched_ = 0;  // libuv has stopped to watch a socket with an error
  // What comes in a pause is for later, errors included: there may be bytes before them.
  if ((events & UV_READABLE) && !isReading()) watchFor(watched_ & ~UV_READABLE);
  if (!isReading() && !wantsWritable_) return;
  // A connect() that failed is ready without an error on some systems.
  if (status != 0 || isConnecting_) {
    if (const int error = Socket::takeError(fd_)) return onError(error);
  }
  if ((events & UV_READABLE) && isReading()) read(ReadUntil::Fair);
  if ((events & UV_WRITABLE) && wantsWritable_ && !isClosed_) {
    wantsWritable_ = isConnecting_ = false;
    listener_->onWritable();
  }
  watch();
}

void SocketTransport::onError(int error) {
  using Step = TransportError::Step;
  if (isConnecting_) return fail(Step::Connect, error);
  failAfterReading(isReading() ? Step::Read : Step::Write, error);
}

// ---- Reading ----

SocketTransport::ReadResult SocketTransport::read(ReadUntil until) {
  for (int reads = 0; until == ReadUntil::Error || reads < kReadsPerTurn; ++reads) {
    const ReadResult result = readOnce(until);
    if (result != ReadResult::More) return result;
  }
  return ReadResult::More;
}

SocketTransport::ReadResult SocketTransport::readOnce(ReadUntil until) {
  std::span<std::byte> buffer = listener_->onReadBuffer();
  if (buffer.empty()) buffer = loop_.receiveBuffer();
  const ssize_t size = ::recv(fd_, buffer.data(), buffer.size(), 0);
  if (size > 0) {
    const auto received = static_cast<std::size_t>(size);
    listener_->onBytes(buffer.first(received));
    if (!isReading()) return ReadResult::Stopped;
    // A read that leaves room has taken all there was; asking again would cost a call to hear so.
    const bool isAll = until == ReadUntil::Fair && received < buffer.size();
    return isAll ? ReadResult::Drained : ReadResult::More;
  }
  if (size == 0) {
    if (until == ReadUntil::Error) return ReadResult::Drained;  // what follows is the error
    hasEnded_ = true;
    listener_->onEnd();
    return ReadResult::Stopped;
  }
  const int error = errno;
  if (error == EINTR) return ReadResult::More;
  if (wouldBlock(error)) return ReadResult::Drained;
  fail(TransportError::Step::Read, error);
  return ReadResult::Failed;
}

// ---- Writing ----

std::size_t SocketTransport::write(std::span<const protocol::OutputPiece> pieces) {
  std::size_t accepted = 0;
  while (!pieces.empty() && !isClosed_ && !isFinished_ && writeError_ == 0) {
    const auto batch = pieces.first(std::min(pieces.size(), kPieces));
    std::size_t offered = 0;
    for (const protocol::OutputPiece& piece : batch) offered += piece.size;
    const std::size_t taken = send(batch, offered);
    accepted += taken;
    if (taken < offered) break;
    pieces = pieces.subspan(batch.size());
  }
  return accepted;
}

namespace {

/// A single piece, which most writes are, spares the kernel the reading of two structures.
ssize_t sendPieces(int socket, std::span<const protocol::OutputPiece> pieces) noexcept {
  if (pieces.size() == 1) [[likely]]
    return ::send(socket, pieces.front().data, pieces.front().size, kSendFlags);
  iovec vectors[kPieces];
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    vectors[i] = {const_cast<std::byte*>(pieces[i].data), pieces[i].size};
  }
  msghdr message{};
  message.msg_iov = vectors;
  message.msg_iovlen = static_cast<decltype(message.msg_iovlen)>(pieces.size());
  return ::sendmsg(socket, &message, kSendFlags);
}

}  // namespace

/// Up-calls wait for the loop: this is inside a call of the owner.
std::size_t SocketTransport::send(std::span<const protocol::OutputPiece> pieces,
                                  std::size_t offered) {
  if (offered == 0) return 0;
  ssize_t size = 0;
  do {
    size = sendPieces(fd_, pieces);
  } while (size < 0 && errno == EINTR);
  const int error = size < 0 ? errno : 0;
  if (error != 0 && !wouldBlock(error) && error != ENOBUFS) {
    writeError_ = static_cast<std::uint16_t>(error);
    wantsWritable_ = false;
    loop_.requestFlush(*this);
    return 0;
  }
  const std::size_t taken = size < 0 ? 0 : static_cast<std::size_t>(size);
  if (taken < offered) {
    wantsWritable_ = true;
    watch();
  }
  return taken;
}

void SocketTransport::onFlush() {
  if (isConnecting_) return lookWhetherConnected();
  failAfterReading(TransportError::Step::Write, writeError_);
}

void SocketTransport::finish() {
  if (isClosed_ || isFinished_) return;
  isFinished_ = true;
  // What was accepted is with the kernel already, which sends it before the FIN.
  ::shutdown(fd_, SHUT_WR);
}

// ---- The end ----

/// A peer that says its last words and resets the connection still is heard: a Close frame may be
/// among them. Who does not read now, though, because it can't write, has to hear of the failure
/// instead.
void SocketTransport::failAfterReading(TransportError::Step step, int systemError) {
  if (isReading()) read(ReadUntil::Error);
  fail(step, systemError);
}

void SocketTransport::fail(TransportError::Step step, int systemError) {
  if (isClosed_) return;
  const TransportError error = makeError(step, systemError, description());
  close();
  listener_->onFailed(error);
}

void SocketTransport::abort() {
  close();
}

void SocketTransport::close() noexcept {
  if (isClosed_) return;
  isClosed_ = true;
  unlink();
  // In this order, and both now: later, the number of the descriptor may be someone else's.
  uv_close(reinterpret_cast<uv_handle_t*>(&poll_), [](uv_handle_t* handle) {
    auto* self = static_cast<SocketTransport*>(handle->data);
    self->isHandleClosed_ = true;
    if (self->isReleased_) delete self;
  });
  ::close(fd_);
}

void SocketTransport::release() noexcept {
  listener_ = nullptr;
  close();
  isReleased_ = true;
  loop_.letGo();
  if (isHandleClosed_) delete this;
}

std::string SocketTransport::description() const {
  const auto peer = isClosed_ ? std::nullopt : SocketAddress::peerOf(fd_);
  return peer ? peer->text() : "a disconnected peer";
}

}  // namespace parley::transport
