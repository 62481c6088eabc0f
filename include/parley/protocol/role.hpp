#pragma once

#include <cstdint>

namespace parley::protocol {

/// Which end of the connection this is. It decides who masks (RFC 6455 section 5.1: clients do) and
/// who drops the TCP connection first (section 7.1.1: servers do).
enum class Role : std::uint8_t { Client, Server };

}  // namespace parley::protocol
