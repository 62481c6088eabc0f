#pragma once

#include <parley/close_code.hpp>
#include <parley/options.hpp>
#include <parley/url.hpp>
#include <parley/websocket.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace parley {

/// The URL of a new socket (WebSockets section 3.1, constructor).
/// @throws DOMException SyntaxError
[[nodiscard]] Url checkedUrl(std::string_view url, const Options& options);

/// @throws DOMException SyntaxError for a name that is no token or comes twice
void checkProtocols(const Protocols& protocols);

/// Header fields, Origin, compression and the port of `url`.
/// @throws DOMException SyntaxError; SecurityError
void checkOptions(const Url& url, const Options& options);

/// Is `url` one that BlockedPorts is about?
[[nodiscard]] bool hasBlockedPort(const Url& url, const Options& options) noexcept;

/// The rules of close() that hold in any state: the code, and then the reason, as it goes out.
/// @throws DOMException InvalidAccessError, SyntaxError
void checkCloseCode(const std::optional<CloseCode>& code);
[[nodiscard]] std::string checkedReason(std::string_view reason, InvalidText invalidText);
[[nodiscard]] std::string checkedReason(std::u16string_view reason, InvalidText invalidText);

/// The well-formed UTF-8 of a text to send.
/// @throws DOMException SyntaxError
[[nodiscard]] std::string toUtf8(std::u16string_view text, InvalidText invalidText);
/// @throws DOMException SyntaxError that says at which byte `text` is not UTF-8
[[noreturn]] void throwNotUtf8(std::string_view text, std::string_view what);

}  // namespace parley
