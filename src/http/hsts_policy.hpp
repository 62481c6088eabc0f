#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace parley::http {

enum class Subdomains : std::uint8_t { Excluded, Included };

/// What a Strict-Transport-Security field says.
struct HstsPolicy {
  std::chrono::seconds maxAge{0};  ///< 0..kMaxHstsAge; 0: no more
  Subdomains subdomains = Subdomains::Excluded;
};

/// Parses the value of the field (RFC 6797 section 6.1) in linear time. Unknown directives are
/// skipped. nullopt: it breaks the grammar, lacks max-age, or has a directive that we know twice.
[[nodiscard]] std::optional<HstsPolicy> parseHstsPolicy(std::string_view value);

}  // namespace parley::http
