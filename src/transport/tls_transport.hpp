#pragma once

#include "loop/event_loop.hpp"
#include "tls/engine.hpp"
#include "transport/kept_bytes.hpp"
#include "transport/transport.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace parley::transport {

class TlsBuffer;

/// TLS over another transport, once its handshake is done (see tls_handshake.hpp).
///
/// What comes is decrypted from where the transport below has read it to, into memory that all
/// share or that the listener gives. What goes is gathered into records, and many of those into one
/// write. Only what could not go on yet is kept, and an idle connection keeps nothing.
///
/// onEnd() comes with the alert that announces the end (close_notify). An end without it is a
/// failure, after all that came before it: what was sent may be cut short.
class TlsTransport final : public Transport, private TransportListener, private loop::Flushable {
 public:
  /// What a handshake leaves behind.
  struct Rest {
    KeptBytes received;  ///< and not decrypted
    KeptBytes unsent;    ///< because the transport below did not take it; it will tell of room
  };

  /// @param engine is Open
  /// @param inner does not read
  static TransportPtr adopt(loop::EventLoop& loop, TransportPtr inner, tls::Engine engine,
                            Rest rest);

  void setListener(TransportListener* listener) override { listener_ = listener; }
  void resumeReading() override;
  void pauseReading() override;
  [[nodiscard]] std::size_t write(std::span<const protocol::OutputPiece> pieces) override;
  void finish() override;
  void abort() override;
  [[nodiscard]] std::string description() const override { return inner_->description(); }

 private:
  class Call;
  enum class Finish : std::uint8_t { NotYet, Wanted, Done };

  TlsTransport(loop::EventLoop& loop, TransportPtr inner, tls::Engine engine, Rest rest);
  ~TlsTransport() override = default;
  void release() noexcept override;

  std::span<std::byte> onReadBuffer() override;
  void onBytes(std::span<std::byte> bytes) override;
  void onWritable() override;
  void onEnd() override;
  void onFailed(const TransportError& error) override;
  void onFlush() override;

  [[nodiscard]] bool isReading() const noexcept { return wantsBytes_ && !hasEnded_ && !isClosed_; }
  [[nodiscard]] bool hasSomethingToTell() const noexcept;
  void decrypt(std::span<const std::byte>& input);
  void deliverReceived();
  [[nodiscard]] std::span<std::byte> readBuffer(const TlsBuffer& shared) const;
  void transmit(std::span<const std::byte> records);
  void sayEnd();
  void finishInner();
  void fail(TransportError::Step step, const tls::Error& error);
  void close() noexcept;

  loop::EventLoop& loop_;
  TransportPtr inner_;
  TransportListener* listener_ = nullptr;
  tls::Engine engine_;
  KeptBytes received_;  // records that nobody wanted the content of yet
  KeptBytes unsent_;    // records that the transport below did not take
  std::uint32_t calls_ = 0;
  Finish finish_ = Finish::NotYet;
  bool wantsWritable_ = false;
  bool wantsBytes_ : 1 = false;
  bool isDecrypting_ : 1 = false;
  bool hasEnded_ : 1 = false;  // and the listener knows
  bool isClosed_ : 1 = false;  // no up-calls any more
  bool isReleased_ : 1 = false;
};

/// "truncated: ..." of the engine, as the error of a transport.
[[nodiscard]] TransportError tlsError(TransportError::Step step, const tls::Error& error);

}  // namespace parley::transport
