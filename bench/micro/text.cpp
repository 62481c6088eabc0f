#include "text.hpp"

#include <span>
#include <string_view>

namespace bench {
namespace {

std::string_view sampleOf(Script script) {
  switch (script) {
    case Script::Ascii:
      return "The quick brown fox jumps over the lazy dog. ";
    case Script::Latin:
      return "D\xc3\xa9j\xc3\xa0 vu, na\xc3\xafve gar\xc3\xa7on. ";
    case Script::Cjk:
      return "\xe4\xbd\xa0\xe5\xa5\xbd\xe4\xb8\x96\xe7\x95\x8c";
    case Script::Emoji:
      return "\xf0\x9f\x98\x80\xf0\x9f\x9a\x80";
  }
  return {};
}

}  // namespace

std::vector<std::byte> textOf(Script script, std::size_t size) {
  const auto sample = std::as_bytes(std::span(sampleOf(script)));
  std::vector<std::byte> text;
  while (text.size() + sample.size() <= size) {
    text.insert(text.end(), sample.begin(), sample.end());
  }
  text.resize(size, std::byte{' '});
  return text;
}

}  // namespace bench
