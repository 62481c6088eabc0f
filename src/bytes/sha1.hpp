#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace parley::bytes {

/// SHA-1 (FIPS 180-4). Only for Sec-WebSocket-Accept (RFC 6455 section 4.2.2), where it proves
/// that the peer speaks WebSocket; it protects nothing.
[[nodiscard]] std::array<std::byte, 20> sha1(std::span<const std::byte> message) noexcept;

}  // namespace parley::bytes
