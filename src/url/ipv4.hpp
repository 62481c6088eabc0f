#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::url {

/// URL standard, section 3.5, ends-in-a-number checker: is `host` an IPv4 address or else an error?
[[nodiscard]] bool endsInANumber(std::string_view host) noexcept;

/// URL standard, section 3.5, IPv4 parser: one to four decimal, octal ("0...") or hexadecimal
/// ("0x...") numbers, of which the last fills all the bytes that are left, and maybe a last dot.
[[nodiscard]] std::optional<std::uint32_t> parseIpv4(std::string_view host) noexcept;

/// Four decimal numbers (URL standard, section 3.6).
[[nodiscard]] std::string serialiseIpv4(std::uint32_t address);

}  // namespace parley::url
