#pragma once

#include <parley/compression.hpp>

#include <cstdint>

namespace parley::protocol {

/// What an opening handshake agreed on for permessage-deflate (RFC 7692 section 7.1).
struct DeflateAgreement {
  enum class Context : std::uint8_t {
    Kept,   ///< a message may refer to those before it ("context takeover")
    Reset,  ///< each message stands alone
  };
  /// Who writes compresses so.
  struct Direction {
    Context context = Context::Kept;
    /// No reference goes farther back than 2^windowBits bytes; 8..15.
    std::uint8_t windowBits = 15;

    friend bool operator==(const Direction&, const Direction&) = default;
  };
  Direction fromServer = {};
  Direction fromClient = {};

  friend bool operator==(const DeflateAgreement&, const DeflateAgreement&) = default;
};

/// permessage-deflate as one connection uses it.
struct ConnectionCompression {
  /// `Negotiated::deflate`.
  DeflateAgreement agreement = {};
  /// Level, threshold and releaseAfter; the rest of it was for the handshake. Must outlive the
  /// connection.
  const Compression* settings = nullptr;
};

}  // namespace parley::protocol
