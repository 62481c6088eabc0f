#include "url/scheme.hpp"

#include <algorithm>
#include <array>

namespace parley::url {

namespace {

struct SpecialScheme {
  std::string_view name;
  std::optional<std::uint16_t> port;
};

constexpr std::array<SpecialScheme, 6> kSpecialSchemes{{
    {"ws", 80},
    {"wss", 443},
    {"http", 80},
    {"https", 443},
    {"ftp", 21},
    {"file", std::nullopt},
}};

const SpecialScheme* find(std::string_view scheme) noexcept {
  const auto* const found =
      std::find_if(kSpecialSchemes.begin(), kSpecialSchemes.end(),
                   [scheme](const SpecialScheme& special) { return special.name == scheme; });
  return found == kSpecialSchemes.end() ? nullptr : found;
}

}  // namespace

bool isSpecialScheme(std::string_view scheme) noexcept {
  return find(scheme) != nullptr;
}

std::optional<std::uint16_t> defaultPort(std::string_view scheme) noexcept {
  const SpecialScheme* const special = find(scheme);
  return special == nullptr ? std::nullopt : special->port;
}

}  // namespace parley::url
