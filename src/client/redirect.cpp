#include "client/redirect.hpp"

#include "bytes/utf8.hpp"

#include <optional>
#include <string_view>
#include <utility>
#include <variant>

namespace parley {

bool isRedirect(std::uint16_t status) noexcept {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

Result<Url, std::string> redirectTarget(const Url& from, const Headers& headers) {
  const std::optional<std::string_view> location = headers.get("Location");
  if (!location) return std::string("it has no Location");
  // RFC 9110 section 10.2.2: a fragment is for whoever shows the page.
  const std::string_view reference = location->substr(0, location->find('#'));
  std::variant<Url, WebSocketUrlError> target = webSocketUrl(reference, from);
  if (std::holds_alternative<WebSocketUrlError>(target)) {
    return "its Location '" + bytes::replaceInvalidUtf8(*location) + "' is no ws: or wss: URL";
  }
  Url url = std::get<Url>(std::move(target));
  if (from.scheme() == "wss" && url.scheme() != "wss") {
    return "it leads from wss: to " + url.href() + ", which anybody on the way may read";
  }
  return url;
}

void removeCredentials(Headers& headers) {
  for (const std::string_view name : {"Authorization", "Cookie", "Proxy-Authorization"}) {
    headers.remove(name);
  }
}

}  // namespace parley
