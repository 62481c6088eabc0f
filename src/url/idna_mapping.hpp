#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace parley::url {

/// UTS 46 section 4, steps 1 and 2, not transitional, without the STD3 rules: `label` (no dots)
/// with each code point mapped and all of it in Normalization Form C; nullopt if one is disallowed.
///
/// The tables are libidn2's. Its own ToASCII can't be used for a whole label: it applies IDNA 2008
/// (no symbols, no hyphens in the third and fourth place) and the length limits of the DNS, which
/// the URL standard turns off. So it is asked about one code point with its combining marks at a
/// time. A mark sequence too long for the 63 letters of a DNS label is refused.
[[nodiscard]] std::optional<std::u32string> mapAndNormalise(std::u32string_view label);

/// Is it in General_Category Mark, with which no label may begin?
[[nodiscard]] bool isMark(char32_t codePoint);

}  // namespace parley::url
