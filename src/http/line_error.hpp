#pragma once

#include <cstddef>
#include <string_view>

namespace parley::http {

/// What is wrong with a line of a text.
struct LineError {
  std::size_t line = 1;   ///< from 1
  std::string_view what;  ///< in words; lives for ever
};

}  // namespace parley::http
