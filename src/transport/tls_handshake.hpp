#pragma once

#include "tls/engine.hpp"
#include "tls/settings.hpp"
#include "transport/transport.hpp"

#include <memory>

namespace parley::loop {
class EventLoop;
}

namespace parley::transport {

/// Who hears of a TLS handshake: one of the two, once, from the loop, never from within secure().
/// The handshake may be released from there.
class TlsListener {
 public:
  /// `transport` does not read yet and has no listener yet.
  virtual void onSecured(TransportPtr transport, const tls::Agreement& agreement) = 0;
  /// `error.tls` says what was wrong with TLS; without it, the transport below failed. The peer has
  /// been told, if there was a way.
  virtual void onTlsFailed(const TransportError& error) = 0;

 protected:
  ~TlsListener() = default;
};

/// A TLS handshake under way, over a transport that it owns. It has no deadline: release it when it
/// takes too long.
class TlsHandshake {
 public:
  TlsHandshake(const TlsHandshake&) = delete;
  TlsHandshake& operator=(const TlsHandshake&) = delete;

 protected:
  TlsHandshake() = default;
  virtual ~TlsHandshake() = default;

 private:
  friend struct TlsHandshakeReleaser;
  virtual void release() noexcept = 0;
};

/// Releasing cancels: the transport is closed and nothing is told any more.
struct TlsHandshakeReleaser {
  void operator()(TlsHandshake* handshake) const noexcept { handshake->release(); }
};
using TlsHandshakePtr = std::unique_ptr<TlsHandshake, TlsHandshakeReleaser>;

/// Makes a TLS connection over `inner`. `listener` must outlive the handshake.
///
/// As a client: the context of equal options is shared (tls::ClientContextCache); files that the
/// options name are read here, on the loop's thread, when they are new.
[[nodiscard]] TlsHandshakePtr secure(loop::EventLoop& loop, TransportPtr inner,
                                     tls::ClientSettings settings, TlsListener& listener);
[[nodiscard]] TlsHandshakePtr secure(loop::EventLoop& loop, TransportPtr inner,
                                     tls::ServerSettings settings, TlsListener& listener);

}  // namespace parley::transport
