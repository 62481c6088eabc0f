#include "tls/client_sessions.hpp"

#include <ctime>
#include <utility>

#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace parley::tls {

namespace {

bool isOfTls13(const SSL_SESSION& session) {
  return SSL_SESSION_get_protocol_version(&session) >= TLS1_3_VERSION;
}

/// Resuming shows no certificate, so nobody would see that the one behind it has expired.
bool isUsable(SSL_SESSION& session) {
  if (!SSL_SESSION_is_resumable(&session)) return false;
  const std::time_t now = std::time(nullptr);
  if (SSL_SESSION_get_time(&session) + SSL_SESSION_get_timeout(&session) <= now) return false;
  const X509* const certificate = SSL_SESSION_get0_peer(&session);
  return !certificate || X509_cmp_current_time(X509_get0_notAfter(certificate)) > 0;
}

}  // namespace

void SessionReleaser::operator()(ssl_session_st* session) const noexcept {
  SSL_SESSION_free(session);
}

ClientSessions::ClientSessions() = default;
ClientSessions::~ClientSessions() = default;

void ClientSessions::put(const std::string& host, SessionPointer session) {
  const std::lock_guard lock(mutex_);
  const auto found = byName_.find(host);
  if (found == byName_.end()) {
    hosts_.push_front({host, {}});
    byName_.emplace(host, hosts_.begin());
    if (hosts_.size() > kMaxHosts) erase(std::prev(hosts_.end()));
  } else {
    hosts_.splice(hosts_.begin(), hosts_, found->second);
  }
  std::vector<SessionPointer>& sessions = hosts_.front().sessions;
  // The next connection of TLS 1.2 takes the newest and leaves it, so the others would never go.
  if (!isOfTls13(*session)) sessions.clear();
  if (sessions.size() == kMaxForHost) sessions.erase(sessions.begin());
  sessions.push_back(std::move(session));
}

SessionPointer ClientSessions::take(const std::string& host) {
  const std::lock_guard lock(mutex_);
  const auto found = byName_.find(host);
  if (found == byName_.end()) return nullptr;
  hosts_.splice(hosts_.begin(), hosts_, found->second);
  std::vector<SessionPointer>& sessions = hosts_.front().sessions;
  SessionPointer taken;
  while (!taken && !sessions.empty()) {
    taken = std::move(sessions.back());
    sessions.pop_back();
    if (!isUsable(*taken)) taken.reset();
  }
  if (taken && !isOfTls13(*taken)) {
    SSL_SESSION_up_ref(taken.get());
    sessions.push_back(SessionPointer(taken.get()));
  }
  if (sessions.empty()) erase(hosts_.begin());
  return taken;
}

std::size_t ClientSessions::size() const {
  const std::lock_guard lock(mutex_);
  return hosts_.size();
}

void ClientSessions::erase(Hosts::iterator host) {
  byName_.erase(host->name);
  hosts_.erase(host);
}

}  // namespace parley::tls
