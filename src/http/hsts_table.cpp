#include "http/hsts_table.hpp"

#include <algorithm>

namespace parley::http {

void HstsTable::note(std::string_view host, const HstsPolicy& policy,
                     std::chrono::sys_seconds now) {
  if (policy.maxAge == std::chrono::seconds(0)) {
    remove(host);
    return;
  }
  put(host, now + policy.maxAge, policy.subdomains, now);
}

void HstsTable::restore(const HstsHost& host, std::chrono::sys_seconds now) {
  if (host.expires <= now) return;
  const Entry* known = find(host.host, now);
  const bool includes =
      host.includeSubDomains || (known != nullptr && known->subdomains == Subdomains::Included);
  const auto expires = known != nullptr ? std::max(known->expires, host.expires) : host.expires;
  put(host.host, expires, includes ? Subdomains::Included : Subdomains::Excluded, now);
}

bool HstsTable::covers(std::string_view host, std::chrono::sys_seconds now) const {
  if (find(host, now) != nullptr) return true;
  for (auto dot = host.find('.'); dot != std::string_view::npos; dot = host.find('.', dot + 1)) {
    const Entry* parent = find(host.substr(dot + 1), now);
    if (parent != nullptr && parent->subdomains == Subdomains::Included) return true;
  }
  return false;
}

std::vector<HstsHost> HstsTable::hosts(std::chrono::sys_seconds now) const {
  std::vector<HstsHost> all;
  for (const auto& [host, entry] : entries_) {
    if (entry.expires <= now) continue;
    all.push_back({host, entry.subdomains == Subdomains::Included, entry.expires});
  }
  return all;
}

bool HstsTable::remove(std::string_view host) {
  const auto found = entries_.find(host);
  if (found == entries_.end()) return false;
  entries_.erase(found);
  return true;
}

const HstsTable::Entry* HstsTable::find(std::string_view host, std::chrono::sys_seconds now) const {
  const auto found = entries_.find(host);
  return found != entries_.end() && found->second.expires > now ? &found->second : nullptr;
}

void HstsTable::put(std::string_view host, std::chrono::sys_seconds expires, Subdomains subdomains,
                    std::chrono::sys_seconds now) {
  entries_.insert_or_assign(std::string(host), Entry{expires, subdomains, ++notes_});
  if (entries_.size() > limit_) evict(now);
}

/// Those that have expired, or else the one that was not heard of for the longest time: a host that
/// is in use says it again with each answer.
void HstsTable::evict(std::chrono::sys_seconds now) {
  std::erase_if(entries_, [now](const auto& each) { return each.second.expires <= now; });
  if (entries_.size() <= limit_) return;
  entries_.erase(std::min_element(
      entries_.begin(), entries_.end(),
      [](const auto& a, const auto& b) { return a.second.lastNote < b.second.lastNote; }));
}

}  // namespace parley::http
