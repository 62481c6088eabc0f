#pragma once

#include "http/authentication.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley::handshake {

/// Who turns the name of a host into an address?
enum class Socks5Names : std::uint8_t {
  Proxy,  ///< the proxy ("socks5h:"): the name itself is sent
  Local,  ///< we ("socks5:"): `host` has to be an address already; a name is refused before it can
          ///< be seen on the way
};

/// Where a SOCKS proxy shall make a connection to.
struct Socks5Request {
  /// A name of at most 255 bytes, or an address; IPv6 with or without brackets.
  std::string host = {};
  std::uint16_t port = 0;
  Socks5Names names = Socks5Names::Proxy;
  /// Offered to the proxy, which may do without. The name has 1 to 255 bytes, the password at most
  /// 255.
  std::optional<http::Credentials> credentials = {};
};

enum class Socks5Error : std::uint8_t {
  InvalidRequest,      ///< host, port or credentials cannot be sent; nothing was
  ConnectionClosed,    ///< the proxy ended its side before the end of an answer
  WrongVersion,        ///< an answer of another protocol, or of none
  NoMethod,            ///< the proxy takes none of the ways to authenticate that we offer
  UnofferedMethod,     ///< the proxy chose a way to authenticate that we did not offer
  CredentialsRefused,  ///< name and password are wrong
  Refused,             ///< see Socks5Failure::reply
  MalformedReply,      ///< an unknown type of address
  UnaskedReply,        ///< an answer to what was not sent yet
};

/// Why there is no tunnel.
struct Socks5Failure {
  Socks5Error error;
  /// One sentence for a developer's log; ASCII. Never our secrets.
  std::string message = {};
  /// With Refused: the proxy's code (RFC 1928 section 6), 1 to 255.
  std::optional<std::uint8_t> reply = {};
};

/// The meaning of a reply code other than 0 (RFC 1928 section 6): "connection refused". Lives for
/// ever.
[[nodiscard]] std::string_view describeSocks5Reply(std::uint8_t reply) noexcept;

/// The client's end of SOCKS version 5 (RFC 1928, RFC 1929) without I/O: no authentication or name
/// and password, command CONNECT. Deterministic; never throws on what a peer sends.
class Socks5Tunnel {
 public:
  enum class State : std::uint8_t {
    NeedsMore,  ///< write output(), give it what is received
    Open,       ///< the connection is one to the host; see takeLeftover()
    Failed,     ///< see failure(); drop the connection
  };

  /// Starts Failed (InvalidRequest) when a part of the request cannot be sent.
  explicit Socks5Tunnel(const Socks5Request& request);

  /// The octets to write next; empty when there are none. Lives until the next other call.
  [[nodiscard]] std::string_view output() const noexcept;
  /// That many of them were written. No answer counts that comes before any was.
  void sent(std::size_t size) noexcept { sent_ += size; }

  /// Takes received bytes and answers how many it consumed: all of them while it needs more (what
  /// follows the last reply goes to the leftover), none in any other state.
  std::size_t receive(std::span<const std::byte> bytes);
  /// The proxy ended its side, or the connection broke. No effect unless more was needed.
  void endOfInput();

  [[nodiscard]] State state() const noexcept;
  /// In state Open: what the host sent already. Once.
  [[nodiscard]] std::vector<std::byte> takeLeftover();
  /// Why; only in state Failed. Lives as long as this object.
  [[nodiscard]] const Socks5Failure& failure() const noexcept;

 private:
  /// Which message of the proxy is awaited.
  enum class Step : std::uint8_t { Method, Authentication, Reply, Done };

  /// Makes the messages; answers what is wrong with the request.
  std::optional<std::string_view> prepare(const Socks5Request& request);
  void takeByte(std::uint8_t byte);
  void takeMethodByte(std::uint8_t byte);
  void takeAuthenticationByte(std::uint8_t byte);
  void takeReplyByte(std::uint8_t byte);
  void choose(std::uint8_t method);
  void begin(Step step, std::string output);
  void fail(Socks5Error error, std::string message, std::optional<std::uint8_t> reply = {});
  void failVersion(std::uint8_t version);

  std::string methods_;         // that are offered, a byte each
  std::string authentication_;  // the message of RFC 1929; empty without credentials
  std::string connect_;         // the request
  Step step_ = Step::Method;
  std::string output_;
  std::size_t sent_ = 0;                 // of output_
  std::size_t received_ = 0;             // of the message that is awaited
  std::optional<std::size_t> expected_;  // bytes of the reply, once its head tells
  std::vector<std::byte> leftover_;
  std::optional<Socks5Failure> failure_;
};

}  // namespace parley::handshake
