#include "handshake/upgrade_check.hpp"

#include "handshake/accept_key.hpp"
#include "handshake/extension_offer.hpp"
#include "handshake/failure.hpp"
#include "http/request_target.hpp"
#include "http/token_list.hpp"

#include <string>
#include <utility>

namespace parley::handshake {
namespace {

using protocol::HandshakeError;
using protocol::HandshakeFailure;
using protocol::Request;
using Verdict = std::optional<HandshakeFailure>;

HandshakeFailure refuse(HandshakeError error, std::uint16_t status, std::string message,
                        Headers headers = {}) {
  return {error, std::move(message), status, std::move(headers), {}};
}

HandshakeFailure badRequest(HandshakeError error, std::string message) {
  return refuse(error, 400, std::move(message));
}

// Items 1 to 4 of section 4.2.1: a GET over HTTP/1.1 with Host, Upgrade and Connection.
Verdict checkHttp(const Request& request) {
  if (request.method != "GET") {
    // RFC 9110 section 15.5.6: a 405 says what is allowed.
    return refuse(HandshakeError::WrongMethod, 405, "a WebSocket is opened with GET",
                  {{"Allow", "GET"}});
  }
  if (request.version != protocol::HttpVersion::Http11) {
    return refuse(HandshakeError::UnsupportedVersion, 505, "a WebSocket is opened over HTTP/1.1");
  }
  if (request.hasBody) {
    // What follows could be body, frames or another request, depending on who reads it.
    return refuse(HandshakeError::UpgradeWithBody, 413, "an upgrade with a body");
  }
  if (request.host.empty()) return badRequest(HandshakeError::MissingHost, "an empty Host header");
  if (!http::listHas(request.headers, "Upgrade", "websocket")) {
    return badRequest(HandshakeError::MissingUpgrade,
                      "Sec-WebSocket-Key without \"Upgrade: websocket\"");
  }
  if (!http::listHas(request.headers, "Connection", "upgrade")) {
    return badRequest(HandshakeError::MissingConnectionUpgrade,
                      "the Connection header does not list upgrade");
  }
  return std::nullopt;
}

// Item 6, and section 4.4: another version is answered with the one that we speak.
Verdict checkVersion(const Request& request) {
  const auto versions = request.headers.getAll("Sec-WebSocket-Version");
  if (versions.size() > 1) {
    return badRequest(HandshakeError::RepeatedWebSocketVersion,
                      "more than one Sec-WebSocket-Version");
  }
  if (versions.empty() || versions.front() != "13") {
    // RFC 9110 section 15.5.22: a 426 names in Upgrade what it wants.
    return refuse(HandshakeError::UnsupportedWebSocketVersion, 426,
                  "the WebSocket version is not 13",
                  {{"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"}});
  }
  return std::nullopt;
}

// Item 5, and section 11.3.1: one key of 16 bytes.
Verdict checkKey(const Request& request) {
  const auto keys = request.headers.getAll("Sec-WebSocket-Key");
  if (keys.empty()) return badRequest(HandshakeError::MissingKey, "no Sec-WebSocket-Key");
  if (keys.size() > 1) {
    return badRequest(HandshakeError::RepeatedKey, "more than one Sec-WebSocket-Key");
  }
  if (!isValidKey(keys.front())) {
    return badRequest(HandshakeError::InvalidKey, "Sec-WebSocket-Key is " +
                                                      quotePeerText(keys.front()) +
                                                      ", which is not base64 of 16 bytes");
  }
  return std::nullopt;
}

// Items 8 and 9. Section 4.1, request item 10: subprotocols are distinct tokens.
Verdict readOffers(Request& request) {
  if (request.headers.has("Sec-WebSocket-Protocol")) {
    auto names = http::readTokenList(request.headers, "Sec-WebSocket-Protocol");
    if (!names || http::hasRepeats(*names)) {
      return badRequest(HandshakeError::InvalidSubprotocols,
                        "Sec-WebSocket-Protocol is not a list of distinct tokens");
    }
    request.subprotocols = *std::move(names);
  }
  if (auto offer = request.headers.combined("Sec-WebSocket-Extensions")) {
    if (const auto list = readExtensions(*offer); !list || list->empty()) {
      return badRequest(HandshakeError::MalformedExtensions,
                        "Sec-WebSocket-Extensions does not parse");
    }
    request.extensions = *std::move(offer);
  }
  return std::nullopt;
}

}  // namespace

Request describeRequest(http::RequestHead head) {
  Request request;
  request.method = std::move(head.method);
  request.target = std::move(head.target);
  request.version = head.version;
  request.headers = std::move(head.headers);
  request.contentLength = head.framing.contentLength;
  request.hasBody = head.framing.contentLength.value_or(0) != 0 ||
                    head.framing.transferCoding != http::TransferCoding::None;
  request.host = request.headers.get("Host").value_or("");
  if (const auto target = http::parseRequestTarget(request.target)) {
    request.path = target->path;
    request.query = target->query;
    // RFC 9112 section 3.2.2: the authority of an absolute-form target replaces Host.
    if (target->authority) request.host = *target->authority;
  }
  return request;
}

bool asksForWebSocket(const Request& request) {
  return http::listHas(request.headers, "Upgrade", "websocket") ||
         request.headers.has("Sec-WebSocket-Key");
}

Verdict checkUpgrade(Request& request) {
  if (auto fault = checkHttp(request)) return fault;
  if (auto fault = checkVersion(request)) return fault;
  if (auto fault = checkKey(request)) return fault;
  if (auto fault = readOffers(request)) return fault;
  request.isUpgrade = true;
  return std::nullopt;
}

}  // namespace parley::handshake
