#include "handshake/client_request.hpp"

#include "bytes/ascii.hpp"
#include "bytes/base64.hpp"
#include "deflate/parameters.hpp"
#include "handshake/accept_key.hpp"
#include "handshake/extension_offer.hpp"
#include "http/head_writer.hpp"
#include "http/host.hpp"
#include "http/token_list.hpp"

#include <parley/protocol/handshake.hpp>
#include <parley/version.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace parley::handshake {
namespace {

using protocol::ClientRequest;
using protocol::HeaderUse;

std::optional<std::string_view> findProblem(const ClientRequest& request) {
  if (!http::isValidHost(request.host)) return "the host is not a host with an optional port";
  if (!request.target.starts_with('/')) return "the target does not start with a slash";
  // RFC 6455 section 4.1, request item 10: the elements are distinct tokens.
  if (!std::all_of(request.subprotocols.begin(), request.subprotocols.end(),
                   [](const std::string& name) { return bytes::isToken(name); })) {
    return "a subprotocol is not a token";
  }
  if (http::hasRepeats(request.subprotocols)) return "a subprotocol is offered twice";
  if (request.origin && !Headers::isValidValue(*request.origin)) {
    return "the origin holds a control character";
  }
  for (const Headers::Field& field : request.headers) {
    if (protocol::isReservedHeader(field.name, HeaderUse::Opening)) {
      return "a header that the handshake sets itself is given";
    }
  }
  return std::nullopt;
}

/// RFC 7692 section 7.1: a server would have to decline it.
bool hasInvalidOffer(const std::vector<http::Extension>& extensions) {
  return std::any_of(extensions.begin(), extensions.end(), [](const http::Extension& extension) {
    return extension.name == deflate::kExtensionName && !deflate::parseOffer(extension);
  });
}

std::string join(const std::vector<std::string>& elements) {
  std::string joined;
  for (const std::string& element : elements) {
    if (!joined.empty()) joined.append(", ");
    joined.append(element);
  }
  return joined;
}

// WebSockets section 3 (the request's cache mode) with Fetch section 4.6: no-store adds these two.
void addDefaults(Headers& headers, const ClientRequest& request) {
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!request.headers.has(name)) headers.append(name, value);
  };
  if (request.origin) add("Origin", *request.origin);
  add("Pragma", "no-cache");
  add("Cache-Control", "no-cache");
  add("User-Agent", "Parley/" + std::string(kVersion));
}

// RFC 6455 section 4.1, request items 4 to 12. Throws nowhere: every part was checked before.
Headers requestFields(const ClientRequest& request, std::string_view key) {
  Headers headers;
  headers.append("Host", request.host);
  headers.append("Upgrade", "websocket");
  headers.append("Connection", "Upgrade");
  headers.append("Sec-WebSocket-Key", key);
  headers.append("Sec-WebSocket-Version", "13");
  if (!request.subprotocols.empty()) {
    headers.append("Sec-WebSocket-Protocol", join(request.subprotocols));
  }
  if (!request.extensions.empty()) {
    headers.append("Sec-WebSocket-Extensions", request.extensions);
  }
  addDefaults(headers, request);
  for (const Headers::Field& field : request.headers) headers.append(field.name, field.value);
  return headers;
}

}  // namespace

Result<PreparedRequest, std::string_view> prepareRequest(const ClientRequest& request,
                                                         std::span<const std::byte, 16> nonce) {
  if (const auto problem = findProblem(request)) return *problem;
  auto extensions = readExtensions(request.extensions);
  if (!extensions) return std::string_view("the extension offer does not parse");
  if (hasInvalidOffer(*extensions)) {
    return std::string_view("permessage-deflate is offered with an invalid parameter");
  }
  const std::string key = bytes::base64Encode(nonce);
  auto head = http::writeRequestHead("GET", request.target, requestFields(request, key));
  if (!head) return std::string_view("the target holds a character that a request line may not");
  return PreparedRequest{*std::move(head), acceptForKey(key), request.subprotocols,
                         *std::move(extensions)};
}

}  // namespace parley::handshake
