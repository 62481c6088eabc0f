#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace parley::server {

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7, IMF-fixdate). Years 0..9999.
[[nodiscard]] std::string formatHttpDate(std::chrono::sys_seconds time);

/// Reads the three forms that section 5.6.7 obliges a recipient to take: IMF-fixdate, RFC 850's and
/// asctime's. Day names are not compared with the date.
[[nodiscard]] std::optional<std::chrono::sys_seconds> parseHttpDate(std::string_view text,
                                                                    std::chrono::sys_seconds now);

}  // namespace parley::server
