#include "http/host.hpp"

#include "bytes/ascii.hpp"

#include <algorithm>

namespace parley::http {
namespace {

bool isRegNameCharacter(char c) noexcept {
  // RFC 3986 section 3.2.2: unreserved, sub-delims and the percent sign of an escape.
  return bytes::isAlphanumeric(c) ||
         (c != '\0' && std::string_view("-._~!$&'()*+,;=%").find(c) != std::string_view::npos);
}

bool isAddressCharacter(char c) noexcept {
  return isRegNameCharacter(c) || c == ':';
}

bool isPort(std::string_view text) noexcept {
  unsigned port = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    port = port * 10 + static_cast<unsigned>(c - '0');
    if (port > 65535) return false;
  }
  return true;
}

}  // namespace

bool isValidHost(std::string_view value) noexcept {
  std::size_t end = 0;
  if (value.starts_with('[')) {
    end = value.find(']');
    if (end == std::string_view::npos || end == 1) return false;
    const std::string_view address = value.substr(1, end - 1);
    if (!std::all_of(address.begin(), address.end(), isAddressCharacter)) return false;
    ++end;
  } else {
    while (end < value.size() && isRegNameCharacter(value[end])) ++end;
    if (end == 0) return false;
  }
  const std::string_view rest = value.substr(end);
  return rest.empty() || (rest.front() == ':' && isPort(rest.substr(1)));
}

}  // namespace parley::http
