#pragma once

#include <span>
#include <string>
#include <string_view>

namespace parley::url {

/// RFC 5892 appendices A.1 and A.2 (CheckJoiners of UTS 46): stands every zero width joiner and
/// non-joiner of `label` where it changes what a reader sees?
[[nodiscard]] bool joinersAreValid(std::u32string_view label);

/// RFC 5893 section 2 (CheckBidi of UTS 46): one label that is written from right to left puts all
/// labels of the domain under the rule.
[[nodiscard]] bool bidiIsValid(std::span<const std::u32string> labels);

}  // namespace parley::url
