#pragma once

#include <parley/export.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace parley {

namespace url {
struct Record;
}

/// A URL as the WHATWG URL standard parses and serialises it: an immutable value that cannot hold
/// anything invalid. Equal URLs have the same serialisation.
///
/// Input is UTF-8 of any length; what is not well-formed counts as U+FFFD. Every getter returns the
/// serialised (ASCII) form. The views live as long as this object and until it is assigned to.
/// Copies may be used from different threads at once, and so may one object that nobody assigns to.
///
/// @code
/// const auto url = parley::Url::parse("wss://Example.COM:443/chat?room=1");
/// url->href();      // "wss://example.com/chat?room=1"
/// url->hostname();  // "example.com"
/// @endcode
class PARLEY_EXPORT Url {
 public:
  /// The URL that `input` names by itself; nullopt if that is not a URL (URL standard,
  /// section 4.4).
  [[nodiscard]] static std::optional<Url> parse(std::string_view input);
  /// The same for an `input` that may be relative to `base`.
  [[nodiscard]] static std::optional<Url> parse(std::string_view input, const Url& base);

  /// The whole URL with its fragment (URL standard, section 4.5).
  [[nodiscard]] const std::string& href() const noexcept PARLEY_LIFETIMEBOUND { return href_; }
  /// "wss", in lower case and without the colon.
  [[nodiscard]] std::string_view scheme() const noexcept PARLEY_LIFETIMEBOUND {
    return view({0, schemeEnd_});
  }
  /// Percent-encoded; empty if there is none.
  [[nodiscard]] std::string_view username() const noexcept PARLEY_LIFETIMEBOUND {
    return view(username_);
  }
  /// Percent-encoded; empty if there is none.
  [[nodiscard]] std::string_view password() const noexcept PARLEY_LIFETIMEBOUND {
    return view(password_);
  }
  /// The host with ":port" if there is a port: what a Host header says. Empty without a host.
  [[nodiscard]] std::string_view host() const noexcept PARLEY_LIFETIMEBOUND { return view(host_); }
  /// The host alone: a domain in lower case and Punycode, an IPv4 address with four decimal
  /// numbers, an IPv6 address in brackets and shortest form, or, when not isSpecial(), any opaque
  /// host. Empty without a host.
  [[nodiscard]] std::string_view hostname() const noexcept PARLEY_LIFETIMEBOUND {
    return view(hostname_);
  }
  /// The port, 0..65535; nullopt if none is given or it is the scheme's default.
  [[nodiscard]] std::optional<std::uint16_t> port() const noexcept { return port_; }
  /// The port to connect to: port(), or the scheme's default (ws and http 80, wss and https 443,
  /// ftp 21); nullopt for schemes that have none.
  [[nodiscard]] std::optional<std::uint16_t> effectivePort() const noexcept;
  /// Begins with a slash when isSpecial(). Percent-encoded.
  [[nodiscard]] std::string_view path() const noexcept PARLEY_LIFETIMEBOUND { return view(path_); }
  /// What stands between "?" and "#", percent-encoded. "http://h/?" has an empty query, "http://h/"
  /// none.
  [[nodiscard]] std::optional<std::string_view> query() const noexcept PARLEY_LIFETIMEBOUND {
    return view(query_);
  }
  /// What stands behind "#", percent-encoded. An empty fragment is not the same as none.
  [[nodiscard]] std::optional<std::string_view> fragment() const noexcept PARLEY_LIFETIMEBOUND {
    return view(fragment_);
  }
  /// The path with "?" and the query if there is one: the target of an HTTP request.
  [[nodiscard]] std::string_view pathWithQuery() const noexcept PARLEY_LIFETIMEBOUND {
    return view({path_.begin, query_ ? query_->end : path_.end});
  }
  /// The serialised origin (URL standard, section 4.7), for example "wss://example.com:8080";
  /// "null" for file URLs and schemes that are not special, and for blob URLs that name no http(s)
  /// URL.
  [[nodiscard]] std::string origin() const;
  /// Is the scheme one of ws, wss, http, https, ftp and file (URL standard, section 4.2)?
  [[nodiscard]] bool isSpecial() const noexcept;

  friend bool operator==(const Url& a, const Url& b) noexcept { return a.href_ == b.href_; }

 private:
  struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  enum class Host : std::uint8_t { Absent, Present };
  enum class Path : std::uint8_t { List, Opaque };

  Url() = default;
  static Url serialise(const url::Record& record);
  void appendAuthority(const url::Record& record);
  void appendPathAndAfter(const url::Record& record);
  Span append(std::string_view part);
  [[nodiscard]] url::Record record() const;
  [[nodiscard]] std::string_view view(Span span) const noexcept {
    return std::string_view(href_).substr(span.begin, span.end - span.begin);
  }
  [[nodiscard]] std::optional<std::string_view> view(std::optional<Span> span) const noexcept {
    if (!span) return std::nullopt;
    return view(*span);
  }

  std::string href_;
  std::size_t schemeEnd_ = 0;
  Span username_;
  Span password_;
  Span host_;
  Span hostname_;
  Span path_;
  std::optional<Span> query_;
  std::optional<Span> fragment_;
  std::optional<std::uint16_t> port_;
  Host hostPresence_ = Host::Absent;
  Path pathKind_ = Path::List;
};

/// Why a string cannot be the URL of a WebSocket. Each of them is a SyntaxError for its
/// constructor.
enum class WebSocketUrlError : std::uint8_t {
  NotAUrl,           ///< it does not parse, or is relative and there is no base
  SchemeNotAllowed,  ///< another scheme than ws, wss, http and https
  HasFragment,       ///< a "#", even with nothing behind it
};

/// The URL to connect to (WebSockets standard, section 3.1, constructor): parsed, http made ws and
/// https made wss, then refused if the scheme is another one or there is a fragment.
/// A port that was given stays: "http://h:443" becomes "ws://h:443".
[[nodiscard]] PARLEY_EXPORT std::variant<Url, WebSocketUrlError> webSocketUrl(
    std::string_view input);
/// The same for an `input` that may be relative to `base`, as a page's address is in a browser.
[[nodiscard]] PARLEY_EXPORT std::variant<Url, WebSocketUrlError> webSocketUrl(
    std::string_view input, const Url& base);

}  // namespace parley
