#include "http/extension_list.hpp"

#include "bytes/ascii.hpp"
#include "fuzz/exact_copy.hpp"
#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/target.hpp"

#include <cstdint>
#include <string>
#include <vector>

// Oracles: parse(write(x)) is x however it is written, and two lists joined are the elements of
// both.

namespace parley::fuzz {

namespace {

using http::Extension;
using Extensions = std::vector<Extension>;

enum class Style : std::uint8_t { Plain, Quoted, Escaped };

void appendValue(std::string& out, const std::string& value, Style style) {
  if (style == Style::Plain) {
    out += value;
    return;
  }
  out += '"';
  for (const char c : value) {
    if (style == Style::Escaped) out += '\\';
    out += c;
  }
  out += '"';
}

std::string write(const Extensions& extensions, Style style) {
  const std::string blank = style == Style::Plain ? "" : " \t";
  std::string out;
  for (const Extension& extension : extensions) {
    if (!out.empty()) out += blank + "," + blank;
    out += extension.name;
    for (const http::ExtensionParameter& parameter : extension.parameters) {
      out += blank + ";" + blank + parameter.name;
      if (!parameter.value) continue;
      out += blank + "=" + blank;
      appendValue(out, *parameter.value, style);
    }
  }
  return out;
}

void checkTokens(const Extensions& extensions) {
  require(!extensions.empty(), "a list has an element");
  for (const Extension& extension : extensions) {
    require(bytes::isToken(extension.name), "a name is a token");
    for (const http::ExtensionParameter& parameter : extension.parameters) {
      require(bytes::isToken(parameter.name), "a parameter's name is a token");
      require(!parameter.value || bytes::isToken(*parameter.value), "and so is its value");
    }
  }
}

std::optional<Extensions> parse(std::string_view text) {
  const ExactCopy copy(asBytes(text));
  return http::parseExtensionList(asText(copy.bytes()));
}

}  // namespace

void extensionList(Bytes data) {
  Input input(data);
  const std::string first = input.text();
  const std::string second(asText(input.rest()));
  const auto a = parse(first);
  const auto b = parse(second);
  for (const auto* parsed : {&a, &b}) {
    if (!*parsed) continue;
    checkTokens(**parsed);
    for (const Style style : {Style::Plain, Style::Quoted, Style::Escaped}) {
      require(parse(write(**parsed, style)) == *parsed, "parse(write(x)) is x");
    }
  }
  if (!a || !b) return;
  const auto joined = parse(first + "," + second);
  require(joined.has_value(), "two lists joined are a list");
  Extensions both = *a;
  both.insert(both.end(), b->begin(), b->end());
  require(*joined == both, "with the elements of both");
  require(parse(", ," + first + "\t,,") == a, "empty elements are skipped");
}

}  // namespace parley::fuzz
