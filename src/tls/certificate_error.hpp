#pragma once

#include "tls/error.hpp"
#include "tls/openssl_pointers.hpp"

#include <string>
#include <string_view>

namespace parley::tls {

/// Why the check of a chain failed. `subject` is whose it is: "certificate of example.com".
[[nodiscard]] Error certificateError(X509_STORE_CTX& chain, std::string_view subject);

}  // namespace parley::tls
