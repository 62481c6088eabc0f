#include "http_head.hpp"

#include <algorithm>
#include <charconv>

namespace parley::tool::check {

namespace {

char lower(char character) noexcept {
  return character >= 'A' && character <= 'Z' ? static_cast<char>(character + ('a' - 'A'))
                                              : character;
}

}  // namespace

bool equalsIgnoringCase(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) noexcept {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(trimmed(text.substr(0, end)));
    if (end == text.npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string> HttpHead::values(std::string_view name) const {
  std::vector<std::string> found;
  for (const auto& [key, value] : fields) {
    if (equalsIgnoringCase(key, name)) found.push_back(value);
  }
  return found;
}

std::optional<std::string> HttpHead::single(std::string_view name) const {
  const std::vector<std::string> found = values(name);
  if (found.size() != 1) return std::nullopt;
  return found.front();
}

bool HttpHead::hasToken(std::string_view name, std::string_view token) const {
  for (const std::string& value : values(name)) {
    for (const std::string_view part : split(value, ',')) {
      if (equalsIgnoringCase(part, token)) return true;
    }
  }
  return false;
}

std::optional<int> HttpHead::status() const {
  if (!startLine.starts_with("HTTP/1.") || startLine.size() < 12) return std::nullopt;
  int number = 0;
  const char* digits = startLine.data() + 9;
  if (std::from_chars(digits, digits + 3, number).ptr != digits + 3) return std::nullopt;
  return number;
}

std::optional<HttpHead> takeHead(std::string& buffer) {
  const std::size_t end = buffer.find("\r\n\r\n");
  if (end == buffer.npos) return std::nullopt;
  HttpHead head;
  std::string_view rest = std::string_view(buffer).substr(0, end + 2);
  while (!rest.empty()) {
    const std::size_t lineEnd = rest.find("\r\n");
    const std::string_view line = rest.substr(0, lineEnd);
    rest.remove_prefix(lineEnd + 2);
    if (head.startLine.empty()) {
      head.startLine = line;
      continue;
    }
    const std::size_t colon = line.find(':');
    head.fields.emplace_back(line.substr(0, colon), colon == line.npos
                                                        ? std::string_view()
                                                        : trimmed(line.substr(colon + 1)));
  }
  buffer.erase(0, end + 4);
  return head;
}

}  // namespace parley::tool::check
