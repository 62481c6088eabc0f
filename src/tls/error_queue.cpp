#include "tls/error_queue.hpp"

#include <openssl/err.h>

namespace parley::tls {

QueuedError takeErrors() {
  unsigned long chosen = 0;
  while (const unsigned long code = ERR_get_error()) {
    if (chosen == 0 || ERR_GET_LIB(code) == ERR_LIB_SSL) chosen = code;
  }
  QueuedError error;
  const char* text = chosen == 0 ? nullptr : ERR_reason_error_string(chosen);
  error.text = text ? text : "unknown error " + std::to_string(chosen);
  if (ERR_GET_LIB(chosen) == ERR_LIB_SSL) error.sslReason = ERR_GET_REASON(chosen);
  return error;
}

void clearErrors() noexcept {
  ERR_clear_error();
}

}  // namespace parley::tls
