#pragma once

#include "http_head.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace parley::tool::check {

/// The four parameters of permessage-deflate (RFC 7692 section 7.1): what an offer asks for, or
/// what an answer settles.
struct DeflateTerms {
  bool serverNoTakeover = false;
  bool clientNoTakeover = false;
  std::optional<int> serverBits = {};
  std::optional<int> clientBits = {};
  /// In an offer: client_max_window_bits without a value.
  bool clientBitsAreOpen = false;
};

/// "permessage-deflate; server_no_context_takeover; ...".
[[nodiscard]] std::string describe(const DeflateTerms& terms);

/// One element of Sec-WebSocket-Extensions (RFC 6455 section 9.1).
struct ExtensionElement {
  std::string name;
  std::vector<std::pair<std::string, std::optional<std::string>>> parameters;
};
[[nodiscard]] std::vector<ExtensionElement> extensionsOf(const HttpHead& head);

/// What the server's answer settled; nothing if it did not take the offer; a text if the answer is
/// not allowed for that offer (RFC 7692 sections 5.1 and 7.1).
using AnswerReading = std::variant<std::monostate, DeflateTerms, std::string>;
[[nodiscard]] AnswerReading readAnswer(const HttpHead& answer, const DeflateTerms& offer);

/// The answer to a client's request that says what `wanted` says and what the client demands;
/// nullopt if none of its offers allows it.
[[nodiscard]] std::optional<DeflateTerms> answerTo(const HttpHead& request,
                                                   const DeflateTerms& wanted);

}  // namespace parley::tool::check
