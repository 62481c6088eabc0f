#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

struct ssl_session_st;

namespace parley::tls {

struct SessionReleaser {
  void operator()(ssl_session_st* session) const noexcept;
};
using SessionPointer = std::unique_ptr<ssl_session_st, SessionReleaser>;

/// Sessions that a client may go on with, by host and port. Bounded: the host that was used longest
/// ago goes first. Any thread.
class ClientSessions {
 public:
  static constexpr std::size_t kMaxHosts = 256;
  /// Servers send two by default.
  static constexpr std::size_t kMaxForHost = 4;

  ClientSessions();
  ClientSessions(const ClientSessions&) = delete;
  ClientSessions& operator=(const ClientSessions&) = delete;
  ~ClientSessions();

  void put(const std::string& host, SessionPointer session);
  /// The newest, or nullptr. A session of TLS 1.3 is given away once (RFC 8446 appendix C.4); one
  /// of TLS 1.2 stays. None outlives its own time or the certificate that it was made with.
  [[nodiscard]] SessionPointer take(const std::string& host);
  /// Hosts that there are sessions of.
  [[nodiscard]] std::size_t size() const;

 private:
  struct Host {
    std::string name;
    std::vector<SessionPointer> sessions;  // the newest last
  };
  using Hosts = std::list<Host>;

  void erase(Hosts::iterator host);

  mutable std::mutex mutex_;
  Hosts hosts_;  // the one used last comes first
  std::unordered_map<std::string, Hosts::iterator> byName_;
};

}  // namespace parley::tls
