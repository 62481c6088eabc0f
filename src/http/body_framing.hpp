#pragma once

#include "bytes/result.hpp"
#include "http/head_error.hpp"
#include "http/message_head.hpp"

#include <parley/headers.hpp>

namespace parley::http {

/// Reads Content-Length and Transfer-Encoding. Anything that two readers could take for two lengths
/// is an error, where RFC 9112 section 6.3 would allow to repair some of it: request smuggling
/// lives from such repairs.
[[nodiscard]] Result<BodyFraming, HeadError> readBodyFraming(const Headers& headers,
                                                             HttpVersion version);

}  // namespace parley::http
