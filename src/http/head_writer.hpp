#pragma once

#include <parley/headers.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::http {

/// "METHOD target HTTP/1.1", the fields and the empty line. Nothing when the method is no token or
/// the target holds a blank, a control character, "#" or a byte above 0x7E: what would end the line
/// early is refused before anything is written. `Headers` holds no value that could.
[[nodiscard]] std::optional<std::string> writeRequestHead(std::string_view method,
                                                          std::string_view target,
                                                          const Headers& headers);

/// "HTTP/1.1 status reason", the fields and the empty line. Nothing unless status is 100..599.
[[nodiscard]] std::optional<std::string> writeResponseHead(std::uint16_t status,
                                                           const Headers& headers);

}  // namespace parley::http
