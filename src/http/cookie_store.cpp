#include "http/cookie_store.hpp"

#include "bytes/ascii.hpp"
#include "http/cookie_path.hpp"
#include "http/cookie_rules.hpp"
#include "http/domain_match.hpp"

#include <algorithm>
#include <utility>

namespace parley::http {
namespace {

bool isExpired(const Cookie& cookie, std::chrono::sys_seconds now) noexcept {
  return cookie.expires && *cookie.expires <= now;
}

/// RFC 6265 section 5.3, step 11: the cookie that a new one replaces.
bool isSameCookie(const Cookie& a, const Cookie& b) noexcept {
  return a.name == b.name && a.domain == b.domain && a.hostOnly == b.hostOnly && a.path == b.path;
}

bool isSent(const Cookie& cookie, const CookieRequest& to) noexcept {
  if (cookie.secure && to.channel == Channel::Plain) return false;
  if (cookie.hostOnly ? to.host != cookie.domain : !domainMatches(to.host, cookie.domain)) {
    return false;
  }
  return cookiePathMatches(to.path, cookie.path);
}

/// 6265bis section 5.7: whom it is sent to.
std::optional<CookieRefusal> setDomain(Cookie& cookie, std::string_view attribute,
                                       std::string_view host, PublicSuffixCheck isPublicSuffix) {
  std::string domain(attribute);
  std::transform(domain.begin(), domain.end(), domain.begin(), bytes::toLower);
  if (std::any_of(domain.begin(), domain.end(),
                  [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) {
    return CookieRefusal::DomainNotAscii;
  }
  if (!domain.empty() && isPublicSuffix(domain)) {
    if (domain != host) return CookieRefusal::PublicSuffix;
    domain.clear();  // "Domain=com" of com itself is for com alone
  }
  cookie.hostOnly = domain.empty();
  if (!cookie.hostOnly && !domainMatches(host, domain)) return CookieRefusal::ForeignDomain;
  cookie.domain = cookie.hostOnly ? std::string(host) : std::move(domain);
  return std::nullopt;
}

/// RFC 6265 section 5.3, step 3: Max-Age decides over Expires. 6265bis section 5.5 sets the limit.
std::optional<std::chrono::sys_seconds> expiryOf(const SetCookie& line,
                                                 std::chrono::sys_seconds now) noexcept {
  if (line.maxAge) return now + *line.maxAge;
  if (!line.expires) return std::nullopt;
  return std::min(*line.expires, now + std::chrono::seconds(kMaxCookieAge));
}

/// 6265bis section 5.7 up to where other cookies matter.
Result<Cookie, CookieRefusal> makeCookie(const SetCookie& line, const CookieRequest& from,
                                         PublicSuffixCheck isPublicSuffix,
                                         std::chrono::sys_seconds now) {
  Cookie cookie{.name = std::string(line.name),
                .value = std::string(line.value),
                .expires = expiryOf(line, now),
                .created = now,
                .secure = line.secure,
                .httpOnly = line.httpOnly,
                .sameSite = line.sameSite};
  if (const auto refusal = setDomain(cookie, line.domain, from.host, isPublicSuffix)) {
    return *refusal;
  }
  const bool hasPath = line.path && line.path->starts_with('/');
  cookie.path = hasPath ? *line.path : defaultCookiePath(from.path);
  if (cookie.secure && from.channel == Channel::Plain) return CookieRefusal::InsecureOrigin;
  if (cookie.sameSite == SameSite::None && !cookie.secure) return CookieRefusal::SameSiteNone;
  if (const auto refusal = prefixRefusal(cookie)) return *refusal;
  if (hasHostPrefix(cookie.name) && !line.path) return CookieRefusal::HostPrefix;
  return cookie;
}

}  // namespace

std::optional<CookieRefusal> CookieStore::receive(std::string_view setCookie,
                                                  const CookieRequest& from,
                                                  PublicSuffixCheck isPublicSuffix,
                                                  std::chrono::sys_seconds now) {
  const auto line = parseSetCookie(setCookie);
  if (!line) return line.error();
  auto cookie = makeCookie(*line, from, isPublicSuffix, now);
  if (!cookie) return cookie.error();
  removeExpired(now);
  if (from.channel == Channel::Plain && shadowsSecureCookie(*cookie)) {
    return CookieRefusal::ShadowsSecureCookie;
  }
  put(*std::move(cookie), now);
  return std::nullopt;
}

void CookieStore::put(Cookie cookie, std::chrono::sys_seconds now) {
  removeExpired(now);
  const auto old = find(cookie);
  if (isExpired(cookie, now)) {
    if (old != entries_.end()) entries_.erase(old);
    return;
  }
  if (old != entries_.end()) {
    cookie.created = old->cookie.created;
    *old = {std::move(cookie), ++uses_};
    return;
  }
  const std::string domain = cookie.domain;
  entries_.push_back({std::move(cookie), ++uses_});
  evictOverDomainLimit(domain);
  evictOverTotalLimit();
}

std::optional<std::string> CookieStore::header(const CookieRequest& to,
                                               std::chrono::sys_seconds now) {
  removeExpired(now);
  std::vector<Entry*> sent;
  for (Entry& entry : entries_) {
    if (isSent(entry.cookie, to)) sent.push_back(&entry);
  }
  if (sent.empty()) return std::nullopt;
  // Those with longer paths first, and the earlier created before the later.
  std::stable_sort(sent.begin(), sent.end(), [](const Entry* a, const Entry* b) {
    return a->cookie.path.size() > b->cookie.path.size();
  });
  std::string value;
  ++uses_;
  for (Entry* entry : sent) {
    entry->lastUse = uses_;
    if (!value.empty()) value.append("; ");
    if (!entry->cookie.name.empty()) value.append(entry->cookie.name).push_back('=');
    value.append(entry->cookie.value);
  }
  return value;
}

std::vector<Cookie> CookieStore::cookies(std::chrono::sys_seconds now) const {
  std::vector<Cookie> all;
  for (const Entry& entry : entries_) {
    if (!isExpired(entry.cookie, now)) all.push_back(entry.cookie);
  }
  return all;
}

bool CookieStore::remove(const Cookie& cookie) {
  const auto found = find(cookie);
  if (found == entries_.end()) return false;
  entries_.erase(found);
  return true;
}

void CookieStore::endSession() {
  std::erase_if(entries_, [](const Entry& entry) { return !entry.cookie.expires; });
}

CookieStore::Entries::iterator CookieStore::find(const Cookie& cookie) {
  return std::find_if(entries_.begin(), entries_.end(),
                      [&](const Entry& entry) { return isSameCookie(entry.cookie, cookie); });
}

/// 6265bis section 5.7: who can't see a Secure cookie must not be able to put another in its place.
bool CookieStore::shadowsSecureCookie(const Cookie& cookie) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    const Cookie& old = entry.cookie;
    return old.secure && old.name == cookie.name &&
           (domainMatches(old.domain, cookie.domain) || domainMatches(cookie.domain, old.domain)) &&
           cookiePathMatches(cookie.path, old.path);
  });
}

void CookieStore::removeExpired(std::chrono::sys_seconds now) {
  std::erase_if(entries_, [now](const Entry& entry) { return isExpired(entry.cookie, now); });
}

/// RFC 6265 section 5.3 at its end, with the order of 6265bis: of those that share a domain the
/// ones that are not Secure go first, and among them the one whose last use is longest ago.
void CookieStore::evictOverDomainLimit(const std::string& domain) {
  std::size_t count = 0;
  auto victim = entries_.end();
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    if (entry->cookie.domain != domain) continue;
    ++count;
    if (victim == entries_.end() || std::pair(entry->cookie.secure, entry->lastUse) <
                                        std::pair(victim->cookie.secure, victim->lastUse)) {
      victim = entry;
    }
  }
  if (count > limits_.perDomain) entries_.erase(victim);
}

void CookieStore::evictOverTotalLimit() {
  if (entries_.size() <= limits_.total) return;
  entries_.erase(
      std::min_element(entries_.begin(), entries_.end(),
                       [](const Entry& a, const Entry& b) { return a.lastUse < b.lastUse; }));
}

}  // namespace parley::http
