#pragma once

#include <cstdint>
#include <string_view>

namespace parley {

/// A host to be connected to. A name in lower case, an IPv4 address with four decimal numbers, or
/// an IPv6 address in brackets, as Url::hostname() gives them.
struct ProxyTarget {
  std::string_view host;
  std::uint16_t port = 0;
};

/// Does an entry of `list`, which commas and blanks part, name the target? See
/// ProxyOptions::noProxy. Linear in the list.
[[nodiscard]] bool isProxyException(const ProxyTarget& target, std::string_view list);

/// Is this localhost, a name under it (RFC 6761 section 6.3), 127.0.0.0/8 or ::1?
[[nodiscard]] bool isLocalHost(std::string_view host);

}  // namespace parley
