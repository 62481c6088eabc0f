#pragma once

#include "bytes/result.hpp"
#include "tls/client_context.hpp"
#include "tls/error.hpp"
#include "tls/file.hpp"

#include <parley/tls.hpp>

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace parley::tls {

/// One context for equal options, as long as the files that these name stay as they are. Bounded:
/// the one that was used longest ago goes first. Any thread.
class ClientContextCache {
 public:
  static constexpr std::size_t kMaxContexts = 32;

  ClientContextCache() = default;
  ClientContextCache(const ClientContextCache&) = delete;
  ClientContextCache& operator=(const ClientContextCache&) = delete;

  /// The one that all connections of the process share.
  static ClientContextCache& ofProcess();

  /// What can't be made is tried anew each time.
  [[nodiscard]] Result<std::shared_ptr<ClientContext>, Error> get(const TlsOptions& options);
  [[nodiscard]] std::size_t size() const;

 private:
  using Stamps = std::vector<std::optional<FileStamp>>;
  struct Entry {
    TlsOptions options;
    Stamps stamps;
    std::shared_ptr<ClientContext> context;
  };

  static Stamps stampsOf(const TlsOptions& options);
  [[nodiscard]] std::shared_ptr<ClientContext> find(const TlsOptions& options,
                                                    const Stamps& stamps);

  mutable std::mutex mutex_;
  std::list<Entry> entries_;  // the one used last comes first
};

}  // namespace parley::tls
