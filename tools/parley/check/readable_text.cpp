#include "readable_text.hpp"

#include <iterator>

#include <fmt/core.h>

namespace parley::tool::check {

namespace {

constexpr std::size_t kPreview = 48;

}  // namespace

std::string harmless(std::string_view text) {
  std::string out;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte < 0x20 || byte >= 0x7F) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
    } else {
      out.push_back(character);
    }
  }
  return out;
}

std::string inQuotes(std::string_view bytes) {
  return '"' + harmless(bytes.substr(0, kPreview)) + (bytes.size() > kPreview ? "\"..." : "\"");
}

}  // namespace parley::tool::check
