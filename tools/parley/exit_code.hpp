#pragma once

#include <cstdio>
#include <string_view>

#include <fmt/core.h>

namespace parley::tool {

/// What the process answers; --help names them, too.
enum class ExitCode : int { Ok = 0, Failed = 1, Usage = 2, NotListening = 3 };

/// The one line that a failure gets.
inline ExitCode fail(ExitCode code, std::string_view message) {
  fmt::print(stderr, "parley: {}\n", message);
  return code;
}

}  // namespace parley::tool
