#pragma once

#include "http/authentication.hpp"

#include <parley/headers.hpp>
#include <parley/protocol/handshake_failure.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley::handshake {

/// Where an HTTP proxy shall make a connection to.
struct HttpTunnelRequest {
  /// A name or an address; IPv6 with or without brackets.
  std::string host = {};
  std::uint16_t port = 0;
  /// For a proxy that asks for them: never sent unasked.
  std::optional<http::Credentials> credentials = {};
  http::Hashes hashes = {};
  /// 16 bytes that no one can predict, new for each tunnel.
  http::Authenticator::Nonce cnonce = {};
};

/// Why there is no tunnel.
struct HttpTunnelFailure {
  /// UnexpectedStatus: the proxy's answer was no.
  protocol::HandshakeError error;
  /// One sentence for a developer's log; ASCII. Never our secrets.
  std::string message = {};
  /// What was received of an answer.
  std::optional<std::uint16_t> httpStatus = {};
  std::string reason = {};  ///< the words behind the status, as the proxy wrote them
  Headers headers = {};
  std::string body = {};  ///< the first HandshakeLimits::refusalBodyBytes of it
  /// With the status 407: why it was not answered.
  std::optional<http::AuthenticationError> authentication = {};
};

/// The client's end of CONNECT (RFC 9110 section 9.3.6) without I/O: asks an HTTP proxy for a
/// connection to another host, and answers when it asks for credentials. Deterministic; never
/// throws on what a peer sends.
///
/// @code
/// HttpTunnel tunnel(request);
/// while (tunnel.state() == HttpTunnel::State::NeedsMore) {
///   tunnel.sent(write(tunnel.output()));
///   tunnel.receive(read());
/// }
/// @endcode
class HttpTunnel {
 public:
  enum class State : std::uint8_t {
    NeedsMore,  ///< write output(), give it what is received
    Open,       ///< the connection is one to the host; see takeLeftover()
    Reconnect,  ///< credentials are to be sent, but over a new connection: make one, then call
                ///< reconnected()
    Failed,     ///< see failure(); drop the connection
  };

  /// Starts Failed (InvalidRequest) when a part of the request cannot be sent: nothing that holds a
  /// CR, LF or NUL is ever written.
  explicit HttpTunnel(const HttpTunnelRequest& request,
                      const protocol::HandshakeLimits& limits = {});
  HttpTunnel(HttpTunnel&&) noexcept;
  HttpTunnel& operator=(HttpTunnel&&) noexcept;
  ~HttpTunnel();

  /// The octets to write next; empty when there are none. Lives until the next other call.
  [[nodiscard]] std::string_view output() const noexcept;
  /// That many of them were written. Of an answer that comes before any was, only that to the first
  /// request counts.
  void sent(std::size_t size) noexcept;

  /// Takes received bytes and answers how many it consumed: all of them while it needs more (what
  /// follows a 2xx goes to the leftover), none in any other state.
  std::size_t receive(std::span<const std::byte> bytes);
  /// The proxy ended its side, or the connection broke: completes a refusal whose body was still
  /// coming, repeats a request that a proxy may have closed its connection on, and otherwise fails
  /// with ConnectionClosed.
  void endOfInput();
  /// Only in state Reconnect: there is a new connection, to which output() is to be written.
  void reconnected();

  [[nodiscard]] State state() const noexcept;
  /// A refusal's status, as soon as its head is complete, while the body is still collected.
  [[nodiscard]] std::optional<std::uint16_t> refusalStatus() const noexcept;
  /// In state Open: what the host sent already. Once.
  [[nodiscard]] std::vector<std::byte> takeLeftover();
  /// Why; only in state Failed. Lives as long as this object.
  [[nodiscard]] const HttpTunnelFailure& failure() const noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parley::handshake
