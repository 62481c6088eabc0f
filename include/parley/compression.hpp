#pragma once

#include <parley/export.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace parley {

/// permessage-deflate (RFC 7692): whether messages are compressed, and at what price. The same
/// struct for both ends; "server" and "client" in its names are those of the RFC's parameters. A
/// number that is out of its range throws SyntaxError from the WebSocket constructor or
/// Server::route().
///
/// What it costs, for JSON messages on one x86-64 core (`./dev bench`, built with ISA-L): CPU to
/// send and to receive, in microseconds, and how many times smaller the frame is. Without
/// compression all of them cost 0.02 to 7 us to send and less to receive.
///
/// | message | Fast, contexts kept | Fast, reset | Best, kept | Best, reset |
/// | - | - | - | - | - |
/// | 200 B | 0.7, 0.5 (2.3) | 0.5, 0.6 (1.07) | 9, 0.5 (2.8) | 7, 1.7 (1.3) |
/// | 1 KiB | 6.0, 3.9 (2.9) | 6.8, 4.3 (2.0) | 33, 3.5 (3.4) | 18, 4.4 (2.0) |
/// | 16 KiB | 35, 17 (3.3) | 35, 19 (3.0) | 446, 14 (3.9) | 260, 16 (3.4) |
///
/// Without ISA-L, Fast is zlib's level 1: 4, 12 and 105 us to send, contexts kept.
///
/// Memory per connection, contexts kept both ways: about 100 bytes until the first compressed
/// message; then up to 123 KB, 196 KB with messages of 512 bytes and more, 309 KB with Best, 51 KB
/// with Best and windows of 12 bits (less as long as few bytes have passed: pages that nothing was
/// written to cost nothing); after `releaseAfter`, what the peer may still refer to, at most 32
/// KiB, and the rest has gone back to the system. With both contexts reset: nothing, as all
/// connections of a loop share the codecs. A loop keeps 16 blocks of closed connections for new
/// ones.
///
/// Compression makes secrets guessable where an attacker's text is compressed together with them
/// and he sees the sizes (as in CRIME): keep such messages out with SendOptions::Never.
///
/// @code
/// parley::Route route;
/// route.compression.mode = parley::Compression::Mode::On;
/// route.compression.serverNoContextTakeover = true;  // no memory per connection for what we send
/// @endcode
struct PARLEY_EXPORT Compression {
  enum class Mode : std::uint8_t {
    Off,  ///< neither offered nor accepted
    On,   ///< a client offers it; a server accepts the first offer that it can keep to
  };
  enum class Level : std::uint8_t {
    Fast,  ///< ISA-L if the library was built with it, else zlib's level 1
    Best,  ///< zlib's level 6: a sixth smaller, five to thirteen times the CPU
  };

  /// Default On, as in browsers. Route::compression is Off by default.
  Mode mode = Mode::On;
  /// Of what is sent. Default Fast.
  Level level = Level::Fast;
  /// Messages below it are sent as they are. Bytes; default 128: of a smaller message, compression
  /// saves less than the headers of its packet take. One that does not get smaller is sent as it
  /// is, too.
  std::size_t threshold = 128;
  /// The server compresses each of its messages alone: less memory, larger messages. A server's
  /// word; a client's demand, without which it fails the handshake.
  bool serverNoContextTakeover = false;
  /// The client compresses each of its messages alone.
  bool clientNoContextTakeover = false;
  /// How far back the server's compressor may refer: 2^bits bytes, 9..15. Default 15. ISA-L's
  /// memory does not go with it, zlib's does.
  std::uint8_t serverMaxWindowBits = 15;
  /// The same of the client's. A client that does not offer this parameter is accepted all the
  /// same, and uses 15. One that is told to use 8 bits, for which there is no compressor, sends
  /// everything as it is.
  std::uint8_t clientMaxWindowBits = 15;
  /// After so long without a compressed message, or at most twice that, the connection gives back
  /// what memory it can; later messages are compressed as if they were the first. Default 10 s.
  /// nullopt: never.
  std::optional<std::chrono::milliseconds> releaseAfter = std::chrono::seconds(10);
};

/// Choices for one message, beside its data: for example not to compress a picture, or a secret.
///
/// @code
/// socket.send(secret, {.compress = parley::SendOptions::Never});
/// @endcode
struct PARLEY_EXPORT SendOptions {
  enum class Compress : std::uint8_t {
    Auto,   ///< compressed, if that was agreed on and Compression::threshold is reached
    Never,  ///< sent as it is
  };
  using enum Compress;

  Compress compress = Compress::Auto;
};

}  // namespace parley
