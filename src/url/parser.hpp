#pragma once

#include "url/record.hpp"

#include <optional>
#include <string_view>

namespace parley::url {

/// URL standard, section 4.4, basic URL parser without a state override: what `input` names, if
/// need be relative to `base` (nullptr: there is none). Takes any bytes; what is not UTF-8 counts
/// as U+FFFD. Time and memory grow with the length of the input, and nothing recurses.
[[nodiscard]] std::optional<Record> parse(std::string_view input, const Record* base);

}  // namespace parley::url
