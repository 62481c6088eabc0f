#include "fuzz/target.hpp"

#include <array>

namespace parley::fuzz {

std::span<const Target> targets() noexcept {
  static constexpr std::array kTargets{
      Target{"utf8", utf8},
      Target{"utf16", utf16},
      Target{"base64", base64},
      Target{"frame_header", frameHeader},
      Target{"mask", mask},
      Target{"close_payload", closePayload},
      Target{"request_head", requestHead},
      Target{"response_head", responseHead},
      Target{"token_list", tokenList},
      Target{"extension_list", extensionList},
      Target{"request_target", requestTarget},
      Target{"chunked", chunked},
      Target{"url", url},
      Target{"url_host", urlHost},
      Target{"web_socket_url", webSocketUrl},
      Target{"deflate_parameters", deflateParameters},
      Target{"deflate_messages", deflateMessages, Cost::High},
      Target{"inflate", inflate, Cost::High},
      Target{"client_handshake", clientHandshake},
      Target{"server_handshake", serverHandshake},
      Target{"handshake_pair", handshakePair},
      Target{"connection", connection, Cost::High},
      Target{"connection_pair", connectionPair, Cost::High},
      Target{"wire_inspector", wireInspector},
  };
  return kTargets;
}

}  // namespace parley::fuzz
