#include "http/domain_match.hpp"

#include <cstddef>

namespace parley::http {

bool isAddress(std::string_view host) noexcept {
  if (host.starts_with('[')) return true;
  // URL standard, section 3.5: a host that ends in a number is an IPv4 address, or no host.
  const std::size_t dot = host.rfind('.');
  const std::string_view last = dot == std::string_view::npos ? host : host.substr(dot + 1);
  return !last.empty() && last.find_first_not_of("0123456789") == std::string_view::npos;
}

bool domainMatches(std::string_view host, std::string_view domain) noexcept {
  if (host == domain) return true;
  if (domain.empty() || host.size() <= domain.size() || !host.ends_with(domain)) return false;
  return host[host.size() - domain.size() - 1] == '.' && !isAddress(host);
}

}  // namespace parley::http
