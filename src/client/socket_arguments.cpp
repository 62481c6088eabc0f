#include "client/socket_arguments.hpp"

#include "bytes/ascii.hpp"
#include "bytes/utf8.hpp"
#include "client/blocked_ports.hpp"
#include "transport/socket_address.hpp"

#include <parley/dom_exception.hpp>
#include <parley/headers.hpp>
#include <parley/protocol/handshake.hpp>

#include <cstddef>
#include <span>
#include <utility>
#include <variant>

namespace parley {

namespace {

constexpr std::size_t kMaxReason = 123;

[[noreturn]] void throwSyntaxError(std::string message) {
  throw DOMException(DOMException::Name::SyntaxError, std::move(message));
}

std::string quoted(std::string_view text) {
  return "'" + bytes::replaceInvalidUtf8(text) + "'";
}

std::string describeError(WebSocketUrlError error, std::string_view url) {
  switch (error) {
    case WebSocketUrlError::NotAUrl:
      return quoted(url) + " is not a URL";
    case WebSocketUrlError::SchemeNotAllowed:
      return quoted(url) + ": the scheme must be ws, wss, http or https";
    case WebSocketUrlError::HasFragment:
      return quoted(url) + ": a WebSocket URL has no fragment";
  }
  return {};
}

std::variant<Url, WebSocketUrlError> parseUrl(std::string_view url, const Options& options) {
  if (!options.baseUrl) return webSocketUrl(url);
  const std::optional<Url> base = Url::parse(*options.baseUrl);
  if (!base) throwSyntaxError("baseUrl " + quoted(*options.baseUrl) + " is not a URL");
  return webSocketUrl(url, *base);
}

/// The first byte at which `text` stops being UTF-8.
std::size_t firstInvalidByte(std::string_view text) noexcept {
  bytes::Utf8Validator validator;
  const auto raw = std::as_bytes(std::span(text));
  std::size_t start = 0;  // of the current sequence
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (!validator.feed(raw.subspan(i, 1))) return start;
    if (validator.complete()) start = i + 1;
  }
  return start;
}

void checkReasonLength(std::string_view reason) {
  // WebSockets section 3.1, close(): what is left of a control frame's 125 bytes behind the code.
  if (reason.size() > kMaxReason) {
    throwSyntaxError("the reason has " + std::to_string(reason.size()) +
                     " bytes of UTF-8; at most 123 fit");
  }
}

}  // namespace

Url checkedUrl(std::string_view url, const Options& options) {
  std::variant<Url, WebSocketUrlError> parsed = parseUrl(url, options);
  if (const auto* error = std::get_if<WebSocketUrlError>(&parsed)) {
    throwSyntaxError(describeError(*error, url));
  }
  return std::move(*std::get_if<Url>(&parsed));
}

void checkProtocols(const Protocols& protocols) {
  const std::vector<std::string>& names = protocols.names();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!bytes::isToken(names[i])) {
      throwSyntaxError("protocol " + quoted(names[i]) + " is not a token");
    }
    for (std::size_t j = 0; j < i; ++j) {
      // web-platform-tests: names that differ only in case are repetitions, too.
      if (bytes::equalsIgnoreCase(names[i], names[j])) {
        throwSyntaxError("protocol " + quoted(names[i]) + " is repeated");
      }
    }
  }
}

bool hasBlockedPort(const Url& url, const Options& options) noexcept {
  if (options.blockedPorts == BlockedPorts::Allow || options.unixPath) return false;
  const auto port = url.effectivePort();
  return port && isBlockedPort(*port);
}

void checkOptions(const Url& url, const Options& options) {
  protocol::checkApplicationHeaders(options.headers, protocol::HeaderUse::Opening);
  protocol::checkCompression(options.compression);
  if (options.origin && !Headers::isValidValue(*options.origin)) {
    throwSyntaxError("origin " + quoted(*options.origin) + " is not a header value");
  }
  for (const ResolveOverride& rule : options.resolve) {
    for (const std::string& address : rule.addresses) {
      if (!transport::SocketAddress::parse(address, 0)) {
        throwSyntaxError("resolve: " + quoted(address) + " is not an IP address");
      }
    }
  }
  if (options.blockedPorts == BlockedPorts::Throw && hasBlockedPort(url, options)) {
    throw DOMException(DOMException::Name::SecurityError,
                       "port " + std::to_string(url.effectivePort().value_or(0)) +
                           " is blocked (Options::blockedPorts)");
  }
}

void checkCloseCode(const std::optional<CloseCode>& code) {
  // WebSockets section 3.1, close(): the code is judged before the reason, both in any state.
  if (code && !code->isAllowedInClose()) {
    throw DOMException(
        DOMException::Name::InvalidAccessError,
        "close code " + std::to_string(code->value()) + " is neither 1000 nor in 3000..4999");
  }
}

std::string checkedReason(std::string_view reason, InvalidText invalidText) {
  std::string text(reason);
  if (!bytes::isValidUtf8(std::as_bytes(std::span(reason)))) {
    if (invalidText == InvalidText::Throw) throwNotUtf8(reason, "the reason");
    text = bytes::replaceInvalidUtf8(reason);
  }
  checkReasonLength(text);
  return text;
}

std::string checkedReason(std::u16string_view reason, InvalidText invalidText) {
  std::string text = toUtf8(reason, invalidText);
  checkReasonLength(text);
  return text;
}

std::string toUtf8(std::u16string_view text, InvalidText invalidText) {
  if (invalidText == InvalidText::Replace) return bytes::utf16ToUtf8Replacing(text);
  std::optional<std::string> converted = bytes::utf16ToUtf8(text);
  if (!converted) throwSyntaxError("the text has an unpaired surrogate");
  return std::move(*converted);
}

void throwNotUtf8(std::string_view text, std::string_view what) {
  throwSyntaxError(std::string(what) + " is not UTF-8 at byte " +
                   std::to_string(firstInvalidByte(text)));
}

}  // namespace parley
