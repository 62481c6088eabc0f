#include "transport/address_selection.hpp"

#include "transport/socket.hpp"

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>

#include <sys/socket.h>

namespace parley::transport {

namespace {

using Bytes = std::array<std::uint8_t, 16>;

/// A row of RFC 6724 section 2.1.
struct Policy {
  Bytes prefix;
  std::size_t prefixBits;
  int precedence;
  int label;
};

constexpr Policy kEverything{{}, 0, 40, 1};

/// The longest prefixes first, so that the first that matches is the one that counts.
constexpr Policy kPolicies[] = {
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, 50, 0},       // ::1
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0}, 96, 35, 4},  // IPv4
    {{}, 96, 1, 3},                                                       // IPv4-compatible
    {{0x20, 0x01}, 32, 5, 5},                                             // Teredo
    {{0x20, 0x02}, 16, 30, 2},                                            // 6to4
    {{0x3f, 0xfe}, 16, 1, 12},                                            // 6bone
    {{0xfe, 0xc0}, 10, 1, 11},                                            // site-local
    {{0xfc}, 7, 3, 13},                                                   // unique local
};

bool hasPrefix(const Bytes& address, const Bytes& prefix, std::size_t bits) noexcept {
  const std::size_t whole = bits / 8;
  if (!std::equal(prefix.begin(), prefix.begin() + static_cast<std::ptrdiff_t>(whole),
                  address.begin())) {
    return false;
  }
  const std::size_t rest = bits % 8;
  return rest == 0 || (address[whole] ^ prefix[whole]) >> (8 - rest) == 0;
}

const Policy& policyOf(const SocketAddress& address) noexcept {
  const Bytes bytes = address.ipv6Form();
  const auto* found = std::find_if(
      std::begin(kPolicies), std::end(kPolicies),
      [&](const Policy& policy) { return hasPrefix(bytes, policy.prefix, policy.prefixBits); });
  return found == std::end(kPolicies) ? kEverything : *found;
}

/// RFC 4007 section 5 by size; a loopback address counts as link-local (RFC 6724 section 3.4), and
/// so do 127/8 and 169.254/16, but no private IPv4 address (section 3.2).
enum class Scope : std::uint8_t { Link, Site, Global };

Scope scopeOf(const SocketAddress& address) noexcept {
  const Bytes bytes = address.ipv6Form();
  if (address.family() == AF_INET) {
    const bool isLinkLocal = bytes[12] == 127 || (bytes[12] == 169 && bytes[13] == 254);
    return isLinkLocal ? Scope::Link : Scope::Global;
  }
  constexpr Bytes kLoopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  if (bytes == kLoopback || hasPrefix(bytes, {0xfe, 0x80}, 10)) return Scope::Link;
  return hasPrefix(bytes, {0xfe, 0xc0}, 10) ? Scope::Site : Scope::Global;
}

/// `less` if the first is better, by a property that it is good to have.
std::strong_ordering better(bool first, bool second) noexcept {
  return second <=> first;
}

bool hasMatchingScope(const Destination& destination) noexcept {
  return scopeOf(destination.address) == scopeOf(*destination.source);
}

bool hasMatchingLabel(const Destination& destination) noexcept {
  return policyOf(destination.address).label == policyOf(*destination.source).label;
}

}  // namespace

bool precedes(const Destination& first, const Destination& second) noexcept {
  // Rule 1: avoid destinations that can't be used.
  if (!first.source || !second.source) return first.source && !second.source;
  // Rule 2: prefer matching scope.
  auto order = better(hasMatchingScope(first), hasMatchingScope(second));
  // Rule 5: prefer matching label.
  if (std::is_eq(order)) order = better(hasMatchingLabel(first), hasMatchingLabel(second));
  // Rule 6: prefer higher precedence.
  if (std::is_eq(order)) {
    order = policyOf(second.address).precedence <=> policyOf(first.address).precedence;
  }
  // Rule 8: prefer smaller scope.
  if (std::is_eq(order)) order = scopeOf(first.address) <=> scopeOf(second.address);
  return std::is_lt(order);
}

std::optional<SocketAddress> sourceFor(const SocketAddress& destination) {
  const auto socket = Socket::makeDatagram(destination.family());
  if (!socket) return std::nullopt;
  if (::connect(socket->fd(), destination.data(), destination.size()) != 0) return std::nullopt;
  return SocketAddress::localOf(socket->fd());
}

}  // namespace parley::transport
