#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::http {

/// One parameter of an extension. No value ("; server_no_context_takeover") is not an empty value.
struct ExtensionParameter {
  std::string name;
  std::optional<std::string> value;  ///< without quotes and escapes; a token

  friend bool operator==(const ExtensionParameter&, const ExtensionParameter&) = default;
};

struct Extension {
  std::string name;
  std::vector<ExtensionParameter> parameters;

  friend bool operator==(const Extension&, const Extension&) = default;
};

/// Parses a `Sec-WebSocket-Extensions` value (RFC 6455 section 9.1) in linear time; several fields
/// are joined with a comma first. Empty list elements are skipped. Nothing when it breaks the
/// grammar or lists no extension.
[[nodiscard]] std::optional<std::vector<Extension>> parseExtensionList(std::string_view value);

}  // namespace parley::http
