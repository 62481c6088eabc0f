#pragma once

#include <parley/export.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace parley {

/// permessage-deflate (RFC 7692): whether messages are compressed, and at what price. The same
/// struct for both ends; the names "server" and "client" are those of the RFC's parameters.
///
/// @code
/// parley::Route route;
/// route.compression.mode = parley::Compression::Mode::On;
/// route.compression.serverNoContextTakeover = true;  // no memory per connection for what we send
/// @endcode
struct PARLEY_EXPORT Compression {
  enum class Mode : std::uint8_t {
    Off,  ///< neither offered nor accepted
    On,   ///< a client offers it, a server accepts the first offer that it can keep to
  };
  enum class Level : std::uint8_t {
    Fast,  ///< ISA-L if the library was built with it, else zlib's level 1
    Best,  ///< zlib's level 6: some tenths smaller, many times the CPU
  };

  /// The default of a client, as browsers offer it. Route::compression is Off by default.
  Mode mode = Mode::On;
  Level level = Level::Fast;
  /// Messages below it are sent as they are. Bytes.
  std::size_t threshold = 128;
  /// The server starts each of its messages afresh: smaller memory, larger messages.
  bool serverNoContextTakeover = false;
  /// The client starts each of its messages afresh.
  bool clientNoContextTakeover = false;
  /// How far back the server's compressor may refer: 2^bits bytes, 9..15.
  std::uint8_t serverMaxWindowBits = 15;
  /// The same of the client's. A client that does not offer this parameter is accepted all the same
  /// and uses 15.
  std::uint8_t clientMaxWindowBits = 15;
  /// After so long without a compressed message the connection gives back what memory it can.
  /// nullopt: never.
  std::optional<std::chrono::milliseconds> releaseAfter = std::chrono::seconds(10);
};

/// Choices for one message, beside its data.
///
/// @code
/// socket.send(secret, {.compress = parley::SendOptions::Never});
/// @endcode
struct PARLEY_EXPORT SendOptions {
  enum class Compress : std::uint8_t {
    Auto,   ///< as Compression::threshold says, if it was agreed on
    Never,  ///< as it is
  };
  using enum Compress;

  Compress compress = Compress::Auto;
};

}  // namespace parley
