#include "bytes/utf8.hpp"
#include "client/store_file.hpp"
#include "client/system_clock.hpp"
#include "http/domain_match.hpp"
#include "http/hsts_file.hpp"
#include "http/hsts_policy.hpp"
#include "http/hsts_table.hpp"
#include "url/host.hpp"

#include <parley/hsts.hpp>

#include <mutex>
#include <span>
#include <utility>

namespace parley {

namespace {

/// As the table has it; nullopt for an address, and for what is no host.
std::optional<std::string> canonicalName(std::string_view host) {
  if (host.empty() || !bytes::isValidUtf8(std::as_bytes(std::span(host)))) return std::nullopt;
  auto name = url::parseHost(host, url::HostKind::Special);
  if (!name || http::isAddress(*name)) return std::nullopt;
  // The root's dot makes no other host of it.
  if (name->ends_with('.')) name->pop_back();
  if (name->empty()) return std::nullopt;
  return name;
}

/// What the scheme becomes over TLS; nullopt if it is not one that can be upgraded.
std::optional<std::string> secureScheme(std::string_view scheme) {
  if (scheme == "ws") return "wss";
  if (scheme == "http") return "https";
  return std::nullopt;
}

}  // namespace

struct HstsStore::State {
  explicit State(Clock given) : clock(given ? std::move(given) : systemTime) {}

  const Clock clock;
  std::mutex mutex;
  http::HstsTable table;
};

HstsStore::HstsStore() : HstsStore(systemTime) {}

HstsStore::HstsStore(Clock clock) : state_(std::make_unique<State>(std::move(clock))) {}

HstsStore::~HstsStore() = default;

bool HstsStore::note(std::string_view host, std::string_view value) {
  const auto policy = http::parseHstsPolicy(value);
  const auto name = canonicalName(host);
  if (!policy || !name) return false;
  const auto now = state_->clock();
  const std::lock_guard lock(state_->mutex);
  state_->table.note(*name, *policy, now);
  return true;
}

bool HstsStore::note(const Url& url, const Headers& headers) {
  if (url.scheme() != "wss" && url.scheme() != "https") return false;
  const auto value = headers.get("Strict-Transport-Security");
  return value && note(url.hostname(), *value);
}

bool HstsStore::mustUpgrade(std::string_view host) const {
  const auto name = canonicalName(host);
  if (!name) return false;
  const auto now = state_->clock();
  const std::lock_guard lock(state_->mutex);
  return state_->table.covers(*name, now);
}

std::optional<Url> HstsStore::upgraded(const Url& url) const {
  const auto scheme = secureScheme(url.scheme());
  if (!scheme || !mustUpgrade(url.hostname())) return std::nullopt;
  return Url::parse(*scheme + url.href().substr(url.scheme().size()));
}

std::vector<HstsHost> HstsStore::hosts() const {
  const auto now = state_->clock();
  const std::lock_guard lock(state_->mutex);
  return state_->table.hosts(now);
}

bool HstsStore::remove(std::string_view host) {
  const auto name = canonicalName(host);
  if (!name) return false;
  const std::lock_guard lock(state_->mutex);
  return state_->table.remove(*name);
}

void HstsStore::clear() {
  const std::lock_guard lock(state_->mutex);
  state_->table.clear();
}

std::optional<FileFailure> HstsStore::load(const std::string& path) {
  const auto text = readStoreFile(path);
  if (!text) return text.error();
  const auto hosts = http::parseHstsFile(*text);
  if (!hosts) return lineFailure(path, hosts.error());
  const auto now = state_->clock();
  const std::lock_guard lock(state_->mutex);
  for (const HstsHost& host : *hosts) state_->table.restore(host, now);
  return std::nullopt;
}

std::optional<FileFailure> HstsStore::save(const std::string& path) const {
  return writeStoreFile(path, http::formatHstsFile(hosts()));
}

}  // namespace parley
