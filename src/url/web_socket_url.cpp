#include <parley/url.hpp>

#include <utility>

namespace parley {

namespace {

// The same URL with its scheme changed. Parsing again puts the port right; nothing else can change,
// since both schemes are special and `url` is serialised already.
std::optional<Url> withScheme(const Url& url, std::string_view scheme) {
  std::string text(scheme);
  text += std::string_view(url.href()).substr(url.scheme().size());
  return Url::parse(text);
}

std::optional<Url> withWebSocketScheme(Url url) {
  if (url.scheme() == "http") return withScheme(url, "ws");
  if (url.scheme() == "https") return withScheme(url, "wss");
  return url;
}

// WebSockets standard, section 3.1, constructor steps on urlRecord, in their order.
std::variant<Url, WebSocketUrlError> check(std::optional<Url> parsed) {
  if (!parsed) return WebSocketUrlError::NotAUrl;
  auto url = withWebSocketScheme(*std::move(parsed));
  if (!url) return WebSocketUrlError::NotAUrl;
  if (url->scheme() != "ws" && url->scheme() != "wss") return WebSocketUrlError::SchemeNotAllowed;
  if (url->fragment()) return WebSocketUrlError::HasFragment;
  return *std::move(url);
}

}  // namespace

std::variant<Url, WebSocketUrlError> webSocketUrl(std::string_view input) {
  return check(Url::parse(input));
}

std::variant<Url, WebSocketUrlError> webSocketUrl(std::string_view input, const Url& base) {
  return check(Url::parse(input, base));
}

}  // namespace parley
