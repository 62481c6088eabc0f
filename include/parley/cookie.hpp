#pragma once

#include <parley/export.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley {

/// The limits of a cookie jar, those that browsers have (RFC 6265 section 6.1; the draft that
/// replaces it, called 6265bis here, sections 5.5 and 5.6).
inline constexpr std::size_t kMaxCookieSize = 4096;           ///< bytes of name and value: TooLarge
inline constexpr std::size_t kMaxCookieAttributeSize = 1024;  ///< bytes: longer ones are skipped
inline constexpr std::size_t kMaxCookiesPerDomain = 50;       ///< then the least used one goes
inline constexpr std::size_t kMaxCookies = 3000;              ///< then the least used one goes
inline constexpr std::chrono::days kMaxCookieAge{400};        ///< later expiry is cut to this

/// What the SameSite attribute of a cookie says (6265bis section 5.6.7). It is kept, but has no
/// effect: a program has no page from another site.
enum class SameSite : std::uint8_t {
  Unspecified,  ///< no such attribute, or an unknown value
  None,
  Lax,
  Strict,
};

/// A cookie as a jar keeps it (RFC 6265 section 5.3). Values copy and compare.
struct PARLEY_EXPORT Cookie {
  /// May be empty, as browsers allow; the Cookie field then has the value alone.
  std::string name{};
  /// As it came, quotes included. Any bytes but control characters and ";".
  std::string value{};
  /// The host, or the domain of the hosts, that it is sent to: lower case, in Punycode, an IPv6
  /// address in brackets; no leading dot.
  std::string domain{};
  /// Where it is sent: this path and those below it. Begins with "/".
  std::string path{"/"};
  /// When it ends; nullopt: with the session.
  std::optional<std::chrono::sys_seconds> expires{};
  /// When a cookie of this name, domain and path first came; or was loaded.
  std::chrono::sys_seconds created{};
  /// Sent to `domain` only, not to the hosts below it.
  bool hostOnly = true;
  /// Sent over TLS only.
  bool secure = false;
  /// Hidden from scripts of a page; without effect here.
  bool httpOnly = false;
  SameSite sameSite = SameSite::Unspecified;

  friend bool operator==(const Cookie&, const Cookie&) = default;
};

/// The rule that kept a cookie out of a jar.
enum class CookieRefusal : std::uint8_t {
  UnsupportedScheme,    ///< the URL's scheme is none of ws, wss, http and https
  ControlCharacter,     ///< anywhere in the line, except tabs (6265bis section 5.6)
  Empty,                ///< neither a name nor a value
  TooLarge,             ///< name and value have more than kMaxCookieSize bytes
  DomainNotAscii,       ///< Domain holds another character than ASCII
  PublicSuffix,         ///< Domain is a public suffix, such as "com" or "co.uk"
  ForeignDomain,        ///< the host does not belong to Domain
  InsecureOrigin,       ///< Secure, but it came without TLS
  ShadowsSecureCookie,  ///< it came without TLS and would be sent in place of a Secure one
  SameSiteNone,         ///< SameSite=None without Secure
  SecurePrefix,         ///< "__Secure-..." without Secure
  HostPrefix,           ///< "__Host-..." without Secure and Path=/, or with a Domain
  NamelessPrefix,       ///< no name, and a value that would be read as a name with a prefix
};

/// The rule in words, for a developer. Lives for ever.
[[nodiscard]] PARLEY_EXPORT std::string_view describe(CookieRefusal refusal) noexcept;

}  // namespace parley
