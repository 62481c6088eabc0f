#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::url {

enum class HostKind : std::uint8_t { Special, Opaque };

/// URL standard, section 3.5, host parser, with the result serialised: a domain, an IPv4 address,
/// an IPv6 address in brackets or (of a URL that is not special) an opaque host. `input` is
/// well-formed UTF-8 and may be empty only for an opaque host.
[[nodiscard]] std::optional<std::string> parseHost(std::string_view input, HostKind kind);

}  // namespace parley::url
