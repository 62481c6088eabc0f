#pragma once

#include "transport/transport.hpp"

#include <cstddef>
#include <vector>

namespace parley::loop {
class EventLoop;
}

namespace parley::transport {

/// `inner`, which does not read, with bytes that were read from it already: they are the first to
/// be told of when reading resumes.
[[nodiscard]] TransportPtr withLeftover(loop::EventLoop& loop, TransportPtr inner,
                                        std::vector<std::byte> leftover);

}  // namespace parley::transport
