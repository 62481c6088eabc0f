#pragma once

#include <string>
#include <string_view>

namespace parley::handshake {

/// The Sec-WebSocket-Accept for a Sec-WebSocket-Key (RFC 6455 section 4.2.2, step 5.4): base64 of
/// SHA-1 over the key as it was sent, not as it decodes, and the fixed GUID.
[[nodiscard]] std::string acceptForKey(std::string_view key);

/// Does the key decode to 16 bytes (RFC 6455 section 4.2.1, item 5)? Its spelling is not judged:
/// the standard's own sample does not end as an encoder would end it.
[[nodiscard]] bool isValidKey(std::string_view key);

}  // namespace parley::handshake
