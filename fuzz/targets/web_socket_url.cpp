#include "fuzz/input.hpp"
#include "fuzz/require.hpp"
#include "fuzz/target.hpp"
#include "fuzz/url_parts.hpp"

#include <parley/url.hpp>

#include <optional>
#include <string>
#include <variant>

// Oracle: the steps of the constructor (WebSockets section 3.1) on what the URL parser says.

namespace parley::fuzz {

namespace {

using Outcome = std::variant<Url, WebSocketUrlError>;

bool isError(const Outcome& outcome, WebSocketUrlError error) {
  const auto* const found = std::get_if<WebSocketUrlError>(&outcome);
  return found != nullptr && *found == error;
}

bool isHttp(const Url& url) {
  return url.scheme() == "http" || url.scheme() == "https";
}

void checkAccepted(const Url& url, const Url& parsed) {
  requireParts(url);
  const std::string expected =
      isHttp(parsed) ? (parsed.scheme() == "http" ? "ws" : "wss") : std::string(parsed.scheme());
  require(url.scheme() == expected, "http becomes ws and https wss");
  require(url.hostname() == parsed.hostname(), "the host stays");
  require(url.effectivePort() == parsed.effectivePort(), "the port stays");
  require(url.pathWithQuery() == parsed.pathWithQuery(), "the target stays");
  require(url.username() == parsed.username() && url.password() == parsed.password(),
          "the credentials stay");
  const Outcome again = parley::webSocketUrl(url.href());
  const auto* const same = std::get_if<Url>(&again);
  require(same != nullptr, "what was accepted is accepted again");
  requireSameParts(url, *same);
}

void check(const Outcome& outcome, const std::optional<Url>& parsed) {
  if (!parsed) {
    require(isError(outcome, WebSocketUrlError::NotAUrl), "what is no URL is refused");
    return;
  }
  const bool isWebSocket = parsed->scheme() == "ws" || parsed->scheme() == "wss";
  if (!isWebSocket && !isHttp(*parsed)) {
    require(isError(outcome, WebSocketUrlError::SchemeNotAllowed), "other schemes are refused");
  } else if (parsed->fragment()) {
    require(isError(outcome, WebSocketUrlError::HasFragment), "a fragment is refused");
  } else {
    const auto* const url = std::get_if<Url>(&outcome);
    require(url != nullptr, "everything else is accepted");
    checkAccepted(*url, *parsed);
  }
}

}  // namespace

void webSocketUrl(Bytes data) {
  Input input(data);
  const auto base = Url::parse(input.text());
  const std::string_view text = asText(input.rest());
  check(parley::webSocketUrl(text), Url::parse(text));
  if (base) check(parley::webSocketUrl(text, *base), Url::parse(text, *base));
}

}  // namespace parley::fuzz
