#pragma once

#include <parley/close_code.hpp>
#include <parley/export.hpp>
#include <parley/headers.hpp>
#include <parley/tls_failure.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley {

/// Why a connection failed, for the program and its log. The standard's events tell a page nothing
/// of it (all failures look alike); this record is the native addition. A value: copy it, keep it.
///
/// @code
/// socket.onerror = [&](const parley::Event&) { std::cerr << socket.failure()->message << '\n'; };
/// @endcode
struct PARLEY_EXPORT Failure {
  /// How far the connection had come.
  enum class Stage : std::uint8_t {
    Url,        ///< the port is blocked
    Resolve,    ///< the name has no address
    Connect,    ///< no address answered
    Proxy,      ///< the proxy could not be chosen, or would not open the tunnel
    Tls,        ///< the TLS handshake, of the server or of an https: proxy; the certificate
    Handshake,  ///< the peer answered, but not with a WebSocket
    Open,       ///< while messages went to and fro
    Closing,    ///< during the closing handshake
    Listen,     ///< a server could not open its address
  };
  /// Who ended it.
  enum class Side : std::uint8_t { Local, Remote };

  /// One address that was tried.
  struct Attempt {
    std::string address{};  ///< "[::1]:9000"
    int systemError = 0;    ///< errno
    std::string text{};     ///< "connection refused"
  };

  Stage stage = Stage::Open;
  /// One line for a person, for example "connection refused by 127.0.0.1:9000".
  std::string message{};
  /// errno of the operation that failed; nullopt if it was none of the system's.
  std::optional<int> systemError{};
  /// What was tried, in order, when the stage is Connect.
  std::vector<Attempt> attempts{};
  /// What was wrong with TLS, if that was it: the fault by name, and the alert.
  std::optional<TlsFailure> tls{};
  /// Status, header fields and the first 4 KiB of the body of a refused handshake; of the proxy's
  /// answer when the stage is Proxy.
  std::optional<int> httpStatus{};
  Headers httpHeaders{};
  std::string httpBody{};
  /// The code that our Close frame carried when we failed the connection (1002, 1007, 1009 ...).
  std::optional<CloseCode> closeCodeSent{};
  /// The name of the option whose limit was hit, for example "maxMessageSize"; "" if none.
  std::string limit{};
  /// Who closed or cut first, once the connection was open.
  std::optional<Side> closedFirst{};
};

/// The stage as a word: "resolve", "connect", "handshake" ...
[[nodiscard]] PARLEY_EXPORT std::string_view describe(Failure::Stage stage) noexcept;

}  // namespace parley
