#include "http/cookie_path.hpp"

#include <cstddef>

namespace parley::http {

std::string_view defaultCookiePath(std::string_view requestPath) noexcept {
  if (!requestPath.starts_with('/')) return "/";
  const std::size_t last = requestPath.rfind('/');
  return last == 0 ? "/" : requestPath.substr(0, last);
}

bool cookiePathMatches(std::string_view requestPath, std::string_view cookiePath) noexcept {
  if (!requestPath.starts_with(cookiePath)) return false;
  if (requestPath.size() == cookiePath.size() || cookiePath.ends_with('/')) return true;
  return requestPath[cookiePath.size()] == '/';
}

}  // namespace parley::http
