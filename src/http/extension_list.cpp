#include "http/extension_list.hpp"

#include "bytes/ascii.hpp"
#include "http/field_scanner.hpp"

#include <utility>

namespace parley::http {
namespace {

std::optional<std::string> readValue(FieldScanner& scanner) {
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

std::optional<ExtensionParameter> readParameter(FieldScanner& scanner) {
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

std::optional<Extension> readExtension(FieldScanner& scanner) {
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
  FieldScanner scanner(value);
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
