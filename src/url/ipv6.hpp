#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::url {

/// The eight pieces of an IPv6 address, the first one of the text first.
using Ipv6Pieces = std::array<std::uint16_t, 8>;

/// URL standard, section 3.5, IPv6 parser. `text` has no brackets. A zone is not allowed.
[[nodiscard]] std::optional<Ipv6Pieces> parseIpv6(std::string_view text) noexcept;

/// URL standard, section 3.6, IPv6 serialiser: lower case, no leading zeros, the first longest run
/// of two zero pieces or more as "::". Without brackets.
[[nodiscard]] std::string serialiseIpv6(const Ipv6Pieces& pieces);

}  // namespace parley::url
