#include "handshake/response_check.hpp"

#include "bytes/ascii.hpp"
#include "handshake/extension_offer.hpp"
#include "handshake/failure.hpp"
#include "http/token_list.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace parley::handshake {
namespace {

using protocol::HandshakeError;
using protocol::HandshakeFailure;

struct Fault {
  HandshakeError error;
  std::string message;
};
using Verdict = std::optional<Fault>;

Verdict checkUpgrade(const http::ResponseHead& head) {
  // RFC 9110 section 7.8: HTTP/1.0 knows no upgrade.
  if (head.version != http::HttpVersion::Http11) {
    return Fault{HandshakeError::UnsupportedVersion, "the 101 response is not HTTP/1.1"};
  }
  // Step 2: the whole value is websocket, in any case; one value, not a list.
  const auto upgrade = head.headers.combined("Upgrade");
  if (!upgrade) return Fault{HandshakeError::MissingUpgrade, "the 101 response has no Upgrade"};
  if (!bytes::equalsIgnoreCase(*upgrade, "websocket")) {
    return Fault{HandshakeError::MissingUpgrade,
                 "the response upgrades to " + quotePeerText(*upgrade) + ", not to websocket"};
  }
  // Step 3: Connection is a list that holds upgrade, in any case.
  if (!http::listHas(head.headers, "Connection", "upgrade")) {
    return Fault{HandshakeError::MissingConnectionUpgrade,
                 "the Connection header of the 101 response does not list upgrade"};
  }
  return std::nullopt;
}

// Step 4: exactly the answer to our key. Two of them would let two readers see two answers.
Verdict checkAccept(const http::ResponseHead& head, std::string_view expected) {
  const auto values = head.headers.getAll("Sec-WebSocket-Accept");
  if (values.empty()) {
    return Fault{HandshakeError::MissingAccept, "the 101 response has no Sec-WebSocket-Accept"};
  }
  if (values.size() > 1) {
    return Fault{HandshakeError::RepeatedAccept,
                 "the 101 response has more than one Sec-WebSocket-Accept"};
  }
  if (values.front() != expected) {
    return Fault{HandshakeError::WrongAccept, "Sec-WebSocket-Accept is " +
                                                  quotePeerText(values.front()) +
                                                  ", which does not answer our key"};
  }
  return std::nullopt;
}

std::string_view describe(HandshakeError error) noexcept {
  if (error == HandshakeError::UnofferedExtension) return " that was not offered";
  if (error == HandshakeError::RepeatedExtension) return " twice";
  if (error == HandshakeError::InvalidExtensionParameters) {
    return " with parameters that do not answer the offer";
  }
  return ", which does not parse";
}

// Step 5: no extension that was not offered.
Verdict checkExtensions(std::string_view answer, const std::vector<http::Extension>& offered,
                        ExtensionAgreement& agreement) {
  const auto checked = checkExtensionAnswer(answer, offered);
  if (!checked) {
    return Fault{checked.error(), "the server accepted the extension " + quotePeerText(answer) +
                                      std::string(describe(checked.error()))};
  }
  agreement = *checked;
  return std::nullopt;
}

// Step 6, and WebSockets section 3: when subprotocols were offered, one of them must be selected.
// Compared with case, as the RFC's section 11.3.4 lets only whole, equal names be meant.
Verdict checkSubprotocol(const std::vector<std::string_view>& values,
                         const std::vector<std::string>& offered) {
  if (values.size() > 1) {
    return Fault{HandshakeError::RepeatedSubprotocol, "the server selected two subprotocols"};
  }
  if (values.empty() || values.front().empty()) {
    if (offered.empty() && values.empty()) return std::nullopt;
    return offered.empty() ? Fault{HandshakeError::UnofferedSubprotocol,
                                   "an empty subprotocol was selected although none was offered"}
                           : Fault{HandshakeError::MissingSubprotocol,
                                   "the server selected none of the offered subprotocols"};
  }
  if (std::find(offered.begin(), offered.end(), values.front()) == offered.end()) {
    return Fault{HandshakeError::UnofferedSubprotocol, "the server selected the subprotocol " +
                                                           quotePeerText(values.front()) +
                                                           ", which was not offered"};
  }
  return std::nullopt;
}

Verdict findFault(const http::ResponseHead& head, const PreparedRequest& request,
                  const std::optional<std::string>& extensions, ExtensionAgreement& agreement) {
  if (auto fault = checkUpgrade(head)) return fault;
  if (auto fault = checkAccept(head, request.accept)) return fault;
  if (extensions) {
    if (auto fault = checkExtensions(*extensions, request.extensions, agreement)) return fault;
  }
  return checkSubprotocol(head.headers.getAll("Sec-WebSocket-Protocol"), request.subprotocols);
}

}  // namespace

Result<protocol::Negotiated, HandshakeFailure> checkResponse(const http::ResponseHead& head,
                                                             const PreparedRequest& request) {
  const auto extensions = head.headers.combined("Sec-WebSocket-Extensions");
  ExtensionAgreement agreement;
  if (auto fault = findFault(head, request, extensions, agreement)) {
    return HandshakeFailure{fault->error, std::move(fault->message), head.status, head.headers, {}};
  }
  protocol::Negotiated negotiated;
  negotiated.role = protocol::Role::Client;
  negotiated.subprotocol = head.headers.get("Sec-WebSocket-Protocol").value_or("");
  negotiated.extensions = extensions.value_or("");
  negotiated.deflate = agreement.deflate;
  return negotiated;
}

}  // namespace parley::handshake
