#include "client/target_address.hpp"

#include "transport/known_addresses.hpp"

#include <algorithm>
#include <string_view>

namespace parley {

namespace {

using transport::SocketAddress;

/// "192.0.2.1:443" -> "192.0.2.1", "[2001:db8::1]:443" -> "2001:db8::1"
std::string withoutPort(const SocketAddress& address) {
  const std::string text = address.text();
  const std::string_view host = std::string_view(text).substr(0, text.rfind(':'));
  return std::string(host.starts_with('[') ? host.substr(1, host.size() - 2) : host);
}

std::string preferred(const std::vector<SocketAddress>& addresses) {
  const auto ipv4 = std::find_if(addresses.begin(), addresses.end(), [](const auto& address) {
    return withoutPort(address).find(':') == std::string::npos;
  });
  return withoutPort(ipv4 == addresses.end() ? addresses.front() : *ipv4);
}

}  // namespace

std::optional<std::string> TargetAddress::find(
    const std::string& host, std::uint16_t port,
    const std::vector<transport::ResolveOverride>& overrides) {
  const auto known = transport::knownAddresses(host, port, overrides);
  if (known && !known->empty()) return preferred(*known);
  host_ = host;
  port_ = port;
  ask(transport::AddressFamily::Ipv4);
  return std::nullopt;
}

void TargetAddress::ask(transport::AddressFamily family) {
  lookup_ = transport::lookUp(loop_, family, host_, port_, *this);
  if (!lookup_) owner_.onNoTargetAddress("that is no host name");
}

void TargetAddress::onLookedUp(transport::AddressFamily family,
                               const transport::LookupResult& result) {
  if (result) return owner_.onTargetAddress(preferred(*result));
  if (family == transport::AddressFamily::Ipv6) {
    return owner_.onNoTargetAddress(result.error().text);
  }
  ask(transport::AddressFamily::Ipv6);
}

}  // namespace parley
