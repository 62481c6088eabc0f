#pragma once

#include <parley/tls.hpp>

#include <optional>
#include <string>

namespace parley::tls {

/// Why there is no TLS, or no longer.
struct Error {
  using Kind = TlsFault;

  Kind kind = Kind::Internal;
  /// The last one that was sent or received, if there was one.
  std::optional<TlsAlert> alert = {};
  /// One line for a person: "certificate of example.com: expired on 2026-01-01".
  std::string message = {};
};

}  // namespace parley::tls
