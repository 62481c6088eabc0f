#pragma once

#include "handshake/http_tunnel.hpp"
#include "handshake/socks5.hpp"
#include "transport/transport.hpp"

#include <parley/protocol/handshake_failure.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace parley::loop {
class EventLoop;
}

namespace parley::transport {

/// What a proxy is asked for, and in which protocol.
struct TunnelRequest {
  /// An HTTP request's cnonce is filled in from the loop's entropy.
  std::variant<handshake::HttpTunnelRequest, handshake::Socks5Request> target;
  /// For the answers of an HTTP proxy; those of SOCKS are bounded by themselves.
  protocol::HandshakeLimits limits = {};
};

/// Why a proxy made no tunnel.
struct TunnelFailure {
  /// What was being done: "HTTP CONNECT" or "SOCKS5".
  std::string_view stage;
  /// The proxy's address as its transport describes it: "192.0.2.1:3128".
  std::string proxy;
  /// One sentence: "the proxy answered 403 Forbidden to CONNECT example.com:443".
  std::string message;
  /// An HTTP proxy's status, reason, fields and body, or a SOCKS proxy's reply.
  std::variant<handshake::HttpTunnelFailure, handshake::Socks5Failure> cause;
  /// Set when the connection to the proxy broke.
  std::optional<TransportError> transportError = {};
};

/// Who hears of a tunnel, from the loop, never from within a call on it. The tunnel may be released
/// from each of these.
class TunnelListener {
 public:
  /// The last call. `transport` leads to the target; it does not read yet and has no listener yet.
  /// What the target has sent already is the first that it tells.
  virtual void onTunnelOpen(TransportPtr transport) = 0;
  /// The proxy wants credentials, which we have, but has ended the connection: make a new one to it
  /// and give it to Tunnel::continueOver(), or release the tunnel. At most twice.
  virtual void onTunnelReconnect() = 0;
  /// The last call.
  virtual void onTunnelFailed(TunnelFailure&& failure) = 0;

 protected:
  ~TunnelListener() = default;
};

/// A tunnel being made. Keeps the loop going until it is released. It has no deadline: release it
/// when it takes too long.
class Tunnel {
 public:
  Tunnel(const Tunnel&) = delete;
  Tunnel& operator=(const Tunnel&) = delete;

  /// Once after each onTunnelReconnect().
  /// @param transport to the same proxy, neither read from nor written to
  virtual void continueOver(TransportPtr transport) = 0;
  /// For who gives up: the refusal whose body was still coming, as that says more than that it took
  /// too long. Nothing is told any more if there is one.
  [[nodiscard]] virtual std::optional<TunnelFailure> takeRefusal() = 0;

 protected:
  Tunnel() = default;
  virtual ~Tunnel() = default;

 private:
  friend struct TunnelReleaser;
  virtual void release() noexcept = 0;
};

/// Releasing cancels: nothing is told any more, and the connection to the proxy is closed.
struct TunnelReleaser {
  void operator()(Tunnel* tunnel) const noexcept { tunnel->release(); }
};
using TunnelPtr = std::unique_ptr<Tunnel, TunnelReleaser>;

/// Asks the proxy at the other end of `transport` (TCP, or TLS over it) for a tunnel. `transport`
/// has not been read from or written to. `listener` must outlive the tunnel.
[[nodiscard]] TunnelPtr openTunnel(loop::EventLoop& loop, TransportPtr transport,
                                   TunnelRequest request, TunnelListener& listener);

}  // namespace parley::transport
