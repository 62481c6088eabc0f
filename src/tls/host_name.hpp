#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::tls {

/// Whom a client wants to talk to, as certificates and SNI spell it.
struct HostName {
  enum class Kind : std::uint8_t { Name, Address };

  Kind kind = Kind::Name;
  /// A name without a dot at its end (RFC 6066 section 3); an address without brackets.
  std::string text;

  static HostName of(std::string_view host);
};

/// RFC 9525 section 6.3: does a name of a certificate stand for `name`? Case does not count, and a
/// first label that is "*" stands for exactly one label.
[[nodiscard]] bool matchesHostName(std::string_view pattern, std::string_view name) noexcept;

}  // namespace parley::tls
