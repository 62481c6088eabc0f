#pragma once

#include "bytes/result.hpp"
#include "http/line_error.hpp"

#include <parley/hsts_host.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley::http {

/// Reads the text of an HSTS file as curl has it, a host a line, for example
///     example.com "20271231 23:59:59"
/// with a dot before a host that includes its subdomains, and "unlimited" for no end. The time is
/// in UTC. Lines with nothing and with "#" are skipped. The hosts that have expired are among those
/// returned.
[[nodiscard]] Result<std::vector<HstsHost>, LineError> parseHstsFile(std::string_view text);

/// The reverse.
[[nodiscard]] std::string formatHstsFile(std::span<const HstsHost> hosts);

}  // namespace parley::http
