#pragma once

#include "tls/client_sessions.hpp"

#include <memory>
#include <string>
#include <utility>

namespace parley::tls {

/// Where the sessions of one client connection come from and go to.
class SessionSlot {
 public:
  /// @param sessions must outlive it
  SessionSlot(ClientSessions& sessions, std::string host)
      : sessions_(sessions), host_(std::move(host)) {}

  void put(SessionPointer session) { sessions_.put(host_, std::move(session)); }
  [[nodiscard]] SessionPointer take() { return sessions_.take(host_); }

 private:
  ClientSessions& sessions_;
  const std::string host_;
};

}  // namespace parley::tls
