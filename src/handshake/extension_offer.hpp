#pragma once

#include "bytes/result.hpp"
#include "http/extension_list.hpp"

#include <parley/protocol/deflate_agreement.hpp>
#include <parley/protocol/handshake_failure.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace parley::handshake {

/// The extensions of a `Sec-WebSocket-Extensions` value; none for an empty value. Nothing when it
/// does not parse.
[[nodiscard]] std::optional<std::vector<http::Extension>> readExtensions(std::string_view value);

/// What an answer put in force, of the extensions whose parameters we know.
struct ExtensionAgreement {
  std::optional<protocol::DeflateAgreement> deflate;

  friend bool operator==(const ExtensionAgreement&, const ExtensionAgreement&) = default;
};

/// Is `answer` a legal choice from `offered` (RFC 6455 section 9.1)? It parses and names only what
/// was offered, nothing twice. That of permessage-deflate answers one of its offers (RFC 7692
/// section 5.1); the parameters of other extensions are for them to judge.
[[nodiscard]] Result<ExtensionAgreement, protocol::HandshakeError> checkExtensionAnswer(
    std::string_view answer, const std::vector<http::Extension>& offered);

}  // namespace parley::handshake
