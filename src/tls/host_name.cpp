#include "tls/host_name.hpp"

#include "bytes/ascii.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>

namespace parley::tls {

namespace {

bool isAddress(const std::string& text) {
  unsigned char address[16];
  return ::inet_pton(AF_INET, text.c_str(), address) == 1 ||
         ::inet_pton(AF_INET6, text.c_str(), address) == 1;
}

}  // namespace

HostName HostName::of(std::string_view host) {
  HostName name;
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  name.text = host;
  if (isAddress(name.text)) {
    name.kind = Kind::Address;
  } else if (name.text.ends_with('.')) {
    name.text.pop_back();
  }
  return name;
}

bool matchesHostName(std::string_view pattern, std::string_view name) noexcept {
  if (bytes::equalsIgnoreCase(pattern, name)) return true;
  if (!pattern.starts_with("*.")) return false;
  const std::size_t dot = name.find('.');
  return dot != std::string_view::npos && dot > 0 &&
         bytes::equalsIgnoreCase(pattern.substr(1), name.substr(dot));
}

}  // namespace parley::tls
