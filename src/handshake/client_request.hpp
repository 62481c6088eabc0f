#pragma once

#include "bytes/result.hpp"
#include "http/extension_list.hpp"

#include <parley/protocol/client_handshake.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parley::handshake {

/// A request that can be sent, and what its answer is measured against.
struct PreparedRequest {
  std::string bytes;
  std::string accept;  ///< the only right Sec-WebSocket-Accept
  std::vector<std::string> subprotocols;
  std::vector<http::Extension> extensions;  ///< those that were offered
};

/// The text of the error says what in the description is wrong.
[[nodiscard]] Result<PreparedRequest, std::string_view> prepareRequest(
    const protocol::ClientRequest& request, std::span<const std::byte, 16> nonce);

}  // namespace parley::handshake
