#include "http/extension_list.hpp"

#include "bytes/ascii.hpp"

#include <utility>

namespace parley::http {
namespace {

/// Reads from left to right and never goes back.
class Scanner {
 public:
  explicit Scanner(std::string_view text) noexcept : text_(text) {}

  [[nodiscard]] bool atEnd() const noexcept { return at_ == text_.size(); }

  void skipBlanks() noexcept {
    while (!atEnd() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }
  [[nodiscard]] bool take(char c) noexcept {
    if (atEnd() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  /// Empty when no token stands here.
  [[nodiscard]] std::string_view takeToken() noexcept {
    const std::size_t start = at_;
    while (!atEnd() && bytes::isTokenChar(text_[at_])) ++at_;
    return text_.substr(start, at_ - start);
  }
  /// What lies between here and the closing quote, without escapes (RFC 9110 section 5.6.4).
  [[nodiscard]] std::optional<std::string> takeQuotedRest() {
    std::string content;
    while (!atEnd()) {
      char c = text_[at_++];
      if (c == '"') return content;
      if (c == '\\') {
        if (atEnd()) return std::nullopt;
        c = text_[at_++];
      }
      content.push_back(c);
    }
    return std::nullopt;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

std::optional<std::string> readValue(Scanner& scanner) {
  if (!scanner.take('"')) {
    const std::string_view token = scanner.takeToken();
    if (token.empty()) return std::nullopt;
    return std::string(token);
  }
  auto content = scanner.takeQuotedRest();
  // RFC 6455 section 9.1: what a quoted value says must itself be a token.
  if (!content || !bytes::isToken(*content)) return std::nullopt;
  return content;
}

std::optional<ExtensionParameter> readParameter(Scanner& scanner) {
  scanner.skipBlanks();
  ExtensionParameter parameter{std::string(scanner.takeToken()), std::nullopt};
  if (parameter.name.empty()) return std::nullopt;
  scanner.skipBlanks();
  if (!scanner.take('=')) return parameter;
  scanner.skipBlanks();
  parameter.value = readValue(scanner);
  if (!parameter.value) return std::nullopt;
  scanner.skipBlanks();
  return parameter;
}

std::optional<Extension> readExtension(Scanner& scanner) {
  Extension extension{std::string(scanner.takeToken()), {}};
  if (extension.name.empty()) return std::nullopt;
  scanner.skipBlanks();
  while (scanner.take(';')) {
    auto parameter = readParameter(scanner);
    if (!parameter) return std::nullopt;
    extension.parameters.push_back(*std::move(parameter));
  }
  return extension;
}

}  // namespace

std::optional<std::vector<Extension>> parseExtensionList(std::string_view value) {
  std::vector<Extension> extensions;
  Scanner scanner(value);
  while (true) {
    scanner.skipBlanks();
    if (scanner.atEnd()) break;
    if (scanner.take(',')) continue;
    auto extension = readExtension(scanner);
    if (!extension) return std::nullopt;
    extensions.push_back(*std::move(extension));
    if (!scanner.atEnd() && !scanner.take(',')) return std::nullopt;
  }
  if (extensions.empty()) return std::nullopt;
  return extensions;
}

}  // namespace parley::http
