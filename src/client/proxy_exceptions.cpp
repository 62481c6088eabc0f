#include "client/proxy_exceptions.hpp"

#include "bytes/ascii.hpp"
#include "url/ipv4.hpp"
#include "url/ipv6.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace parley {

namespace {

/// An address of either family; IPv4 as the IPv6 address that it is mapped to (RFC 4291 section
/// 2.5.5.2), so that one comparison serves both.
struct Address {
  url::Ipv6Pieces pieces{};
  bool isIpv4 = false;  // as it was written

  friend bool operator==(const Address& a, const Address& b) noexcept {
    return a.pieces == b.pieces;
  }
};

constexpr unsigned kMappedBits = 96;

std::optional<Address> parseAddress(std::string_view text) {
  if (text.find(':') != std::string_view::npos) {
    if (text.starts_with('[') != text.ends_with(']')) return std::nullopt;
    if (text.starts_with('[')) text = text.substr(1, text.size() - 2);
    const auto pieces = url::parseIpv6(text);
    if (!pieces) return std::nullopt;
    return Address{*pieces, false};
  }
  // Four decimal numbers only: "10" is a name here.
  if (!url::endsInANumber(text)) return std::nullopt;
  const auto address = url::parseIpv4(text);
  if (!address || url::serialiseIpv4(*address) != text) return std::nullopt;
  return Address{{0, 0, 0, 0, 0, 0xFFFF, static_cast<std::uint16_t>(*address >> 16U),
                  static_cast<std::uint16_t>(*address & 0xFFFFU)},
                 true};
}

bool startsAlike(const url::Ipv6Pieces& a, const url::Ipv6Pieces& b, unsigned bits) {
  for (std::size_t i = 0; bits > 0; ++i) {
    const unsigned part = std::min(bits, 16U);
    const unsigned mask = 0xFFFFU << (16 - part);
    if (((a[i] ^ b[i]) & mask) != 0) return false;
    bits -= part;
  }
  return true;
}

bool isMapped(const Address& address) {
  return startsAlike(address.pieces, {0, 0, 0, 0, 0, 0xFFFF, 0, 0}, kMappedBits);
}

template <typename Number>
std::optional<Number> parseNumber(std::string_view text) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

/// "10.0.0.0/8"
bool isInRange(const std::optional<Address>& host, std::string_view range) {
  const std::size_t slash = range.find('/');
  const auto base = parseAddress(range.substr(0, slash));
  auto bits = parseNumber<unsigned>(range.substr(slash + 1));
  if (!host || !base || !bits || *bits > (base->isIpv4 ? 32U : 128U)) return false;
  if (base->isIpv4) *bits += kMappedBits;
  // "::/0" is every IPv6 address, and no IPv4 address.
  if (*bits < kMappedBits && isMapped(*host)) return false;
  return startsAlike(host->pieces, base->pieces, *bits);
}

bool endsWithIgnoringCase(std::string_view text, std::string_view end) {
  return text.size() >= end.size() &&
         bytes::equalsIgnoreCase(text.substr(text.size() - end.size()), end);
}

std::string_view withoutFinalDot(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return name;
}

/// Is it that name, or one of its subdomains?
bool isUnder(std::string_view host, std::string_view name) {
  host = withoutFinalDot(host);
  name = withoutFinalDot(name);
  if (name.empty() || !endsWithIgnoringCase(host, name)) return false;
  return host.size() == name.size() || host[host.size() - name.size() - 1] == '.';
}

/// Takes the port off an entry. An IPv6 address has colons of its own; one with a port has
/// brackets.
std::optional<std::string_view> takePort(std::string_view& entry) {
  const std::size_t colon = entry.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const bool isBehindBrackets = colon > 0 && entry[colon - 1] == ']';
  if (!isBehindBrackets && entry.find(':') != colon) return std::nullopt;
  if (entry.starts_with('[') && !isBehindBrackets) return std::nullopt;
  const std::string_view port = entry.substr(colon + 1);
  entry = entry.substr(0, colon);
  return port;
}

bool isNamed(const ProxyTarget& target, const std::optional<Address>& host,
             std::string_view entry) {
  if (entry == "*") return true;
  if (entry.find('/') != std::string_view::npos) return isInRange(host, entry);
  if (const auto port = takePort(entry)) {
    if (parseNumber<std::uint16_t>(*port) != target.port) return false;
  }
  // An address is no name: ".1" does not stand for all that end so.
  if (host) return parseAddress(entry) == host;
  if (entry.starts_with("*.")) entry.remove_prefix(1);
  if (entry.starts_with('.')) entry.remove_prefix(1);
  return isUnder(target.host, entry);
}

}  // namespace

bool isProxyException(const ProxyTarget& target, std::string_view list) {
  constexpr std::string_view kSeparators = ", \t\r\n";
  const auto host = parseAddress(target.host);
  while (true) {
    list.remove_prefix(std::min(list.find_first_not_of(kSeparators), list.size()));
    if (list.empty()) return false;
    const std::string_view entry = list.substr(0, list.find_first_of(kSeparators));
    if (isNamed(target, host, entry)) return true;
    list.remove_prefix(entry.size());
  }
}

bool isLocalHost(std::string_view host) {
  const auto address = parseAddress(host);
  if (!address) return isUnder(host, "localhost");
  return isInRange(address, "127.0.0.0/8") || address == parseAddress("::1");
}

}  // namespace parley
