#pragma once

#include "http/digest.hpp"

namespace parley::tls {

/// The hashes that Digest authentication is made with (RFC 7616).
[[nodiscard]] http::Hashes hashes() noexcept;

}  // namespace parley::tls
