#pragma once

#include <parley/export.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace parley {

/// Where a client learns of its proxy.
enum class ProxyMode : std::uint8_t {
  Environment,  ///< from the variables that curl reads; see ProxyOptions
  None,         ///< there is none: every connection is direct
  Explicit,     ///< ProxyOptions::url
};

/// The proxy that a connection goes through: an HTTP proxy by CONNECT (RFC 9110 section 9.3.6), in
/// the clear or over TLS, or a SOCKS proxy of version 5 (RFC 1928). ws: goes through a tunnel as
/// wss: does.
///
/// In the mode `Environment` wss: takes `https_proxy`, else `HTTPS_PROXY`; ws: takes `http_proxy`,
/// else `HTTP_PROXY`, which is ignored when `REQUEST_METHOD` is set, because in a CGI program it is
/// the Proxy field of a request; both then take `all_proxy`, else `ALL_PROXY`. A variable that is
/// empty counts as not set. As in browsers, and other than in curl, localhost, names that end in
/// ".localhost", and loopback addresses are never sent through a proxy that the environment names:
/// there they would mean another machine. Hosts that `no_proxy`, else `NO_PROXY`, lists aren't
/// either. The environment is read when the socket is made.
///
/// A proxy is written as a URL, `http` by default: "proxy.example:3128",
/// "http://user:pass%40word@proxy.example:3128", "https://proxy.example" (TLS to the proxy),
/// "socks5://[2001:db8::1]:1080" (names are resolved here), "socks5h://..." or "socks://..." (names
/// are resolved by the proxy). The ports are the URL's defaults if there are none: 80 for http, 443
/// for https, 1080 for SOCKS. User name and password are percent-decoded, and sent when the proxy
/// asks for them: by Digest if it can, by Basic otherwise.
///
/// @code
/// parley::Options options;
/// options.proxy = {.mode = parley::ProxyMode::Explicit, .url = "socks5h://127.0.0.1:9050"};
/// parley::WebSocket socket("wss://example.com/feed", {}, options);
/// @endcode
struct PARLEY_EXPORT ProxyOptions {
  ProxyMode mode = ProxyMode::Environment;
  /// The proxy in the mode `Explicit`; not used in the others. What is no proxy's URL fails the
  /// connection.
  std::string url = {};
  /// Hosts that are connected to directly, in the mode `Environment` besides those of the variable.
  /// Each is "*" for all; a name, which stands for its subdomains, too ("example.com",
  /// ".example.com" and "*.example.com" are the same); an address ("192.0.2.1", "::1"); or a range
  /// of addresses ("10.0.0.0/8", "fd00::/8"). ":port" behind a name or an address (IPv6 in
  /// brackets) makes it that port only. Names are not resolved for this: a range is for URLs with
  /// addresses. What is none of these matches nothing. Default: none.
  std::vector<std::string> noProxy = {};
};

}  // namespace parley
