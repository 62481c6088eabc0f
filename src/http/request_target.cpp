#include "http/request_target.hpp"

#include "bytes/ascii.hpp"
#include "http/host.hpp"

#include <algorithm>

namespace parley::http {
namespace {

bool isServedScheme(std::string_view scheme) noexcept {
  for (const std::string_view known : {"http", "https", "ws", "wss"}) {
    if (bytes::equalsIgnoreCase(scheme, known)) return true;
  }
  return false;
}

RequestTarget splitPath(std::string_view text) noexcept {
  const std::size_t mark = text.find('?');
  if (mark == std::string_view::npos) return {std::nullopt, text, {}};
  return {std::nullopt, text.substr(0, mark), text.substr(mark + 1)};
}

}  // namespace

bool isTargetText(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return c > ' ' && c < '\x7F' && c != '#'; });
}

std::optional<RequestTarget> parseRequestTarget(std::string_view text) noexcept {
  if (!isTargetText(text)) return std::nullopt;
  if (text.front() == '/') return splitPath(text);
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos || !isServedScheme(text.substr(0, colon))) {
    return std::nullopt;
  }
  const std::string_view rest = text.substr(colon + 3);
  const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
  // RFC 9110 section 4.2.4: user information in a received target is an error; isValidHost has no
  // @.
  if (!isValidHost(rest.substr(0, end))) return std::nullopt;
  RequestTarget target = splitPath(rest.substr(end));
  if (target.path.empty()) target.path = "/";
  target.authority = rest.substr(0, end);
  return target;
}

}  // namespace parley::http
