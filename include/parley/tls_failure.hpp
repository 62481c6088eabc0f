#pragma once

#include <parley/export.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace parley {

/// What went wrong with TLS: one for each fault that a person would repair in another place.
enum class TlsFault : std::uint8_t {
  // The peer's certificate was refused here.
  Expired,
  NotYetValid,
  SelfSigned,          ///< and not among the trusted ones
  UnknownAuthority,    ///< its chain leads to nobody who is trusted
  NameMismatch,        ///< it is another host's, or another address's
  Revoked,             ///< by the revocation lists that were given
  RevocationUnknown,   ///< these lists say nothing of it, or are outdated
  PinMismatch,         ///< its key is none of the pinned ones
  BadSignature,        ///< not signed by whom it names
  WrongPurpose,        ///< not made for a server, or not for a client
  WeakKey,             ///< its key, or the signature on it, is too weak
  InvalidCertificate,  ///< any other fault of it
  NoCertificate,       ///< the client sent none, and one is required
  // The two ends don't agree.
  NoCommonVersion,
  NoCommonCipher,
  NoCommonProtocol,  ///< ALPN
  RejectedByPeer,    ///< it sent an alert: see TlsFailure::alert
  NotTls,            ///< what it sends is something else, for example plain HTTP
  // The connection.
  Protocol,   ///< the peer broke the protocol, or somebody changed what was sent
  Truncated,  ///< it ended without the alert that announces the end: something may be missing
  // This side.
  File,    ///< one that the options name can't be read or is not what it should be
  Option,  ///< an option has a value that it can't have
  Internal,
};

/// An alert (RFC 8446 section 6): the last word of a TLS connection that fails.
struct PARLEY_EXPORT TlsAlert {
  enum class Direction : std::uint8_t { Sent, Received };

  std::uint8_t number = 0;
  Direction direction = Direction::Sent;

  friend bool operator==(const TlsAlert&, const TlsAlert&) = default;
};

/// Why TLS failed, for programs; the text for people stands beside it in Failure::message.
struct PARLEY_EXPORT TlsFailure {
  TlsFault fault = TlsFault::Internal;
  /// The alert that was sent or received, if there was one.
  std::optional<TlsAlert> alert = {};

  friend bool operator==(const TlsFailure&, const TlsFailure&) = default;
};

/// The fault in a few words: "expired", "unknown authority".
[[nodiscard]] PARLEY_EXPORT std::string_view describe(TlsFault fault) noexcept;
/// The alert's name in the standard, with spaces: "handshake failure"; "" for an unknown number.
[[nodiscard]] PARLEY_EXPORT std::string_view describe(TlsAlert alert) noexcept;

}  // namespace parley
