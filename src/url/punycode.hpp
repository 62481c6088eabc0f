#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace parley::url {

/// RFC 3492 section 6.3: `label` as Punycode, without the prefix "xn--".
[[nodiscard]] std::string encodePunycode(std::u32string_view label);

/// RFC 3492 section 6.2, the reverse; nullopt for what no label encodes to. `text` has no prefix.
[[nodiscard]] std::optional<std::u32string> decodePunycode(std::string_view text);

}  // namespace parley::url
