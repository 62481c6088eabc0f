#include "handshake/response_writer.hpp"

#include "handshake/accept_key.hpp"
#include "http/head_writer.hpp"

#include <parley/protocol/handshake.hpp>

namespace parley::handshake {
namespace {

using protocol::HeaderUse;

void appendAllowed(Headers& headers, const Headers& extra, HeaderUse use) {
  for (const Headers::Field& field : extra) {
    if (!protocol::isReservedHeader(field.name, use)) headers.append(field.name, field.value);
  }
}

// RFC 9110 section 7.8: who sends Upgrade lists it in Connection.
void appendConnection(Headers& headers, const Headers& extra, AfterResponse after) {
  std::string options = after == AfterResponse::Close ? "close" : "";
  if (extra.has("Upgrade")) options.append(options.empty() ? "Upgrade" : ", Upgrade");
  if (!options.empty()) headers.append("Connection", options);
}

}  // namespace

std::string writeResponse(const protocol::HttpResponse& response, AfterResponse after,
                          BodyUse use) {
  const bool isFinal = response.status >= 200 && response.status <= 599;
  const std::uint16_t status = isFinal ? response.status : std::uint16_t{500};
  // RFC 9110 section 8.6: no Content-Length in a 204; in a 304 it would describe another body.
  const bool bodyless = status == 204 || status == 304;
  Headers headers;
  appendConnection(headers, response.headers, after);
  if (!bodyless) headers.append("Content-Length", std::to_string(response.body.size()));
  appendAllowed(headers, response.headers, HeaderUse::Response);
  std::string out = http::writeResponseHead(status, headers).value_or(std::string());
  if (!bodyless && use == BodyUse::Send) out.append(response.body);
  return out;
}

std::string writeSwitch(const protocol::Request& request,
                        const protocol::ServerHandshake::AcceptOptions& options) {
  Headers headers;
  headers.append("Upgrade", "websocket");
  headers.append("Connection", "Upgrade");
  headers.append("Sec-WebSocket-Accept",
                 acceptForKey(request.headers.get("Sec-WebSocket-Key").value_or("")));
  if (options.subprotocol) headers.append("Sec-WebSocket-Protocol", *options.subprotocol);
  if (!options.extensions.empty()) {
    headers.append("Sec-WebSocket-Extensions", options.extensions);
  }
  appendAllowed(headers, options.headers, HeaderUse::Opening);
  return http::writeResponseHead(101, headers).value_or(std::string());
}

}  // namespace parley::handshake
