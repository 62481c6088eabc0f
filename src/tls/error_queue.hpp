#pragma once

#include <string>

namespace parley::tls {

/// What OpenSSL noted of a call that failed.
struct QueuedError {
  /// An SSL_R_ code; 0 if the cause is not of libssl.
  int sslReason = 0;
  /// "bad record mac"; never empty.
  std::string text;
};

/// Takes what OpenSSL has noted on this thread since the queue was last cleared, and clears it.
/// libssl's own last word, if it has one, says more than what led to it.
[[nodiscard]] QueuedError takeErrors();

/// Forgets what other code on this thread may have left: OpenSSL would take it for the cause of a
/// call that only wants more bytes.
void clearErrors() noexcept;

}  // namespace parley::tls
