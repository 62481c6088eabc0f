#pragma once

#include <parley/export.hpp>
#include <parley/file_failure.hpp>
#include <parley/headers.hpp>
#include <parley/hsts_host.hpp>
#include <parley/url.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley {

/// Which hosts are spoken to over TLS only, because they asked for it (HTTP Strict Transport
/// Security, RFC 6797): for them ws: becomes wss:. Addresses are never among them. It starts empty;
/// there is no preloaded list. Names may be in any case, in Unicode or Punycode, with a last dot or
/// without.
///
/// Can be used from any thread. Several sockets may share one (std::shared_ptr). It lives in
/// memory; load() and save() are the program's to call.
///
/// @code
/// parley::HstsStore hsts;
/// hsts.note("example.com", "max-age=31536000; includeSubDomains");  // said over TLS
/// hsts.mustUpgrade("chat.example.com");  // true
/// const auto url = parley::Url::parse("ws://chat.example.com/room");
/// hsts.upgraded(*url)->href();  // "wss://chat.example.com/room"
/// @endcode
class PARLEY_EXPORT HstsStore {
 public:
  /// The time of day. Called from whichever thread uses the store, never under its lock.
  using Clock = std::function<std::chrono::sys_seconds()>;

  /// An empty store by the clock of the system.
  HstsStore();
  /// An empty store by a clock of your own, for tests. An empty function is the system's clock.
  explicit HstsStore(Clock clock);
  HstsStore(const HstsStore&) = delete;
  HstsStore& operator=(const HstsStore&) = delete;
  ~HstsStore();

  /// Takes in the value of the Strict-Transport-Security field of `host`. Only for what came over
  /// TLS with a certificate that was verified (section 8.1): anybody can say it in the clear. A
  /// max-age of 0 removes the host.
  /// @return false: ignored, as the value breaks the grammar or `host` is an address
  bool note(std::string_view host, std::string_view value);
  /// Takes in the first Strict-Transport-Security field of an answer to a request of `url`; further
  /// ones are ignored (section 8.1), and so are all if the scheme is neither wss nor https.
  /// @return false: ignored, or there is none
  bool note(const Url& url, const Headers& headers);
  /// Is `host` to be spoken to over TLS only (section 8.3): noted itself, or below one that was
  /// noted with includeSubDomains?
  [[nodiscard]] bool mustUpgrade(std::string_view host) const;
  /// The URL to connect to in place of `url`: ws made wss and http made https, and with it port 80
  /// made 443; another port stays. nullopt: there is nothing to change.
  [[nodiscard]] std::optional<Url> upgraded(const Url& url) const;

  /// All that have not expired, in alphabetical order.
  [[nodiscard]] std::vector<HstsHost> hosts() const;
  /// Forgets what `host` itself said.
  /// @return had it said anything?
  bool remove(std::string_view host);
  /// Forgets all.
  void clear();

  /// Adds the hosts of a file in the format of `curl --hsts`; of two entries of a host the later
  /// expiry and the inclusion of subdomains hold. Blocks.
  /// @return why it failed, for example "hsts.txt:3: the host is not a name"; the store is as
  ///   before then. nullopt: done
  [[nodiscard]] std::optional<FileFailure> load(const std::string& path);
  /// Writes all that have not expired into a file of that format, in one step, and readable for
  /// the user alone (mode 0600). Blocks.
  /// @return why it failed; the file is as before then. nullopt: done
  [[nodiscard]] std::optional<FileFailure> save(const std::string& path) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace parley
