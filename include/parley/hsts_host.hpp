#pragma once

#include <parley/export.hpp>

#include <chrono>
#include <cstddef>
#include <string>

namespace parley {

/// The limits of an HSTS store.
inline constexpr std::size_t kMaxHstsHosts = 3000;      ///< then the one longest not heard of goes
inline constexpr std::chrono::days kMaxHstsAge{36500};  ///< a longer max-age is cut to this

/// A host that is spoken to over TLS only (RFC 6797 section 5.3). Values copy and compare.
struct PARLEY_EXPORT HstsHost {
  /// Lower case, in Punycode, without a last dot.
  std::string host{};
  /// So are all hosts below it.
  bool includeSubDomains = false;
  /// Until when.
  std::chrono::sys_seconds expires{};

  friend bool operator==(const HstsHost&, const HstsHost&) = default;
};

}  // namespace parley
