#pragma once

#include <parley/protocol/time.hpp>

#include <cstdint>
#include <optional>

namespace parley::protocol {

/// What a connection allows its peer and how long it waits. One object serves many connections; it
/// must outlive them and must not change while they live.
struct ConnectionLimits {
  /// Largest message that is received, in bytes of payload over all fragments. A frame that would
  /// exceed it is refused on its header, before anything is allocated (1009). Default 16 MiB, the
  /// server's; a client's is 128 MiB.
  std::uint64_t maxMessageSize = std::uint64_t{16} << 20;
  /// Messages above it are announced, by an event of type LargeMessage, when their size is known or
  /// reached, so that they may be received in parts. Bytes. Default: none is.
  std::uint64_t largeMessageSize = UINT64_MAX;
  /// Most frames that one message may come in (1009); 0 is as 1. Default 131072: far above honest
  /// use, and a bound for floods of tiny or empty fragments.
  std::uint32_t maxFragments = 131072;
  /// Silence after which a Ping is sent; any received byte counts as life. nullopt: never. Default
  /// 20 s, below the 30 to 60 s after which common proxies cut a silent connection.
  std::optional<Duration> pingAfter = std::chrono::seconds(20);
  /// Time that the peer has for any byte after our Ping was written; then the connection is lost.
  /// Default 20 s.
  Duration pingTimeout = std::chrono::seconds(20);
  /// Longest time that the transport may take nothing of what waits to be written; then the
  /// connection is lost. nullopt (default): for ever, as a peer may have paused for a reason.
  std::optional<Duration> writeTimeout = {};
  /// Longest time without a data message in either direction, or a part of one that is above
  /// largeMessageSize or comes by providePayload(); then Close 1001 is sent. nullopt (default): for
  /// ever.
  std::optional<Duration> idleTimeout = {};
  /// Longest time from the start of the closing handshake to the end of TCP; then the transport is
  /// dropped. As long as messages that were sent before close() still leave, it begins anew each
  /// time that it is over. Default 10 s.
  Duration closeTimeout = std::chrono::seconds(10);
  /// Outgoing messages larger than this leave in fragments of this size, so that Pings slip
  /// between. Bytes, at least 4096. Default 256 KiB.
  std::uint32_t fragmentSize = 256 * 1024;
};

}  // namespace parley::protocol
