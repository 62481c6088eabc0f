#pragma once

#include <parley/export.hpp>
#include <parley/headers.hpp>
#include <parley/protocol/handshake_failure.hpp>
#include <parley/protocol/negotiated.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley::protocol {

/// What a client asks for.
struct ClientRequest {
  /// The Host value: host, and ":port" unless it is the scheme's default. IPv6 in brackets.
  std::string host = {};
  /// Path and query as they go into the request line; starts with "/" (RFC 6455 section 3).
  std::string target = "/";
  /// Offered subprotocols, most wanted first: tokens without repeats. Empty: no offer is sent.
  std::vector<std::string> subprotocols = {};
  /// A `Sec-WebSocket-Extensions` offer, see offerExtensions(); empty: none, and a server that
  /// accepts one fails.
  std::string extensions = {};
  /// The Origin value; not sent when unset (only browsers must send it, RFC 6455 section 4.1).
  std::optional<std::string> origin = {};
  /// Further fields, for example Authorization or Cookie. A User-Agent, Origin, Pragma or
  /// Cache-Control given here takes the place of ours. See checkApplicationHeaders().
  Headers headers = {};
};

/// The client's opening handshake (RFC 6455 section 4.1, WebSockets section 3) without I/O: it
/// makes the bytes of the request and judges the bytes of the response. Deterministic: the 16
/// random bytes of the key are an argument. Not thread-safe; never throws on what a peer sends.
///
/// @code
/// ClientHandshake handshake({.host = "example.com", .target = "/chat"}, nonce);
/// write(handshake.request());
/// while (handshake.state() == ClientHandshake::State::NeedsMore) handshake.receive(read());
/// if (handshake.state() == ClientHandshake::State::Negotiated) {
///   const parley::protocol::Negotiated negotiated = handshake.take();
///   Connection open(negotiated.role, limits, entropy, pool, now);
/// }
/// @endcode
class PARLEY_EXPORT ClientHandshake {
 public:
  enum class State : std::uint8_t {
    NeedsMore,   ///< give it what is received
    Negotiated,  ///< take() the result
    Failed,      ///< see failure(); drop the connection
  };

  /// Starts Failed (InvalidRequest) when a part of the request cannot be sent: nothing that holds a
  /// CR, LF or NUL, or that a server would read as more than one request, is ever written.
  /// @param nonce 16 bytes that no one can predict, new for each handshake
  ClientHandshake(const ClientRequest& request, std::span<const std::byte, 16> nonce,
                  const HandshakeLimits& limits = {});
  ClientHandshake(ClientHandshake&&) noexcept;
  ClientHandshake& operator=(ClientHandshake&&) noexcept;
  ~ClientHandshake();

  /// The octets to write, once, before anything else. Nothing may follow them before the state is
  /// Negotiated. Empty when the request was invalid. Lives as long as this object.
  [[nodiscard]] std::string_view request() const noexcept PARLEY_LIFETIMEBOUND;

  /// Takes received bytes and answers how many it consumed: all of them while it needs more (what
  /// lies behind a 101 goes to Negotiated::leftover), none once it is Negotiated or Failed.
  std::size_t receive(std::span<const std::byte> bytes);
  /// The peer ended its side, or the caller's patience ended: completes a refusal whose body was
  /// still coming, and otherwise fails with ConnectionClosed. No effect after the end.
  void endOfInput();

  [[nodiscard]] State state() const noexcept;
  /// A refusal's status, as soon as its head is complete, while the body is still collected.
  [[nodiscard]] std::optional<std::uint16_t> refusalStatus() const noexcept;
  /// The result; only in state Negotiated, and only once.
  [[nodiscard]] Negotiated take();
  /// The headers of the 101 response (cookies, for example); empty before. Lives as long as this.
  [[nodiscard]] const Headers& responseHeaders() const noexcept PARLEY_LIFETIMEBOUND;
  /// Why; only in state Failed. Lives as long as this object.
  [[nodiscard]] const HandshakeFailure& failure() const noexcept PARLEY_LIFETIMEBOUND;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parley::protocol
