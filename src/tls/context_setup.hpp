#pragma once

#include "bytes/result.hpp"
#include "tls/error.hpp"
#include "tls/openssl_pointers.hpp"

#include <parley/tls.hpp>

namespace parley::tls {

/// A context with what holds for both ends: the versions, no compression, no renegotiation, no
/// buffers while idle, and alerts that EngineCall hears of.
[[nodiscard]] Result<ContextPointer, Error> makeContext(const SSL_METHOD* method,
                                                        TlsVersion minVersion);

/// What OpenSSL has to say about a call that should not fail.
[[nodiscard]] Error internalError(const char* operation);

}  // namespace parley::tls
