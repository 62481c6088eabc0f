#pragma once

#include "bytes/result.hpp"

#include <parley/headers.hpp>
#include <parley/url.hpp>

#include <cstdint>
#include <string>

namespace parley {

/// Is this one of the statuses that send a GET elsewhere (Fetch section 2.2.3, "redirect status")?
[[nodiscard]] bool isRedirect(std::uint16_t status) noexcept;

/// Where the answer with `headers` to a handshake with `from` sends it: a ws: or wss: URL without
/// a fragment. Never from wss: to ws:.
/// @return in place of a URL, why it is not followed, for a person
[[nodiscard]] Result<Url, std::string> redirectTarget(const Url& from, const Headers& headers);

/// Drops the fields that say who the user is: they are for the origin that they were given for.
void removeCredentials(Headers& headers);

}  // namespace parley
