#pragma once

#include <cstdint>
#include <type_traits>

namespace parley {

/// A Close status code (RFC 6455 section 7.4): an open 16-bit number with names for the registered
/// ones. Converts from any arithmetic type by WebIDL's `[Clamp] unsigned short`: NaN and negatives
/// become 0, values above 65535 become 65535, fractions round to the nearest integer, ties to even.
class CloseCode {
 public:
  template <typename T>
  requires std::is_arithmetic_v<T>
  constexpr CloseCode(T value) noexcept : value_(clamp(value)) {}  // NOLINT: implicit as in the IDL

  [[nodiscard]] constexpr std::uint16_t value() const noexcept { return value_; }
  constexpr operator std::uint16_t() const noexcept { return value_; }  // NOLINT: it is a number

  /// May an application pass it to close()? Only 1000 and 3000..4999 (WebSockets section 3.1,
  /// close()).
  [[nodiscard]] constexpr bool isAllowedInClose() const noexcept {
    return value_ == 1000 || (value_ >= 3000 && value_ <= 4999);
  }
  /// May it stand in a Close frame (RFC 6455 section 7.4)? 1000..1003, 1007..1014 and 3000..4999.
  [[nodiscard]] constexpr bool isAllowedOnWire() const noexcept {
    return (value_ >= 1000 && value_ <= 1003) || (value_ >= 1007 && value_ <= 1014) ||
           (value_ >= 3000 && value_ <= 4999);
  }

  static const CloseCode kNormalClosure;    ///< 1000
  static const CloseCode kGoingAway;        ///< 1001: a server that shuts down, a page that is left
  static const CloseCode kProtocolError;    ///< 1002
  static const CloseCode kUnsupportedData;  ///< 1003
  static const CloseCode
      kNoStatusReceived;  ///< 1005: never on the wire; the peer's Close frame was empty
  static const CloseCode
      kAbnormalClosure;  ///< 1006: never on the wire; the connection was lost or failed
  static const CloseCode
      kInvalidPayload;  ///< 1007: not UTF-8, or compressed data that does not inflate
  static const CloseCode kPolicyViolation;     ///< 1008
  static const CloseCode kMessageTooBig;       ///< 1009
  static const CloseCode kMandatoryExtension;  ///< 1010
  static const CloseCode kInternalError;       ///< 1011
  static const CloseCode kServiceRestart;      ///< 1012
  static const CloseCode kTryAgainLater;       ///< 1013
  static const CloseCode kBadGateway;          ///< 1014
  static const CloseCode
      kTlsHandshake;  ///< 1015: never on the wire, never produced by this library

 private:
  template <typename T>
  static constexpr std::uint16_t clamp(T value) noexcept {
    if constexpr (std::is_floating_point_v<T>) {
      if (!(value > 0)) return 0;  // NaN too
      if (value >= 65535) return 65535;
      auto whole = static_cast<std::uint16_t>(value);
      const T fraction = value - static_cast<T>(whole);
      if (fraction > T(0.5) || (fraction == T(0.5) && whole % 2 == 1)) ++whole;
      return whole;
    } else {
      if constexpr (std::is_signed_v<T>) {
        if (value < 0) return 0;
      }
      if constexpr (sizeof(T) >= sizeof(std::uint16_t)) {
        if (value > static_cast<T>(65535) && static_cast<T>(65535) > 0) return 65535;
      }
      return static_cast<std::uint16_t>(value);
    }
  }

  std::uint16_t value_;
};

inline constexpr CloseCode CloseCode::kNormalClosure{1000};
inline constexpr CloseCode CloseCode::kGoingAway{1001};
inline constexpr CloseCode CloseCode::kProtocolError{1002};
inline constexpr CloseCode CloseCode::kUnsupportedData{1003};
inline constexpr CloseCode CloseCode::kNoStatusReceived{1005};
inline constexpr CloseCode CloseCode::kAbnormalClosure{1006};
inline constexpr CloseCode CloseCode::kInvalidPayload{1007};
inline constexpr CloseCode CloseCode::kPolicyViolation{1008};
inline constexpr CloseCode CloseCode::kMessageTooBig{1009};
inline constexpr CloseCode CloseCode::kMandatoryExtension{1010};
inline constexpr CloseCode CloseCode::kInternalError{1011};
inline constexpr CloseCode CloseCode::kServiceRestart{1012};
inline constexpr CloseCode CloseCode::kTryAgainLater{1013};
inline constexpr CloseCode CloseCode::kBadGateway{1014};
inline constexpr CloseCode CloseCode::kTlsHandshake{1015};

}  // namespace parley
