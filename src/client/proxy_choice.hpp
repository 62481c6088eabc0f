#pragma once

#include "bytes/result.hpp"
#include "http/authentication.hpp"

#include <parley/proxy.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace parley {

class Url;

/// The protocol that is spoken to a proxy.
enum class ProxyKind : std::uint8_t {
  Http,
  Https,    ///< HTTP over TLS
  Socks5,   ///< the target's name is resolved here
  Socks5h,  ///< the target's name is resolved by the proxy
};

/// A proxy to connect through.
struct Proxy {
  ProxyKind kind = ProxyKind::Http;
  /// As Url::hostname() gives it.
  std::string host = {};
  std::uint16_t port = 0;
  std::optional<http::Credentials> credentials = {};

  friend bool operator==(const Proxy&, const Proxy&) = default;
};

/// A proxy that is set, but not rightly: going without it would be going where nobody wants us to.
struct ProxyError {
  /// Where it is set: the name of the variable, or "Options::proxy".
  std::string source;
  /// One sentence that begins with the source. Never shows the value, which may hold a password.
  std::string message;
};

/// The value of an environment variable; nothing if it is not set.
using EnvironmentLookup = std::function<std::optional<std::string>(std::string_view name)>;

/// Which proxy, if any, a connection to `url` (ws: or wss:) goes through: see ProxyOptions.
[[nodiscard]] Result<std::optional<Proxy>, ProxyError> chooseProxy(
    const Url& url, const ProxyOptions& options, const EnvironmentLookup& environment);

/// The lookup in the environment of this process. The variables must not be changed by another
/// thread meanwhile.
[[nodiscard]] std::optional<std::string> processEnvironment(std::string_view name);

}  // namespace parley
