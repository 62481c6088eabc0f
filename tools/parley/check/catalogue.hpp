#pragma once

#include "case_builder.hpp"

#include <string>
#include <vector>

namespace parley::tool::check {

/// All cases of the suite as that end of the connection, in their order.
[[nodiscard]] Cases catalogue(Role role);

/// What --case and --skip say: globs over ids; a pattern without a wildcard also names a family
/// ("utf8", "utf8.invalid").
struct Selection {
  std::vector<std::string> wanted = {};  ///< empty: all
  std::vector<std::string> skipped = {};
};
[[nodiscard]] Cases select(Cases cases, const Selection& selection);

}  // namespace parley::tool::check
