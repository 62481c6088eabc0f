#pragma once

#include <parley/cookie.hpp>
#include <parley/export.hpp>
#include <parley/file_failure.hpp>
#include <parley/headers.hpp>
#include <parley/url.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley {

/// The cookies of a client: kept, expired and sent as browsers do (RFC 6265 and the draft that
/// replaces it, 6265bis), within the limits of cookie.hpp. ws: counts as http:, wss: as https:.
/// Domains are checked against the Public Suffix List.
///
/// Can be used from any thread. Several sockets may share one (std::shared_ptr), as the tabs of a
/// browser do. It lives in memory; load() and save() are the program's to call.
///
/// @code
/// parley::CookieJar jar;
/// if (const auto failure = jar.load("cookies.txt")) std::cerr << failure->message << '\n';
/// const auto url = parley::Url::parse("wss://example.com/chat");
/// jar.setCookie(*url, "id=7; Max-Age=3600; Secure; HttpOnly");
/// jar.cookieHeader(*url);  // "id=7"
/// if (const auto failure = jar.save("cookies.txt")) std::cerr << failure->message << '\n';
/// @endcode
class PARLEY_EXPORT CookieJar {
 public:
  /// The time of day. Called from whichever thread uses the jar, never under its lock.
  using Clock = std::function<std::chrono::sys_seconds()>;

  /// An empty jar by the clock of the system.
  CookieJar();
  /// An empty jar by a clock of your own, for tests. An empty function is the system's clock.
  explicit CookieJar(Clock clock);
  CookieJar(const CookieJar&) = delete;
  CookieJar& operator=(const CookieJar&) = delete;
  ~CookieJar();

  /// Takes in the value of a Set-Cookie field of an answer to a request of `url`. A cookie that has
  /// expired already removes the one that it would replace.
  /// @return the rule that kept it out; nullopt: accepted
  std::optional<CookieRefusal> setCookie(const Url& url, std::string_view line);
  /// Takes in every Set-Cookie field of an answer.
  /// @return how many were accepted
  std::size_t setCookies(const Url& url, const Headers& headers);
  /// The value of the Cookie field for a request of `url`: longer paths first, and then the older
  /// cookies. nullopt: there is none, so the field is left out. Counts as a use of each of them:
  /// when the jar is full, the least used go first.
  [[nodiscard]] std::optional<std::string> cookieHeader(const Url& url);

  /// All that have not expired, in the order of their creation.
  [[nodiscard]] std::vector<Cookie> cookies() const;
  /// Removes the cookie that has the same name, domain, path and hostOnly.
  /// @return was there one?
  bool remove(const Cookie& cookie);
  /// Removes those without an expiry. They would be in a file, too: a program that takes each of
  /// its runs for a session calls this after load().
  void endSession();
  /// Removes all.
  void clear();

  /// Adds the cookies of a file; they replace those that are the same. The format is Netscape's,
  /// as curl, wget and Python have it: `curl -c` writes it. SameSite is not in it. Domains are not
  /// checked again. Blocks.
  /// @return why it failed, for example "cookies.txt:3: the third field is not a path"; the jar is
  ///   as before then. nullopt: done
  [[nodiscard]] std::optional<FileFailure> load(const std::string& path);
  /// Writes all that have not expired into a file of that format, which `curl -b` reads; those of
  /// the session have the expiry 0. In one step, and readable for the user alone (mode 0600). A
  /// cookie with a tab in its name, value or path is left out. Blocks.
  /// @return why it failed; the file is as before then. nullopt: done
  [[nodiscard]] std::optional<FileFailure> save(const std::string& path) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace parley
