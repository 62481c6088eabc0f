#pragma once

#include <string_view>

namespace parley {

/// Is it a domain under which anybody can register ("com", "co.uk", "github.io"), by the Public
/// Suffix List of the system or the newer one that libpsl was built with? A name of a single label
/// is one if the list does not know it. `domain` is in lower case, in Punycode, and may end in a
/// dot. From any thread; the first call reads the list.
[[nodiscard]] bool isPublicSuffix(std::string_view domain);

}  // namespace parley
