#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace parley::tool::check {

/// How a peer did in one case.
enum class Verdict : std::uint8_t {
  Strict,         ///< exactly as the standard says, its SHOULDs included
  NonStrict,      ///< allowed, but not what it recommends
  Informational,  ///< the standard leaves it open; the detail says what the peer did
  Unimplemented,  ///< needs an extension that the peer did not agree to
  Failed,         ///< not allowed
};

constexpr std::array<std::string_view, 5> kVerdictNames = {"strict", "non-strict", "informational",
                                                           "unimplemented", "failed"};

[[nodiscard]] constexpr std::string_view nameOf(Verdict verdict) noexcept {
  return kVerdictNames[static_cast<std::size_t>(verdict)];
}

}  // namespace parley::tool::check
