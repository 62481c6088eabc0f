#pragma once

#include <optional>
#include <string_view>

namespace parley::http {

/// A request target of the two forms that an origin server serves (RFC 9112 section 3.2):
/// origin-form and absolute-form. Parts are views into the text that was parsed.
struct RequestTarget {
  std::optional<std::string_view> authority;  ///< of an absolute-form target
  std::string_view path;                      ///< still percent-encoded, at least "/"
  std::string_view query;                     ///< behind the first "?"
};

/// May these characters stand in a request line? Visible ASCII without "#": a fragment is never
/// sent (RFC 9110 section 7.1), and blanks would split the line.
[[nodiscard]] bool isTargetText(std::string_view text) noexcept;

/// Nothing for asterisk-form, authority-form, another scheme than http, https, ws and wss, user
/// information, or a character that isTargetText() excludes.
[[nodiscard]] std::optional<RequestTarget> parseRequestTarget(std::string_view text) noexcept;

}  // namespace parley::http
