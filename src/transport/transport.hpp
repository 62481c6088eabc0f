#pragma once

#include <parley/protocol/connection_event.hpp>
#include <parley/tls.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace parley::transport {

/// Why there is no transport, or no longer.
struct TransportError {
  /// What was being done. Secure: the handshake of TLS.
  enum class Step : std::uint8_t { Resolve, Connect, Listen, Accept, Secure, Read, Write };

  Step step = Step::Connect;
  /// The errno value; 0 if the cause is none (a name that does not resolve).
  int systemError = 0;
  /// For the programmer: "connect to 127.0.0.1:9: connection refused".
  std::string message;
  /// The name of the option whose limit was hit, a literal like "connectTimeout"; empty if none.
  std::string_view limit = {};
  /// What was wrong with TLS, if that was it.
  std::optional<TlsFailure> tls = {};
};

/// Who hears of a transport. Every call comes from the loop, never from within a call on the
/// transport. From each of them the transport may be used, paused, aborted and released.
class TransportListener {
 public:
  /// Where the next bytes are best read to; empty: anywhere. Must stay valid until the onBytes()
  /// that follows at once, or until this call is made again.
  virtual std::span<std::byte> onReadBuffer() { return {}; }
  /// Bytes arrived: at the front of what onReadBuffer() gave, or in memory that is shared by all
  /// transports of the loop and only valid during this call. They may be changed in place. At least
  /// one.
  virtual void onBytes(std::span<std::byte> bytes) = 0;
  /// Once after each write() that accepted fewer bytes than it was offered.
  virtual void onWritable() = 0;
  /// The peer will send no more. Writing still works. At most once.
  virtual void onEnd() = 0;
  /// The transport is of no use any more; nothing follows. Not after a call to abort().
  virtual void onFailed(const TransportError& error) = 0;

 protected:
  ~TransportListener() = default;
};

/// An ordered stream of bytes to a peer: a socket, TLS over one, a tunnel, a pipe in memory. One
/// owner and one listener. All calls on the loop's thread. Keeps the loop going until it is
/// released.
class Transport {
 public:
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  /// Must be set before anything else; it must outlive the transport or be replaced. nullptr: what
  /// would be told is lost, so only on the way to another one.
  virtual void setListener(TransportListener* listener) = 0;
  /// A new transport does not read.
  virtual void resumeReading() = 0;
  /// No onBytes() and no onEnd() until resumeReading().
  virtual void pauseReading() = 0;
  /// Writes the pieces in order.
  /// @return how many bytes were accepted: they need no second offer. If fewer than offered,
  /// onWritable() follows once it is worth to try again, or onFailed(). 0 after finish() or a
  /// failure.
  [[nodiscard]] virtual std::size_t write(std::span<const protocol::OutputPiece> pieces) = 0;
  /// Tells the peer that no more comes (FIN), after what was accepted. Reading goes on.
  virtual void finish() = 0;
  /// Drops the connection now; nothing is told any more.
  virtual void abort() = 0;
  /// The peer, for logs: "192.0.2.1:443", "[::1]:80", "unix:/run/x".
  [[nodiscard]] virtual std::string description() const = 0;

 protected:
  Transport() = default;
  virtual ~Transport() = default;

 private:
  friend struct TransportReleaser;
  /// Gives it up. Its memory may live on until handles are closed; nothing is told any more.
  virtual void release() noexcept = 0;
};

/// Releasing closes the connection; allowed inside the transport's own calls to its listener.
struct TransportReleaser {
  void operator()(Transport* transport) const noexcept { transport->release(); }
};
using TransportPtr = std::unique_ptr<Transport, TransportReleaser>;

}  // namespace parley::transport
