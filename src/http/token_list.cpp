#include "http/token_list.hpp"

#include "bytes/ascii.hpp"

#include <algorithm>

namespace parley::http {

std::optional<std::string_view> ListReader::next() noexcept {
  while (!rest_.empty()) {
    const std::size_t comma = std::min(rest_.find(','), rest_.size());
    const std::string_view element = bytes::trimOws(rest_.substr(0, comma));
    rest_.remove_prefix(std::min(comma + 1, rest_.size()));
    if (!element.empty()) return element;
  }
  return std::nullopt;
}

bool listHas(const Headers& headers, std::string_view name, std::string_view token) {
  for (const Headers::Field& field : headers) {
    if (!bytes::equalsIgnoreCase(field.name, name)) continue;
    ListReader reader(field.value);
    while (const auto element = reader.next()) {
      if (bytes::equalsIgnoreCase(*element, token)) return true;
    }
  }
  return false;
}

std::optional<std::vector<std::string>> readTokenList(const Headers& headers,
                                                      std::string_view name) {
  std::vector<std::string> tokens;
  for (const Headers::Field& field : headers) {
    if (!bytes::equalsIgnoreCase(field.name, name)) continue;
    ListReader reader(field.value);
    while (const auto element = reader.next()) {
      if (!bytes::isToken(*element)) return std::nullopt;
      tokens.emplace_back(*element);
    }
  }
  if (tokens.empty()) return std::nullopt;
  return tokens;
}

bool hasRepeats(const std::vector<std::string>& tokens) {
  std::vector<std::string_view> sorted(tokens.begin(), tokens.end());
  std::sort(sorted.begin(), sorted.end());
  return std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end();
}

}  // namespace parley::http
