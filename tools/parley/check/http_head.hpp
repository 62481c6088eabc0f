#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::tool::check {

/// The head of an HTTP request or answer, as it came.
struct HttpHead {
  std::string startLine;
  std::vector<std::pair<std::string, std::string>> fields;

  /// The values of all fields of that name, whatever its case.
  [[nodiscard]] std::vector<std::string> values(std::string_view name) const;
  /// The field's value if there is exactly one such field.
  [[nodiscard]] std::optional<std::string> single(std::string_view name) const;
  /// Is `token` in the field's comma-separated list, whatever its case?
  [[nodiscard]] bool hasToken(std::string_view name, std::string_view token) const;
  /// Of an answer; nullopt if the start line is none.
  [[nodiscard]] std::optional<int> status() const;
};

/// Takes a whole head, up to and with the empty line, off the front of `buffer`. nullopt: more
/// bytes are needed. Lines without a colon become fields without a value.
[[nodiscard]] std::optional<HttpHead> takeHead(std::string& buffer);

[[nodiscard]] bool equalsIgnoringCase(std::string_view a, std::string_view b) noexcept;
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;
/// "a, b" -> "a", "b".
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);

}  // namespace parley::tool::check
