#pragma once

#include <span>
#include <string_view>

namespace parley::tool::check {

/// A sequence of bytes to be sent as text.
struct Utf8Row {
  std::string_view bytes;
  const char* what;
};

/// Well-formed UTF-8 (RFC 3629), and what is not.
[[nodiscard]] std::span<const Utf8Row> validUtf8() noexcept;
[[nodiscard]] std::span<const Utf8Row> invalidUtf8() noexcept;

}  // namespace parley::tool::check
