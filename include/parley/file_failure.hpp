#pragma once

#include <parley/export.hpp>

#include <cstddef>
#include <optional>
#include <string>

namespace parley {

/// Why a file could not be read or written, for the program and its log. A value.
struct PARLEY_EXPORT FileFailure {
  std::string path{};
  /// The line that can't be read, from 1; nullopt: it is not about a line.
  std::optional<std::size_t> line{};
  /// errno; nullopt if the system had no part in it.
  std::optional<int> systemError{};
  /// One line for a person: "cookies.txt:3: the second field is neither TRUE nor FALSE", or
  /// "cookies.txt: permission denied".
  std::string message{};
};

}  // namespace parley
