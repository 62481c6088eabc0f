#pragma once

#include "frame/frame_header.hpp"

#include <parley/close_code.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

namespace parley::frame {

/// The body of a Close frame was empty: no code was sent (reported as 1005, RFC 6455
/// section 7.1.5).
struct CloseWithoutStatus {
  bool operator==(const CloseWithoutStatus&) const = default;
};

/// A code that may stand on the wire and a reason in UTF-8, perhaps empty. `reason` is a view into
/// the parsed body and ends with it.
struct CloseStatus {
  CloseCode code;
  std::string_view reason;
  bool operator==(const CloseStatus&) const = default;
};

/// What is wrong with a peer's Close body.
enum class CloseViolation : std::uint8_t { Truncated, IllegalCode, ReasonNotUtf8 };

/// A reason that may be sent to the peer: ASCII, at most 123 bytes.
[[nodiscard]] std::string_view describe(CloseViolation violation) noexcept;

/// The code for our answer: 1007 for a reason that is not UTF-8, 1002 for the others.
[[nodiscard]] CloseCode closeCodeFor(CloseViolation violation) noexcept;

using CloseParse = std::variant<CloseWithoutStatus, CloseStatus, CloseViolation>;

/// Reads an unmasked Close body (RFC 6455 section 5.5.1).
[[nodiscard]] CloseParse parseClosePayload(std::span<const std::byte> body) noexcept;

inline constexpr std::size_t kMaxCloseReason = kMaxControlPayload - 2;

/// Writes code and reason; answers the size, 2 to 125 bytes. `code` must be allowed on the wire
/// and `reason` UTF-8; of a reason above 123 bytes only the whole code points that fit are written.
std::size_t encodeClosePayload(std::span<std::byte, kMaxControlPayload> to, CloseCode code,
                               std::string_view reason) noexcept;

}  // namespace parley::frame
