#include "url/host.hpp"

#include "bytes/utf8.hpp"
#include "url/domain.hpp"
#include "url/ipv4.hpp"
#include "url/ipv6.hpp"
#include "url/percent_encoding.hpp"

#include <algorithm>

namespace parley::url {

namespace {

// URL standard, section 3.1. NUL is the first of them.
constexpr std::string_view kForbiddenInHost("\0\t\n\r #/:<>?@[\\]^|", 17);

bool isForbiddenInDomain(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F || c == '%' ||
         kForbiddenInHost.find(c) != std::string_view::npos;
}

std::optional<std::string> parseBracketed(std::string_view input) {
  if (input.size() < 2 || input.back() != ']') return std::nullopt;
  const auto pieces = parseIpv6(input.substr(1, input.size() - 2));
  if (!pieces) return std::nullopt;
  return '[' + serialiseIpv6(*pieces) + ']';
}

std::optional<std::string> parseOpaque(std::string_view input) {
  if (input.find_first_of(kForbiddenInHost) != std::string_view::npos) return std::nullopt;
  std::string out;
  appendPercentEncoded(out, input, EncodeSet::C0Control);
  return out;
}

}  // namespace

std::optional<std::string> parseHost(std::string_view input, HostKind kind) {
  if (input.starts_with('[')) return parseBracketed(input);
  if (kind == HostKind::Opaque) return parseOpaque(input);
  auto domain = domainToAscii(bytes::replaceInvalidUtf8(percentDecode(input)));
  if (!domain || domain->empty()) return std::nullopt;
  // Only now, so that what IDNA maps to one of them is caught as well.
  if (std::any_of(domain->begin(), domain->end(), isForbiddenInDomain)) return std::nullopt;
  if (!endsInANumber(*domain)) return domain;
  const auto address = parseIpv4(*domain);
  if (!address) return std::nullopt;
  return serialiseIpv4(*address);
}

}  // namespace parley::url
