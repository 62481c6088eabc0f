#include "transport/known_addresses.hpp"

#include "bytes/ascii.hpp"

#include <algorithm>

namespace parley::transport {

namespace {

using bytes::equalsIgnoreCase;

const ResolveOverride* findOverride(std::string_view host, std::uint16_t port,
                                    const std::vector<ResolveOverride>& overrides) {
  const auto find = [&](std::string_view wanted) {
    return std::find_if(overrides.begin(), overrides.end(), [&](const ResolveOverride& entry) {
      return entry.port == port && equalsIgnoreCase(entry.host, wanted);
    });
  };
  auto found = find(host);
  if (found == overrides.end()) found = find("*");
  return found == overrides.end() ? nullptr : &*found;
}

/// RFC 6761 section 6.3: "localhost" and all names below it are the loopback addresses, and should
/// not be asked for.
bool isLocalhost(std::string_view host) {
  constexpr std::string_view kLocalhost = "localhost";
  if (host.ends_with('.')) host.remove_suffix(1);
  if (host.size() < kLocalhost.size()) return false;
  const std::size_t labelAt = host.size() - kLocalhost.size();
  return equalsIgnoreCase(host.substr(labelAt), kLocalhost) &&
         (labelAt == 0 || (labelAt > 1 && host[labelAt - 1] == '.'));
}

}  // namespace

std::optional<std::vector<SocketAddress>> knownAddresses(
    std::string_view host, std::uint16_t port, const std::vector<ResolveOverride>& overrides) {
  if (const ResolveOverride* entry = findOverride(host, port, overrides)) return entry->addresses;
  if (auto address = SocketAddress::parse(host, port)) return std::vector{*address};
  if (!isLocalhost(host)) return std::nullopt;
  return std::vector{*SocketAddress::parse("::1", port), *SocketAddress::parse("127.0.0.1", port)};
}

}  // namespace parley::transport
