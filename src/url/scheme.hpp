#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace parley::url {

/// URL standard, section 4.2, special scheme. `scheme` is in lower case.
[[nodiscard]] bool isSpecialScheme(std::string_view scheme) noexcept;

/// URL standard, section 4.2, default port: that of a special scheme other than file.
[[nodiscard]] std::optional<std::uint16_t> defaultPort(std::string_view scheme) noexcept;

}  // namespace parley::url
