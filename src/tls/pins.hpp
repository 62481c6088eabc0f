#pragma once

#include "bytes/result.hpp"
#include "tls/error.hpp"

#include <string>
#include <vector>

namespace parley::tls {

/// The pins in the one spelling that pinOf() has; an error for one that is no "sha256//" with the
/// base64 of 32 bytes.
[[nodiscard]] Result<std::vector<std::string>, Error> parsePins(
    const std::vector<std::string>& pins);

}  // namespace parley::tls
