#pragma once

#include <parley/export.hpp>
#include <parley/headers.hpp>
#include <parley/protocol/handshake_failure.hpp>
#include <parley/protocol/negotiated.hpp>
#include <parley/protocol/request.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace parley::protocol {

/// An answer to a plain HTTP request, or a refusal of an upgrade.
struct HttpResponse {
  /// 200..599; anything else is sent as 500.
  std::uint16_t status = 200;
  /// Further fields. Those that frame the message (Connection, Content-Length, Transfer-Encoding)
  /// are ours and are skipped; see checkApplicationHeaders().
  Headers headers = {};
  /// Sent with its Content-Length; only the length when the request was a HEAD.
  std::string body = {};
};

/// The server's opening handshake (RFC 6455 section 4.2) without I/O, for one connection: tells
/// plain requests, valid upgrades and invalid ones apart and makes the bytes of every answer. Plain
/// requests may be followed by more on the same connection. Not thread-safe; never throws on what a
/// peer sends.
class PARLEY_EXPORT ServerHandshake {
 public:
  enum class State : std::uint8_t {
    NeedsMore,       ///< give it what is received
    HttpRequest,     ///< request() is no upgrade: answer with respond()
    UpgradeRequest,  ///< request() is a valid upgrade: accept() or reject()
    Invalid,         ///< see failure(): answer with rejectInvalid(), or with reject()
    Accepted,        ///< done; the connection is WebSocket from here on
    Closed,          ///< the last answer was made: write it, end our side, ignore what still comes
  };

  struct AcceptOptions {
    /// One that the client offered.
    std::optional<std::string> subprotocol = {};
    /// The `Sec-WebSocket-Extensions` answer, see selectExtensions(); empty: none.
    std::string extensions = {};
    /// Further fields, for example Set-Cookie. Those of the handshake are ours and are skipped.
    Headers headers = {};
  };
  struct Acceptance {
    std::string response = {};  ///< octets to write before any frame
    Negotiated negotiated;
  };
  enum class AcceptError : std::uint8_t {
    NotAnUpgrade,           ///< the state is not UpgradeRequest
    SubprotocolNotOffered,  ///< the client would have to fail the connection (RFC 6455 section 4.1)
    UnofferedExtension,     ///< likewise, or the answer does not parse, or does not fit an offer
  };

  explicit ServerHandshake(const HandshakeLimits& limits = {});
  ServerHandshake(ServerHandshake&&) noexcept;
  ServerHandshake& operator=(ServerHandshake&&) noexcept;
  ~ServerHandshake();

  /// Takes received bytes and answers how many it consumed. While it needs more: all (what lies
  /// behind the head is kept). While a request or a failure waits for its answer, and once
  /// accepted: none, so stop reading until it is answered. Once closed: all, unread.
  std::size_t receive(std::span<const std::byte> bytes);
  /// The peer ended its side: a request that is not complete will never be. No effect on one that
  /// is.
  void endOfInput();

  [[nodiscard]] State state() const noexcept;
  /// Has any byte of the next request arrived? Tells an idle keep-alive connection from a slow
  /// head.
  [[nodiscard]] bool hasPartialHead() const noexcept;
  /// The parsed request; in HttpRequest, UpgradeRequest and, if the head was readable, Invalid.
  /// Null otherwise. Lives until the answer is made.
  [[nodiscard]] const Request* request() const noexcept PARLEY_LIFETIMEBOUND;
  /// Why the state is Invalid; null in other states. Lives until the answer is made.
  [[nodiscard]] const HandshakeFailure* failure() const noexcept PARLEY_LIFETIMEBOUND;

  /// The 101. On error nothing changed and the request can still be answered.
  [[nodiscard]] std::variant<Acceptance, AcceptError> accept(const AcceptOptions& options);
  /// Answers a plain request; the octets to write. Then the state is Closed, or NeedsMore when the
  /// client may send another request (HTTP/1.1, no body, no `Connection: close`), or already that
  /// next request when it had been pipelined. Empty in states other than HttpRequest.
  [[nodiscard]] std::string respond(const HttpResponse& response);
  /// Refuses whatever there is (408 for a head that does not come, 503 when full, ...) with
  /// `Connection: close`. Bytes behind a refused upgrade are never read as a request. Empty once
  /// accepted or closed.
  [[nodiscard]] std::string reject(const HttpResponse& response);
  /// reject() with the status, headers and text of failure(). Empty in states other than Invalid.
  [[nodiscard]] std::string rejectInvalid();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// The first of the server's subprotocols, in the server's order, that the client offered
/// (case-sensitive).
[[nodiscard]] PARLEY_EXPORT std::optional<std::string> selectSubprotocol(
    std::span<const std::string> supported, std::span<const std::string> offered);

}  // namespace parley::protocol
