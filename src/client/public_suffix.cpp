#include "client/public_suffix.hpp"

#include <string>

#include <libpsl.h>

namespace parley {

namespace {

/// Never freed: threads may ask until the program ends.
const psl_ctx_t* list() {
  static const psl_ctx_t* const latest = psl_latest(nullptr);
  return latest;
}

}  // namespace

bool isPublicSuffix(std::string_view domain) {
  // "com." is the same domain as "com", but no entry of the list.
  if (domain.ends_with('.')) domain.remove_suffix(1);
  // Without any list libpsl takes every name for a public suffix: no cookie is shared then.
  return psl_is_public_suffix(list(), std::string(domain).c_str()) != 0;
}

}  // namespace parley
