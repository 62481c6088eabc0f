#pragma once

#include <cstdint>
#include <string_view>

namespace parley::http {

/// The rule that a message head broke. Sections are of RFC 9112 unless another is named.
enum class HeadError : std::uint8_t {
  HeadTooLarge,
  TooManyLines,
  FieldTooLarge,
  StartLineTooLong,
  BareCarriageReturn,
  BareLineFeed,
  ControlCharacter,
  LineFolding,
  MissingColon,
  EmptyName,
  BlankBeforeColon,
  InvalidName,
  MalformedRequestLine,
  MalformedStatusLine,
  UnknownVersion,
  UnsupportedTarget,
  MissingHost,
  RepeatedHost,
  InvalidHost,
  RepeatedContentLength,
  MalformedContentLength,
  LengthWithTransferEncoding,
  TransferEncodingBefore11,
  UnknownTransferCoding,
};

/// The status to answer such a request with: 400, 414, 431, 501 or 505.
[[nodiscard]] std::uint16_t statusFor(HeadError error) noexcept;
/// The rule in words, for a developer. Lives for ever.
[[nodiscard]] std::string_view describe(HeadError error) noexcept;

}  // namespace parley::http
