#pragma once

#include <parley/headers.hpp>
#include <parley/protocol/handshake_failure.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::handshake {

/// The names of the extensions in a `Sec-WebSocket-Extensions` value; none for an empty value.
/// Nothing when it does not parse.
[[nodiscard]] std::optional<std::vector<std::string>> extensionNames(std::string_view value);

/// Is `answer` a legal choice from `offered` (RFC 6455 section 9.1)? It parses and names only what
/// was offered, nothing twice. Their parameters are for the extension itself to judge.
[[nodiscard]] std::optional<protocol::HandshakeError> checkExtensionAnswer(
    std::string_view answer, const std::vector<std::string>& offered);

}  // namespace parley::handshake
