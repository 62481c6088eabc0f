#pragma once

#include "transport/transport.hpp"

#include <parley/options.hpp>

#include <functional>
#include <span>

namespace parley::loop {
class EventLoop;
}

namespace parley::transport {

/// Sees every run of bytes of a transport: what it wrote, as it was accepted; what came, before
/// anybody changes it.
using TapCallback = std::function<void(WireDirection, std::span<const std::byte>)>;

/// `inner` with `callback` looking on. An exception that leaves the callback is the loop's.
[[nodiscard]] TransportPtr tap(loop::EventLoop& loop, TransportPtr inner, TapCallback callback);

}  // namespace parley::transport
