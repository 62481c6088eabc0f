#pragma once

#include <string>
#include <string_view>

namespace parley::tool::check {

/// The text with every byte that is not printable ASCII as \xNN: a peer cannot write to a terminal.
[[nodiscard]] std::string harmless(std::string_view text);
/// The first bytes, harmless and in quotes.
[[nodiscard]] std::string inQuotes(std::string_view bytes);

}  // namespace parley::tool::check
