#include "client/public_suffix.hpp"
#include "client/store_file.hpp"
#include "client/system_clock.hpp"
#include "http/cookie_file.hpp"
#include "http/cookie_store.hpp"

#include <parley/cookie_jar.hpp>

#include <mutex>
#include <utility>

namespace parley {

namespace {

/// What of a URL matters to cookies; nullopt for one that is asked for otherwise than by HTTP.
std::optional<http::CookieRequest> requestFor(const Url& url) noexcept {
  const std::string_view scheme = url.scheme();
  if (scheme == "ws" || scheme == "http") {
    return http::CookieRequest{url.hostname(), url.path(), http::Channel::Plain};
  }
  if (scheme == "wss" || scheme == "https") {
    return http::CookieRequest{url.hostname(), url.path(), http::Channel::Secure};
  }
  return std::nullopt;
}

}  // namespace

struct CookieJar::State {
  explicit State(Clock given) : clock(given ? std::move(given) : systemTime) {}

  const Clock clock;
  std::mutex mutex;
  http::CookieStore store;
};

CookieJar::CookieJar() : CookieJar(systemTime) {}

CookieJar::CookieJar(Clock clock) : state_(std::make_unique<State>(std::move(clock))) {}

CookieJar::~CookieJar() = default;

std::optional<CookieRefusal> CookieJar::setCookie(const Url& url, std::string_view line) {
  const auto request = requestFor(url);
  if (!request) return CookieRefusal::UnsupportedScheme;
  const auto now = state_->clock();
  const std::lock_guard lock(state_->mutex);
  return state_->store.receive(line, *request, isPublicSuffix, now);
}

std::size_t CookieJar::setCookies(const Url& url, const Headers& headers) {
  std::size_t accepted = 0;
  for (const std::string_view line : headers.getAll("Set-Cookie")) {
    if (!setCookie(url, line)) ++accepted;
  }
  return accepted;
}

std::optional<std::string> CookieJar::cookieHeader(const Url& url) {
  const auto request = requestFor(url);
  if (!request) return std::nullopt;
  const auto now = state_->clock();
  const std::lock_guard lock(state_->mutex);
  return state_->store.header(*request, now);
}

std::vector<Cookie> CookieJar::cookies() const {
  const auto now = state_->clock();
  const std::lock_guard lock(state_->mutex);
  return state_->store.cookies(now);
}

bool CookieJar::remove(const Cookie& cookie) {
  const std::lock_guard lock(state_->mutex);
  return state_->store.remove(cookie);
}

void CookieJar::endSession() {
  const std::lock_guard lock(state_->mutex);
  state_->store.endSession();
}

void CookieJar::clear() {
  const std::lock_guard lock(state_->mutex);
  state_->store.clear();
}

std::optional<FileFailure> CookieJar::load(const std::string& path) {
  const auto text = readStoreFile(path);
  if (!text) return text.error();
  auto cookies = http::parseCookieFile(*text);
  if (!cookies) return lineFailure(path, cookies.error());
  const auto now = state_->clock();
  const std::lock_guard lock(state_->mutex);
  for (Cookie& cookie : *cookies) {
    cookie.created = now;
    state_->store.put(std::move(cookie), now);
  }
  return std::nullopt;
}

std::optional<FileFailure> CookieJar::save(const std::string& path) const {
  return writeStoreFile(path, http::formatCookieFile(cookies()));
}

}  // namespace parley
