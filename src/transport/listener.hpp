#pragma once

#include "bytes/result.hpp"
#include "transport/transport.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <variant>

namespace parley::loop {
class EventLoop;
}

namespace parley::transport {

/// Does a socket on an IPv6 address also take IPv4 connections (as ::ffff:a.b.c.d)?
enum class IpVersions : std::uint8_t { Ipv6Only, Both };
/// May several listeners, one for each loop, share a port (SO_REUSEPORT)? All of them must say so.
enum class PortUse : std::uint8_t { Exclusive, Shared };

/// Where to listen for TCP connections.
struct TcpAddress {
  /// An address, IPv6 with or without brackets, or a name (resolved on the spot, which may block).
  std::string host = "127.0.0.1";
  /// 0: the system chooses; see Listener::port().
  std::uint16_t port = 0;
  /// Only for IPv6 addresses.
  IpVersions ipVersions = IpVersions::Both;
  PortUse portUse = PortUse::Exclusive;
};

/// Where to listen for Unix domain connections. A socket file that nobody listens on is removed
/// first, a live one is refused; ours is removed when the listener is released.
struct UnixAddress {
  std::string path;
};

using ListenAddress = std::variant<TcpAddress, UnixAddress>;

/// Who hears of a listener, from the loop. The listener may be released from there.
class AcceptHandler {
 public:
  /// `transport` does not read yet and has no listener yet.
  virtual void onAccepted(TransportPtr transport) = 0;
  /// Out of descriptors or memory: connections wait in the backlog, the listener tries again by
  /// itself in a while. Told at each failed attempt.
  virtual void onAcceptPaused(const TransportError& error) = 0;

 protected:
  ~AcceptHandler() = default;
};

/// A listening socket. Keeps the loop going until it is released.
class Listener {
 public:
  /// Connections that the kernel holds for us; it cuts this to its own limit (net.core.somaxconn).
  static constexpr int kBacklog = 4096;

  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// The actual port; 0 for a Unix domain socket.
  [[nodiscard]] virtual std::uint16_t port() const noexcept = 0;
  /// "127.0.0.1:8080", "[::]:8080", "unix:/run/x"
  [[nodiscard]] virtual std::string description() const = 0;
  /// Stops and resumes accepting; connections wait in the backlog meanwhile.
  virtual void pause() = 0;
  virtual void resume() = 0;

 protected:
  Listener() = default;
  virtual ~Listener() = default;

 private:
  friend struct ListenerReleaser;
  virtual void release() noexcept = 0;
};

/// Releasing closes the socket; allowed inside the listener's own calls. What was accepted stays.
struct ListenerReleaser {
  void operator()(Listener* listener) const noexcept { listener->release(); }
};
using ListenerPtr = std::unique_ptr<Listener, ListenerReleaser>;

/// Listens at `address` and accepts from the next turn on. `handler` must outlive the listener. The
/// error's message reads "listen on 127.0.0.1:80: permission denied", "...: address already in
/// use".
[[nodiscard]] Result<ListenerPtr, TransportError> listen(loop::EventLoop& loop,
                                                         const ListenAddress& address,
                                                         AcceptHandler& handler);

/// Makes a connected stream socket of someone else's a transport. It is closed if that fails.
[[nodiscard]] Result<TransportPtr, TransportError> adopt(loop::EventLoop& loop, int descriptor);

}  // namespace parley::transport
