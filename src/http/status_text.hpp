#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::http {

/// The reason phrase of a registered status (RFC 9110 section 15), for people who read the wire;
/// empty for one that we don't know. Lives for ever.
[[nodiscard]] std::string_view statusText(std::uint16_t status) noexcept;

/// A status with that phrase, whatever the peer calls it: "404 Not Found", "418".
[[nodiscard]] std::string statusAndText(std::uint16_t status);

}  // namespace parley::http
