#include "http/head_error.hpp"

namespace parley::http {

std::uint16_t statusFor(HeadError error) noexcept {
  switch (error) {
    case HeadError::HeadTooLarge:
    case HeadError::TooManyLines:
    case HeadError::FieldTooLarge:
      return 431;  // RFC 6585 section 5
    case HeadError::StartLineTooLong:
      return 414;  // section 3
    case HeadError::UnknownVersion:
      return 505;  // RFC 9110 section 15.6.6
    case HeadError::UnknownTransferCoding:
      return 501;  // section 6.1
    case HeadError::BareCarriageReturn:
    case HeadError::BareLineFeed:
    case HeadError::ControlCharacter:
    case HeadError::LineFolding:
    case HeadError::MissingColon:
    case HeadError::EmptyName:
    case HeadError::BlankBeforeColon:
    case HeadError::InvalidName:
    case HeadError::MalformedRequestLine:
    case HeadError::MalformedStatusLine:
    case HeadError::UnsupportedTarget:
    case HeadError::MissingHost:
    case HeadError::RepeatedHost:
    case HeadError::InvalidHost:
    case HeadError::RepeatedContentLength:
    case HeadError::MalformedContentLength:
    case HeadError::LengthWithTransferEncoding:
    case HeadError::TransferEncodingBefore11:
      return 400;
  }
  return 400;
}

std::string_view describe(HeadError error) noexcept {
  switch (error) {
    case HeadError::HeadTooLarge:
      return "the message head has too many bytes";
    case HeadError::TooManyLines:
      return "the message head has too many lines";
    case HeadError::FieldTooLarge:
      return "a header line has too many bytes";
    case HeadError::StartLineTooLong:
      return "the first line has too many bytes";
    case HeadError::BareCarriageReturn:
      return "a carriage return without a line feed";
    case HeadError::BareLineFeed:
      return "a line feed without a carriage return";
    case HeadError::ControlCharacter:
      return "a control character in the message head";
    case HeadError::LineFolding:
      return "a header line begins with a blank (line folding)";
    case HeadError::MissingColon:
      return "a header line has no colon";
    case HeadError::EmptyName:
      return "a header line has no name";
    case HeadError::BlankBeforeColon:
      return "a blank between a header's name and its colon";
    case HeadError::InvalidName:
      return "a header's name is not a token";
    case HeadError::MalformedRequestLine:
      return "the first line is not an HTTP request line";
    case HeadError::MalformedStatusLine:
      return "the first line is not an HTTP status line";
    case HeadError::UnknownVersion:
      return "an HTTP version other than 1.0 and 1.1";
    case HeadError::UnsupportedTarget:
      return "the request target is neither a path nor an absolute URL";
    case HeadError::MissingHost:
      return "no Host header";
    case HeadError::RepeatedHost:
      return "more than one Host header";
    case HeadError::InvalidHost:
      return "the Host header is not a host with an optional port";
    case HeadError::RepeatedContentLength:
      return "more than one Content-Length";
    case HeadError::MalformedContentLength:
      return "Content-Length is not a number";
    case HeadError::LengthWithTransferEncoding:
      return "Content-Length together with Transfer-Encoding";
    case HeadError::TransferEncodingBefore11:
      return "Transfer-Encoding in an HTTP/1.0 message";
    case HeadError::UnknownTransferCoding:
      return "a Transfer-Encoding other than chunked";
  }
  return "an unreadable message head";
}

}  // namespace parley::http
