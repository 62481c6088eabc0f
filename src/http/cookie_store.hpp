#pragma once

#include "bytes/result.hpp"
#include "http/cookie_parser.hpp"

#include <parley/cookie.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::http {

/// Whether others can read along.
enum class Channel : std::uint8_t { Plain, Secure };

/// What of a request matters to its cookies. Host and path are as a URL serialises them, the path
/// without a query.
struct CookieRequest {
  std::string_view host;
  std::string_view path;
  Channel channel = Channel::Plain;
};

/// Is it a domain under which anybody can register, such as "co.uk"?
using PublicSuffixCheck = bool (*)(std::string_view domain);

struct CookieLimits {
  std::size_t perDomain = kMaxCookiesPerDomain;
  std::size_t total = kMaxCookies;
};

/// The cookies of a client (RFC 6265 section 5.3, with 6265bis section 5.7). Time is an argument.
class CookieStore {
 public:
  explicit CookieStore(CookieLimits limits = {}) noexcept : limits_(limits) {}

  /// Keeps the cookie of a Set-Cookie line that came in answer to `from`, or says why not. One that
  /// has expired already removes its predecessor.
  std::optional<CookieRefusal> receive(std::string_view setCookie, const CookieRequest& from,
                                       PublicSuffixCheck isPublicSuffix,
                                       std::chrono::sys_seconds now);
  /// Keeps a cookie that was checked before, for example when it was written to a file.
  void put(Cookie cookie, std::chrono::sys_seconds now);

  /// The value of the Cookie field of a request (RFC 6265 section 5.4); nullopt if there is none.
  [[nodiscard]] std::optional<std::string> header(const CookieRequest& to,
                                                  std::chrono::sys_seconds now);

  /// Those that have not expired, in the order of their creation.
  [[nodiscard]] std::vector<Cookie> cookies(std::chrono::sys_seconds now) const;
  /// Removes the cookie that has the same name, domain, path and host-only flag.
  /// @return was there one?
  bool remove(const Cookie& cookie);
  /// Removes those that end with the session.
  void endSession();
  void clear() noexcept { entries_.clear(); }

 private:
  struct Entry {
    Cookie cookie;
    std::uint64_t lastUse = 0;  // a count, as several uses may fall into one second
  };
  using Entries = std::vector<Entry>;

  [[nodiscard]] Entries::iterator find(const Cookie& cookie);
  [[nodiscard]] bool shadowsSecureCookie(const Cookie& cookie) const;
  void removeExpired(std::chrono::sys_seconds now);
  void evictOverDomainLimit(const std::string& domain);
  void evictOverTotalLimit();

  CookieLimits limits_;
  Entries entries_;  // in the order of their creation
  std::uint64_t uses_ = 0;
};

}  // namespace parley::http
