#pragma once

#include <string_view>

namespace parley {

/// The version of this library (semver.org): the same as the CMake package's.
inline constexpr int kVersionMajor = 0;
inline constexpr int kVersionMinor = 1;
inline constexpr int kVersionPatch = 0;
/// "major.minor.patch", as in the `User-Agent` that a client sends.
inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace parley
