#pragma once

#include <parley/array_buffer.hpp>
#include <parley/close_code.hpp>
#include <parley/export.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace parley::protocol {

enum class MessageKind : std::uint8_t { Text, Binary };

/// Why a connection was failed, or lost: one per violated rule.
enum class FailureCause : std::uint8_t {
  // the peer broke the protocol: 1002
  ReservedBits,
  ReservedOpcode,
  FragmentedControl,
  ControlTooLong,
  LengthNotMinimal,
  LengthTopBit,
  MaskMissing,
  MaskUnexpected,
  UnexpectedContinuation,
  ExpectedContinuation,
  CloseBodyOneByte,
  CloseCodeIllegal,
  // 1007
  InvalidUtf8,
  CloseReasonNotUtf8,
  InvalidDeflate,
  // 1009
  MessageTooBig,
  TooManyFragments,
  // the application or this library: 1003, 1011, 1013
  UnsupportedData,
  InternalError,
  OutgoingBufferFull,
  // nothing can be sent any more
  TransportLost,
  EndedWithoutClose,
  PingTimeout,
  WriteTimeout,
  CloseTimeout,
};

/// The Close code that a cause puts on the wire (1002, 1003, 1007, 1009, 1011, 1013), or 1006 if
/// none can be sent.
[[nodiscard]] PARLEY_EXPORT CloseCode closeCodeOf(FailureCause cause) noexcept;
/// The cause in words that are safe to show the peer, at most 123 bytes, for ever valid.
[[nodiscard]] PARLEY_EXPORT std::string_view describe(FailureCause cause) noexcept;

/// What receive() found.
struct ConnectionEvent {
  enum class Type : std::uint8_t {
    None,     ///< all input consumed, nothing to report
    Message,  ///< a whole message: `kind`, `payload`, and `memory` if it has memory of its own to
              ///< move out
    LargeMessage,    ///< a message that is above ConnectionLimits::largeMessageSize has begun:
                     ///< `kind`, and in `payload` what has come of it; see
                     ///< Connection::receiveInParts()
    MessagePart,     ///< the next part of a message: `kind`, `payload`, `isLast`
    Ping,            ///< a Ping was received and is answered; `payload` is its data
    Pong,            ///< a Pong was received; `payload` is its data
    ClosingStarted,  ///< the peer's Close frame came first; the answer is queued
  };

  Type type = Type::None;
  MessageKind kind = MessageKind::Binary;
  /// Of a MessagePart: it is the end of the message.
  bool isLast = false;
  /// Valid until the next call on the connection.
  std::span<std::byte> payload{};
  /// The message's own memory, or nullptr if it lies in the buffer that was passed to receive() or,
  /// if it was compressed, in memory that the connections of one BufferPool share. Move from it to
  /// keep the message without a copy; what a LargeMessage event has only if receiveInParts() is
  /// called.
  ArrayBuffer* memory = nullptr;
};

/// Who sent the first Close frame or cut the transport.
enum class Side : std::uint8_t { Local, Remote };

/// The end of a connection: what the standard's close event reports, and why.
struct ClosedEvent {
  /// The peer's code; 1005 if its Close frame was empty; 1006 if there was none or the connection
  /// was failed.
  CloseCode code = CloseCode::kAbnormalClosure;
  std::string reason;
  /// TCP ended after the whole closing handshake.
  bool wasClean = false;
  /// The connection was failed: the standard fires `error` first.
  bool failed = false;
  /// Set with `failed`.
  FailureCause cause = FailureCause::TransportLost;
  Side closedFirst = Side::Remote;
};

/// What should become of the transport.
enum class Disposition : std::uint8_t {
  Keep,            ///< go on
  FinishThenWait,  ///< write what is left, finish writing (FIN), go on reading until the peer ends
  WaitForEnd,  ///< write what is left, then wait for the peer's end (a client: the server ends TCP
               ///< first)
  Drop,        ///< nothing more to say or hear: release the transport
};

/// A piece of output: like an iovec, and of the same layout.
struct OutputPiece {
  const std::byte* data;
  std::size_t size;
};

}  // namespace parley::protocol
