#pragma once

#include "transport/transport.hpp"

#include <string>
#include <string_view>

namespace parley::transport {

/// An errno value in words: "connection refused".
[[nodiscard]] std::string describeErrno(int systemError);

/// An error with a message like "connect to 127.0.0.1:9: connection refused".
[[nodiscard]] TransportError makeError(TransportError::Step step, int systemError,
                                       std::string_view subject);

}  // namespace parley::transport
