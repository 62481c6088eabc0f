#pragma once

#include <parley/headers.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::http {

/// Walks the elements of one comma-separated value (RFC 9110 section 5.6.1) in linear time. Blanks
/// around elements are dropped, empty elements skipped as a receiver must; elements are not
/// checked. Views into the value.
class ListReader {
 public:
  explicit ListReader(std::string_view value) noexcept : rest_(value) {}
  [[nodiscard]] std::optional<std::string_view> next() noexcept;

 private:
  std::string_view rest_;
};

/// Does the list that all fields of that name form together hold the token, in any ASCII case?
[[nodiscard]] bool listHas(const Headers& headers, std::string_view name, std::string_view token);

/// The tokens of all fields of that name, in order: at least one, all of them tokens. Nothing
/// otherwise.
[[nodiscard]] std::optional<std::vector<std::string>> readTokenList(const Headers& headers,
                                                                    std::string_view name);

/// Does any of them occur twice (case-sensitive)? Sorts: not quadratic in a long list.
[[nodiscard]] bool hasRepeats(const std::vector<std::string>& tokens);

}  // namespace parley::http
