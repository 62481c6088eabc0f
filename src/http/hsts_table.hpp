#pragma once

#include "http/hsts_policy.hpp"

#include <parley/hsts_host.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace parley::http {

/// The hosts that are known to want TLS (RFC 6797 section 8). Names are in the form of HstsHost and
/// no addresses; time is an argument.
class HstsTable {
 public:
  explicit HstsTable(std::size_t limit = kMaxHstsHosts) noexcept : limit_(limit) {}

  /// What the host itself says, over TLS: takes the place of what it said before (section 8.1).
  void note(std::string_view host, const HstsPolicy& policy, std::chrono::sys_seconds now);
  /// What a file says: of two entries the stricter holds, the later expiry and the subdomains.
  void restore(const HstsHost& host, std::chrono::sys_seconds now);

  /// Is it one of them, or below one that includes its subdomains (section 8.2)?
  [[nodiscard]] bool covers(std::string_view host, std::chrono::sys_seconds now) const;

  /// Those that have not expired, in alphabetical order.
  [[nodiscard]] std::vector<HstsHost> hosts(std::chrono::sys_seconds now) const;
  /// @return was it there?
  bool remove(std::string_view host);
  void clear() noexcept { entries_.clear(); }

 private:
  struct Entry {
    std::chrono::sys_seconds expires;
    Subdomains subdomains;
    std::uint64_t lastNote;  // a count, as several notes may fall into one second
  };

  [[nodiscard]] const Entry* find(std::string_view host, std::chrono::sys_seconds now) const;
  void put(std::string_view host, std::chrono::sys_seconds expires, Subdomains subdomains,
           std::chrono::sys_seconds now);
  void evict(std::chrono::sys_seconds now);

  std::size_t limit_;
  std::map<std::string, Entry, std::less<>> entries_;
  std::uint64_t notes_ = 0;
};

}  // namespace parley::http
