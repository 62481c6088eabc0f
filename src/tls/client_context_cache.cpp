#include "tls/client_context_cache.hpp"

#include <algorithm>
#include <utility>

#include <openssl/ssl.h>

namespace parley::tls {

ClientContextCache& ClientContextCache::ofProcess() {
  // OpenSSL is told first, so that at exit it cleans up after the contexts are gone.
  static const int isReady = OPENSSL_init_ssl(0, nullptr);
  static_cast<void>(isReady);
  static ClientContextCache cache;
  return cache;
}

ClientContextCache::Stamps ClientContextCache::stampsOf(const TlsOptions& options) {
  Stamps stamps;
  for (const auto* path :
       {&options.caFile, &options.crlFile, &options.certificateFile, &options.keyFile}) {
    stamps.push_back(*path ? stampOf(**path) : std::nullopt);
  }
  return stamps;
}

std::shared_ptr<ClientContext> ClientContextCache::find(const TlsOptions& options,
                                                        const Stamps& stamps) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& entry) { return entry.options == options; });
  if (found == entries_.end()) return nullptr;
  if (found->stamps != stamps) {
    entries_.erase(found);
    return nullptr;
  }
  entries_.splice(entries_.begin(), entries_, found);
  return found->context;
}

Result<std::shared_ptr<ClientContext>, Error> ClientContextCache::get(const TlsOptions& options) {
  // Taken before the files are read: if one changes in between, that shows the next time.
  Stamps stamps = stampsOf(options);
  if (auto context = find(options, stamps)) return context;
  auto context = ClientContext::load(options);
  if (!context) return context;
  const std::lock_guard lock(mutex_);
  entries_.push_front({options, std::move(stamps), *context});
  if (entries_.size() > kMaxContexts) entries_.pop_back();
  return context;
}

std::size_t ClientContextCache::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace parley::tls
