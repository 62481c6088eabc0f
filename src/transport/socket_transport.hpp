#pragma once

#include "bytes/result.hpp"
#include "loop/event_loop.hpp"
#include "transport/socket.hpp"
#include "transport/socket_address.hpp"
#include "transport/transport.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

#include <uv.h>

namespace parley::transport {

/// A TCP or Unix domain socket, connected or about to be.
///
/// libuv watches the descriptor (uv_poll_t); reading and writing are ours. libuv's own streams
/// write with write() and writev(), which raise SIGPIPE when the peer has gone, and need a copy of
/// what the socket did not take; sendmsg() with MSG_NOSIGNAL does neither, and nothing has to be
/// done to the signals of the process. It is also the smaller handle.
class SocketTransport final : public Transport, private loop::Flushable {
 public:
  /// Takes a connected socket over. The error is that it can't be watched; it is closed then.
  static Result<TransportPtr, Socket::Error> adopt(loop::EventLoop& loop, Socket socket);
  /// Begins to connect a new socket to `address`. Its listener, to be set at once, hears
  /// onWritable() when it is connected, or onFailed(): with the step Connect, and a message that
  /// can't name the address. Until then nothing may be done with it but to release it.
  static Result<TransportPtr, Socket::Error> connect(loop::EventLoop& loop,
                                                     const SocketAddress& address);

  void setListener(TransportListener* listener) override { listener_ = listener; }
  void resumeReading() override;
  void pauseReading() override;
  [[nodiscard]] std::size_t write(std::span<const protocol::OutputPiece> pieces) override;
  void finish() override;
  void abort() override;
  [[nodiscard]] std::string description() const override;

 private:
  /// How a read went on: there may be more; there is no more for now; the listener or the peer
  /// wants no more to be read; it failed, and that was told.
  enum class ReadResult : std::uint8_t { More, Drained, Stopped, Failed };
  /// When to stop reading: in fairness to other sockets, or when all that arrived before an error
  /// is read.
  enum class ReadUntil : std::uint8_t { Fair, Error };

  explicit SocketTransport(loop::EventLoop& loop) noexcept : loop_(loop) {}
  static Result<SocketTransport*, Socket::Error> make(loop::EventLoop& loop, Socket socket);
  ~SocketTransport() override = default;
  void release() noexcept override;
  void onFlush() override;

  [[nodiscard]] bool isReading() const noexcept { return wantsBytes_ && !hasEnded_ && !isClosed_; }
  void watch() noexcept;
  void watchFor(int events) noexcept;
  void lookWhetherConnected();
  void close() noexcept;
  void onReady(int status, int events);
  void onError(int error);
  ReadResult read(ReadUntil until);
  ReadResult readOnce(ReadUntil until);
  std::size_t send(std::span<const protocol::OutputPiece> pieces, std::size_t offered);
  void failAfterReading(TransportError::Step step, int systemError);
  void fail(TransportError::Step step, int systemError);

  uv_poll_t poll_{};
  loop::EventLoop& loop_;
  TransportListener* listener_ = nullptr;
  int fd_ = -1;
  // One exists per connection: the rest shares four bytes.
  std::uint16_t writeError_ = 0;  // errno value of a write that failed; told when the turn ends
  std::uint8_t watched_ : 2 = 0;  // UV_READABLE and UV_WRITABLE
  bool isConnecting_ : 1 = false;
  bool wantsBytes_ : 1 = false;
  bool wantsWritable_ : 1 = false;
  bool isFinished_ : 1 = false;
  bool hasEnded_ : 1 = false;
  bool isClosed_ : 1 = false;        // closing has begun: no up-calls
  bool isHandleClosed_ : 1 = false;  // libuv is done with it
  bool isReleased_ : 1 = false;
};

}  // namespace parley::transport
