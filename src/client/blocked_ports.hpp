#pragma once

#include <cstdint>

namespace parley {

/// Is this one of the ports that Fetch blocks (section 2.9, "bad port"), for ws: as for wss:?
[[nodiscard]] bool isBlockedPort(std::uint16_t port) noexcept;

}  // namespace parley
