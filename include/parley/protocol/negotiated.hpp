#pragma once

#include <parley/protocol/deflate_agreement.hpp>
#include <parley/protocol/role.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace parley::protocol {

/// What an opening handshake agreed on: the value from which alone a Connection can be made, so
/// that nothing can be sent before the connection is open. A plain struct, because other openings
/// (an extended CONNECT over HTTP/2, two ends in one test) make one without an HTTP/1.1 handshake.
struct Negotiated {
  Role role = Role::Client;
  /// The chosen subprotocol; empty when there is none.
  std::string subprotocol = {};
  /// The `Sec-WebSocket-Extensions` value that is in force; empty when there is none.
  std::string extensions = {};
  /// What that means for permessage-deflate; nullopt when it is not in force.
  std::optional<DeflateAgreement> deflate = {};
  /// Bytes that came behind the handshake in the same read. They are WebSocket data: give them to
  /// the Connection before anything that is received later.
  std::vector<std::byte> leftover = {};
};

}  // namespace parley::protocol
