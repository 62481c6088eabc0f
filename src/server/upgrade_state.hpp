#pragma once

#include "server/request_record.hpp"

#include <parley/server.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace parley {

class HttpConnection;

/// What an Upgrade refers to.
struct Upgrade::State {
  /// Throws SyntaxError for a sub-protocol that the client would have to refuse (RFC 6455 section
  /// 4.1).
  static void checkOffered(const std::string& protocol, const std::vector<std::string>& offered);

  std::weak_ptr<HttpConnection> connection;  // the client may go first
  std::shared_ptr<const RequestRecord> record;
  std::vector<std::string> protocols;
  std::optional<std::string> choice;  // the route's
  bool isDecided = false;
};

}  // namespace parley
